// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.scripting;

import dev.cofferdam.keyspace.Compartment;
import dev.cofferdam.keyspace.EffectGroup;
import dev.cofferdam.lua.LuaHeap;
import dev.cofferdam.lua.LuaState;
import dev.cofferdam.memory.Account;
import dev.cofferdam.server.Server;
import dev.cofferdam.server.command.Call;
import dev.cofferdam.server.command.Command;
import dev.cofferdam.server.command.Flag;
import dev.cofferdam.server.net.EventLoop;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Everything about scripts that exists once: their memory, the cache, the libraries, one engine a compartment, and the rules of who runs where.
 *
 * <p>Owns the {@code scripts} account. The event loop's, except where a method says otherwise. A script that has been short lately runs on the event
 * loop; any other runs in the lane of its keys' compartments, so that only they wait for it. A script that names no key runs in a lane of its own and is
 * handed the compartments it turns out to touch.
 */
public final class Scripting {
    /** On the event loop a script that has not written is moved to a lane after this time. */
    private static final long LOOP_MAX_NANOS = 2_000_000;
    /** One engine may have this part of what scripts may. */
    private static final int ENGINE_SHARE = 2;
    /** What others borrowed and a script wants back at once: more is too much for the loop between two clients. */
    private static final long ROOM_BYTES = 512 * 1024;
    private static final String BUSY_SCRIPT = "BUSY Redis is busy running a script. You can only call SCRIPT KILL or SHUTDOWN NOSAVE.";
    private static final String BUSY_FUNCTION = "BUSY Redis is busy running a script. You can only call FUNCTION KILL or SHUTDOWN NOSAVE.";

    private final Server server;
    private final Account account;
    private final LuaHeap blocks;
    private final ScriptCache scripts;
    private final FunctionLibraries libraries;
    /** One a compartment, one for the loop's scripts without keys, one for their lane. */
    private final @Nullable ScriptEngine[] engines;
    /** What a client's command in a lane is to run: found by the loop, which alone may look. */
    private final ConcurrentHashMap<Long, Source> forLanes = new ConcurrentHashMap<>();
    private final List<Handover> waiting = new ArrayList<>();
    private int busyRuns;
    private @Nullable ScriptEngine onLoop;
    private boolean commandOnLoop;
    private boolean heldOnLoop;
    /** DEBUG SET-DISABLE-DENY-SCRIPTS: scripts on the event loop may call what is not for scripts. */
    private volatile boolean allowsAll;
    /** Why no script may go on; null until the server ends. */
    private volatile @Nullable String allEnded;

    public Scripting(Server server, Account account) {
        this.server = server;
        this.account = account;
        account.setLoanRecall(this::recall);
        this.blocks = LuaHeap.ofBlocks(account, account.maxBytes() / ENGINE_SHARE);
        SourceNumbers numbers = new SourceNumbers();
        this.scripts = new ScriptCache(blocks, numbers);
        this.libraries = new FunctionLibraries(this, blocks, numbers);
        this.engines = new @Nullable ScriptEngine[server.keyspace().compartmentCount() + 2];
    }

    /** Makes ready what all interpreters share, so that the first one is there sooner. Any thread; a build without the library says so at the first script. */
    public static void prepare() {
        try {
            LuaState.prepare();
        } catch (LinkageError | RuntimeException e) {
            // The first script meets the same and tells its client.
        }
    }

    /** What an interpreter takes of the account before it runs anything; there may be one a compartment, and two for scripts without keys. */
    public static long interpreterBytes(int pageBytes) {
        return ScriptEngine.startBytes(pageBytes);
    }

    /** What the sources of a few scripts take. */
    public static long sourcesBytes(int pageBytes) {
        return pageBytes;
    }

    /** Pays for interpreters, scripts and what they use. Any thread. */
    public Account account() {
        return account;
    }

    public void setAllowsAll(boolean value) {
        allowsAll = value;
    }

    /** Whether a script may call a command that is not for scripts: in tests only, and in a lane only DEBUG, which looks at nothing of the loop's. */
    boolean allows(Command command, boolean inLane) {
        return !command.has(Flag.NOSCRIPT) || allowsAll && (!inLane || command.name().equals("debug"));
    }

    ScriptCache scripts() {
        return scripts;
    }

    FunctionLibraries libraries() {
        return libraries;
    }

    /** Takes a library's code, where it lies. */
    public interface CodeVisitor {
        void visit(long code, int length);
    }

    /** Visits all libraries of functions. Event loop. */
    public void eachLibrary(CodeVisitor visitor) {
        libraries.all().forEach(library -> visitor.visit(library.code, library.codeBytes));
    }

    /** True when the call runs a script that declares that it only reads. Event loop. */
    public boolean onlyReads(Call call) {
        Source source = switch (call.command().name()) {
            case "eval" -> scripts.bySource(call.address(1), call.length(1));
            case "evalsha" -> call.length(1) == ShaKey.HEX_BYTES ? scripts.bySha(call.address(1), call.length(1)) : null;
            case "fcall" -> libraries.function(call.text(1));
            default -> null;
        };
        int flags = source != null
                ? source.flags
                : call.command().name().equals("eval") ? Shebang.of(call.address(1), call.length(1)).flags() : ScriptFlags.UNDECLARED;
        return (flags & ScriptFlags.UNDECLARED) == 0 && (flags & ScriptFlags.NO_WRITES) != 0;
    }

    // ---------------------------------------------------------------- engines

    /** The engine for a call: that of its first compartment. On the thread that has the compartment. */
    private ScriptEngine engineFor(Call call) {
        int compartments = server.lanes().compartmentsOf(call);
        if (compartments == 0) {
            compartments = call.laneCompartments(); // those of its transaction
        }
        int count = server.keyspace().compartmentCount();
        int number = compartments != 0 ? Integer.numberOfTrailingZeros(compartments) : call.isInLane() ? count + 1 : count;
        return engine(number);
    }

    private ScriptEngine engine(int number) {
        ScriptEngine engine = engines[number];
        if (engine == null) {
            engine = ScriptEngine.open(server, this, account, account.maxBytes() / ENGINE_SHARE);
            engines[number] = engine;
        }
        return engine;
    }

    /**
     * Gets loans back for what a script is about to take; see {@link dev.cofferdam.memory.LoanRecall}. A lane asks the loop. On the loop it can be done at once,
     * since Lua's memory is asked for when no command is on its way, but for the buffer into which a command replies. What takes long is the lane's: a
     * script that has written nothing goes there instead.
     */
    private boolean recall(Account asking, long bytes) {
        EventLoop loop = server.loop();
        if (loop != null && !loop.isCurrentThread()) {
            return loop.recallForLane(asking, bytes);
        }
        ScriptEngine engine = onLoop;
        if (commandOnLoop || bytes > ROOM_BYTES && engine != null && engine.movesToLane()) {
            return false;
        }
        server.keyspace().recallFor(asking, bytes);
        boolean held = asking.hold(bytes);
        heldOnLoop |= held;
        return held;
    }

    /** What was set aside and then not needed goes back, where a script or what compiles one ends; not what a lane has just had set aside, if this is the loop. */
    private void releaseHold(boolean inLane) {
        if ((inLane || heldOnLoop) && account.heldBytes() > 0) {
            account.releaseHold();
        }
        if (!inLane) {
            heldOnLoop = false;
        }
    }

    /** The engine that runs on the event loop, or null. */
    void setOnLoop(@Nullable ScriptEngine engine) {
        onLoop = engine;
    }

    /** A script's command begins or ends on the event loop's thread: until then blocks must stay where they are. */
    void setCommandOnLoop(boolean now) {
        commandOnLoop = now;
    }

    /** For SCRIPT LOAD, never in a lane: answers what is wrong with the script, or null. */
    @Nullable
    String compile(Script script) {
        try {
            return engine(server.keyspace().compartmentCount()).compile(script);
        } finally {
            releaseHold(false);
        }
    }

    /** For FUNCTION LOAD, never in a lane: runs the library's code; answers what is wrong with it, or null. */
    @Nullable
    String load(FunctionLibrary library, ScriptEngine.FunctionCollector collector) {
        try {
            return engine(server.keyspace().compartmentCount()).load(library, collector);
        } finally {
            releaseHold(false);
        }
    }

    // ---------------------------------------------------------------- running

    /** Runs a script, here or in a lane, and writes its reply. Keys begin at the call's argument 3. */
    void run(Call call, Source source, int keys, boolean readOnly) {
        if (!call.isInLane()) {
            server.pubsub().monitors().showScript(call);
        }
        if (call.mayMove() && !source.isShort()) {
            moveToLane(call, source);
            return;
        }
        if (refuses(call, source, readOnly)) {
            return;
        }
        boolean mayNotWrite = readOnly || !source.has(ScriptFlags.UNDECLARED) && source.has(ScriptFlags.NO_WRITES);
        try {
            ScriptEngine engine = engineFor(call);
            boolean done = source instanceof LibraryFunction function
                    ? engine.run(call, function, keys, mayNotWrite)
                    : engine.run(call, (Script) source, keys, mayNotWrite);
            if (!done) {
                moveToLane(call, source);
            }
        } catch (OutOfMemoryError e) {
            call.reply().error("ERR no memory for a script's interpreter: " + e.getMessage());
        } finally {
            releaseHold(call.isInLane());
        }
    }

    private void moveToLane(Call call, Source source) {
        if (!call.inTransaction() && server.lanes().compartmentsOf(call) == 0 && server.lanes().isKeylessBusy()) {
            String busy = keylessBusyReply();
            if (busy != null) {
                call.reply().error(busy);
                return;
            }
        }
        Source before = forLanes.put(call.client().id(), source);
        if (before != null) {
            before.users--;
        }
        source.users++;
        call.moveToLane();
    }

    /** In a lane: what the loop found for this client's command. */
    @Nullable
    Source takeForLane(Call call) {
        Source source = forLanes.remove(call.client().id());
        if (source != null) {
            onLoop().execute(() -> source.users--);
        }
        return source;
    }

    private Executor onLoop() {
        EventLoop loop = server.loop();
        return loop == null ? Runnable::run : loop::submit;
    }

    /** The rules for scripts that declare what they do; writes the refusal. */
    private boolean refuses(Call call, Source source, boolean readOnly) {
        if (source.has(ScriptFlags.UNDECLARED) || source.has(ScriptFlags.NO_WRITES)) {
            return false;
        }
        if (readOnly) {
            call.reply().error("ERR Can not execute a script with write flag using *_ro command.");
            return true;
        }
        if (server.settings().isReadOnly()) {
            call.reply().error("NOREPLICAS Not enough good replicas to write.");
            return true;
        }
        if (source.has(ScriptFlags.ALLOW_OOM)) {
            return false;
        }
        int compartments = server.lanes().compartmentsOf(call);
        if (compartments == 0 && server.keyspace().compartment(0).isFrozen()) {
            // By order nothing may grow anywhere, so nothing may that this script will touch.
            call.reply().error(refusalOf(server.keyspace().compartment(0)));
            return true;
        }
        for (int left = compartments; left != 0; left &= left - 1) {
            Compartment compartment = server.keyspace().compartment(Integer.numberOfTrailingZeros(left));
            boolean admitted = compartment.admit(1);
            compartment.endCommand();
            if (!admitted) {
                call.reply().error(refusalOf(compartment));
                return true;
            }
        }
        return false;
    }

    /** Where nothing may grow by order libraries are refused too; else their memory is the account's own matter. */
    boolean refusesLibrary(Call call) {
        Compartment only = server.keyspace().compartment(0);
        if (!only.isFrozen()) {
            return false;
        }
        call.replyFull(only);
        return true;
    }

    private static String refusalOf(Compartment compartment) {
        return "OOM allow-oom flag is not set on the script, can not run it when used memory > 'maxmemory'. Compartment '"
                + compartment.name()
                + "' is full; see COMPARTMENT INFO " + compartment.name();
    }

    /**
     * Makes sure that a script's command may touch the compartments of its keys; the script's thread. Answers why not, or null. Waits, in a lane, until the
     * loop hands over what the script did not declare.
     */
    @Nullable
    String reach(ScriptRun run, Call call) {
        if (!run.inLane) {
            if (!server.lanes().anyBusy() || !server.lanes().isBusy(call)) {
                return null;
            }
            run.movesToLane = run.mayMove && !run.written;
            return "BUSY a compartment of this key is busy with a long command; name the key in KEYS, then the script waits for it";
        }
        int needed = server.lanes().compartmentsOf(call) & ~run.compartments;
        if (needed == 0) {
            return null;
        }
        Call outer = run.call;
        EventLoop loop = server.loop();
        if (loop != null && outer != null) {
            Handover handover = new Handover(run, outer, needed);
            loop.submit(() -> tryHandOver(handover));
            if (!handover.await()) {
                return "BUSY a compartment of this key is held by a script that waits itself; name all keys in KEYS, then scripts do not meet";
            }
        }
        run.compartments |= needed;
        return null;
    }

    /** Event loop, for a script in a lane that found a compartment full: gets loans back that only the loop may recall. True when that gave something. */
    boolean recallFor(Call call, long bytes) {
        boolean any = false;
        for (int left = server.lanes().compartmentsOf(call); left != 0; left &= left - 1) {
            any |= server.keyspace().compartment(Integer.numberOfTrailingZeros(left)).recall(bytes);
        }
        return any;
    }

    private void tryHandOver(Handover handover) {
        if (!server.lanes().isAnyBusy(handover.compartments)) {
            EventLoop loop = server.loop();
            EffectGroup effects = handover.outer.laneEffects();
            if (loop != null && effects != null) {
                loop.handOver(handover.compartments, effects);
            }
            handover.outer.addLaneCompartments(handover.compartments);
            handover.decide(true);
            return;
        }
        for (Handover other : waiting) {
            if ((other.run.compartments & handover.compartments) != 0) {
                handover.decide(false);
                return;
            }
        }
        waiting.add(handover);
    }

    /** A lane gave compartments back: scripts that waited for them go on. */
    public void handOverWaiting() {
        if (waiting.isEmpty()) {
            return;
        }
        List<Handover> before = new ArrayList<>(waiting);
        waiting.clear();
        before.forEach(this::tryHandOver);
    }

    // ---------------------------------------------------------------- limits

    /** Now and then while a script runs, on its thread: whether its time is up. */
    void look(ScriptRun run) {
        if (run.ending != null) {
            return;
        }
        if (allEnded != null) {
            run.ending = allEnded;
            return;
        }
        long nanos = server.clock().monotonicNanos() - run.startedNanos;
        if (run.inLane) {
            long max = server.settings().scriptTimeMaxMillis();
            if (max > 0 && nanos > max * 1_000_000 && !run.written) {
                run.ending = "Script ended after " + max + " ms, the limit of script-time-max";
            }
        } else if (run.loading) {
            if (nanos > 500_000_000) {
                run.ending = "FUNCTION LOAD timeout";
            }
        } else if (nanos > LOOP_MAX_NANOS) {
            if (run.mayMove && !run.written) {
                run.movesToLane = true;
            } else if (server.settings().busyReplyMillis() > 0 && nanos > server.settings().busyReplyMillis() * 1_000_000) {
                run.ending = "Script ended after " + server.settings().busyReplyMillis()
                        + " ms on the event loop, the limit of busy-reply-threshold; it had been short before";
            }
        }
    }

    /** What a command that needs one of these compartments is told when a script has had one for long; null to wait. */
    public @Nullable String busyReply(int compartments) {
        for (ScriptEngine engine : engines) {
            if (engine != null && isBusy(engine.run) && (engine.run.compartments & compartments) != 0) {
                return engine.run.source instanceof LibraryFunction ? BUSY_FUNCTION : BUSY_SCRIPT;
            }
        }
        return null;
    }

    /** With one compartment only, what every command is told while a script runs long, as on a Redis; null when none does. */
    public @Nullable String busyReplyToAll() {
        for (ScriptEngine engine : engines) {
            if (engine != null && isBusy(engine.run)) {
                return engine.run.source instanceof LibraryFunction ? BUSY_FUNCTION : BUSY_SCRIPT;
            }
        }
        return null;
    }

    private @Nullable String keylessBusyReply() {
        ScriptEngine engine = engines[engines.length - 1];
        return engine == null || !isBusy(engine.run) ? null : engine.run.source instanceof LibraryFunction ? BUSY_FUNCTION : BUSY_SCRIPT;
    }

    private boolean isBusy(ScriptRun run) {
        long threshold = server.settings().busyReplyMillis();
        return run.running && run.inLane && threshold > 0 && server.clock().monotonicNanos() - run.startedNanos > threshold * 1_000_000;
    }

    /** True when another script passed the threshold since the last call: clients that wait for it shall be told. */
    public boolean hasNewlyBusy() {
        int count = 0;
        for (ScriptEngine engine : engines) {
            count += engine != null && isBusy(engine.run) ? 1 : 0;
        }
        boolean more = count > busyRuns;
        busyRuns = count;
        return more;
    }

    /** True when a script runs in a lane. */
    public boolean runsInLane() {
        for (ScriptEngine engine : engines) {
            if (engine != null && engine.run.running && engine.run.inLane) {
                return true;
            }
        }
        return false;
    }

    /** True when a script runs in a lane that has written. */
    public boolean hasWritingScript() {
        for (ScriptEngine engine : engines) {
            if (engine != null && engine.run.running && engine.run.inLane && engine.run.written) {
                return true;
            }
        }
        return false;
    }

    /** Ends all scripts, those that have written too; for the end of the server. Any thread. */
    public void endAll(String reason) {
        allEnded = reason; // also for one that is just about to begin
        for (ScriptEngine engine : engines) {
            if (engine != null && engine.run.running) {
                engine.run.ending = reason;
            }
        }
        waiting.forEach(handover -> handover.decide(false));
        waiting.clear();
    }

    /** SCRIPT KILL and FUNCTION KILL: ends the one that has run longest; answers the error, or null. */
    @Nullable
    String kill(boolean scriptsOnly) {
        ScriptRun longest = null;
        boolean otherKind = false;
        boolean unkillable = false;
        for (ScriptEngine engine : engines) {
            if (engine == null || !engine.run.running || !engine.run.inLane || engine.run.ending != null) {
                continue;
            }
            ScriptRun run = engine.run;
            if (run.source instanceof LibraryFunction == scriptsOnly) {
                otherKind = true;
            } else if (run.written) {
                unkillable = true;
            } else if (longest == null || run.startedNanos < longest.startedNanos) {
                longest = run;
            }
        }
        if (longest != null) {
            longest.ending = "Script killed by user with SCRIPT KILL...";
            return null;
        }
        if (unkillable) {
            return "UNKILLABLE Sorry the script already executed write commands against the dataset. You can either wait the script termination or kill"
                    + " the server in a hard way using the SHUTDOWN NOSAVE command.";
        }
        return otherKind ? scriptsOnly ? BUSY_FUNCTION : BUSY_SCRIPT : "NOTBUSY No scripts in execution right now.";
    }

    /** The run of FUNCTION STATS: the function that has run longest, or null. */
    @Nullable
    ScriptRun runningFunction() {
        for (ScriptEngine engine : engines) {
            if (engine != null && engine.run.running && engine.run.source instanceof LibraryFunction) {
                return engine.run;
            }
        }
        return null;
    }

    // ---------------------------------------------------------------- the rest

    /** redis.log. Any thread. */
    void log(String level, String text) {
        StringBuilder line = new StringBuilder(text.length() + 40).append("script-log level=").append(level).append(" message=\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            line.append(c < ' ' ? ' ' : c == '"' ? '\'' : c);
        }
        server.events().log(line.append('"').toString());
    }

    /** Bytes all engines hold. */
    public long engineBytes() {
        long sum = 0;
        for (ScriptEngine engine : engines) {
            sum += engine == null ? 0 : engine.heldBytes();
        }
        return sum;
    }

    /** Bytes the sources of scripts and libraries hold. */
    public long sourceBytes() {
        return blocks.heldBytes();
    }

    public int scriptCount() {
        return scripts.count();
    }

    public int libraryCount() {
        return libraries.libraryCount();
    }

    public int functionCount() {
        return libraries.functionCount();
    }

    /** Gives all memory back. The loop and the lanes have ended. */
    public void close() {
        for (int i = 0; i < engines.length; i++) {
            ScriptEngine engine = engines[i];
            if (engine != null) {
                engine.close();
                engines[i] = null;
            }
        }
        scripts.clear();
        libraries.clear();
        blocks.releaseEmptyPages();
    }
}
