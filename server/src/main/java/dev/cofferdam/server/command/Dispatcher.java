// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.command;

import dev.cofferdam.keyspace.Compartment;
import dev.cofferdam.keyspace.EffectGroup;
import dev.cofferdam.keyspace.Key;
import dev.cofferdam.resp.ReplyWriter;
import dev.cofferdam.server.LoopTurns;
import dev.cofferdam.server.Server;
import dev.cofferdam.server.client.Client;
import org.jspecify.annotations.Nullable;

/**
 * The way of a command from its bytes to its handler: finds it, checks arity, access, transaction and memory, runs it, counts it.
 *
 * <p>Owns nothing but the admission at hand. Event loop only. Two passes over a pipelined batch are possible: {@link #prepare} for each command
 * and {@link #touch} for all, so that their memory is on its way, then {@link #run} for each.
 */
public final class Dispatcher {
    /** The command is over; its reply is written. */
    public static final int DONE = 0;
    /** The client waits for a key; the command stays at the front of its input. */
    public static final int BLOCKED = 1;
    /** The handler wants its compartment's lane; nothing happened yet. */
    public static final int LANE = 2;
    /** A compartment of the command is with its lane; nothing happened yet, try again when it is back. */
    public static final int BUSY = 3;
    /** CLIENT PAUSE holds the command back; nothing happened yet. */
    public static final int PAUSED = 4;

    /** Commands prepared ahead of execution. */
    public static final int BATCH = 16;

    /** Most arguments, and longest one, of a command that works on texts. */
    private static final int TEXTS_MAX = 1024;
    private static final int TEXT_BYTES_MAX = 64 * 1024;
    private static final int ERROR_TEXT_MAX = 128;
    private static final int WHERE_FRAMES = 8;
    /** Whoever wants to hear of single commands that are this short hears of each. */
    private static final long REPEATED_NANOS = 1_000_000;
    private static final int REPEATED_MAX_ARGUMENTS = 3;

    private final Server server;
    private final Admission admission;
    private final EffectGroup effects;
    private long lastNanos;
    /** What a handler that read the clock when it was done says about it; 0 for the others. */
    private long endNanos;
    private long batchStartNanos;
    private final KeyTouch touch = new KeyTouch(BATCH);
    private @Nullable CommandObserver observer;

    public Dispatcher(Server server) {
        this.server = server;
        this.admission = new Admission(server);
        this.effects = server.keyspace().effectGroup();
    }

    /** Who hears of each executed command with its duration (SLOWLOG, latency); null for nobody. */
    public void setObserver(@Nullable CommandObserver value) {
        observer = value;
    }

    /**
     * First pass over a batch: finds the command, routes its only key, or a script's first. May be skipped. {@code before} is the call prepared before this one in
     * the batch, null for the first.
     */
    public void prepare(Call call, @Nullable Call before) {
        Command command = find(call);
        if (command == null) {
            return;
        }
        int key = command.singleKey();
        if (key == 0 && command.countsKeys()) {
            key = command.firstCountedKey(call);
        }
        if (key > 0 && key < call.count()) {
            call.routeFirst(key, before);
        }
    }

    /** Finds the command of a script's call and routes its only key, mostly the one that the script's own call was routed for; null when there is none. Any thread. */
    public @Nullable Command prepareInScript(Call call, @Nullable Call script) {
        Command command = find(call);
        if (command != null && command.singleKey() > 0 && command.singleKey() < call.count()) {
            call.routeFirst(command.singleKey(), script);
        }
        return command;
    }

    /** Second pass: has the memory of the keys routed by {@link #prepare} on its way when the commands run. */
    public void touch(Call[] calls, int count) {
        touch.begin();
        for (int i = 0; i < count; i++) {
            touch.add(calls[i]);
        }
        touch.load();
    }

    /** Starts the clock of a batch, and answers what it shows: the end of one command is the start of the next. */
    public long startBatch() {
        lastNanos = server.clock().monotonicNanos();
        batchStartNanos = lastNanos;
        return lastNanos;
    }

    /** A command begins that is not the next of a batch: one that waited. */
    public void startCommand() {
        lastNanos = server.clock().monotonicNanos();
    }

    /** How long the batch has taken so far. */
    public long batchNanos() {
        return lastNanos - batchStartNanos;
    }

    private static final String NO_REPLICAS = "NOREPLICAS Not enough good replicas to write.";

    private @Nullable Command find(Call call) {
        Command command = server.commands().index().find(call.address(0), call.length(0));
        if (command != null && command.subcommands() != null && call.count() > 1) {
            command = command.subcommands().find(call.address(1), call.length(1));
        }
        call.setCommand(command);
        return command;
    }

    /** Executes the call and answers one of the outcomes above. */
    public int run(Call call) {
        Command command = call.commandOrNull();
        if (command == null) {
            command = find(call);
        }
        Client client = call.client();
        ReplyWriter reply = call.reply();
        if (command == null) {
            reject(call, unknown(call));
            return DONE;
        }
        String refusal = refusal(call, command);
        if (refusal != null) {
            command.statistics().rejectedCalls++;
            reject(call, refusal);
            return DONE;
        }
        if (client.hasMode() && isKeptOrRefused(call, command)) {
            return DONE;
        }
        if (server.isPaused()) {
            if (server.holdsBack(call)) {
                return PAUSED;
            }
            if (command.reads() && !server.lanes().anyBusy()) {
                return readWhilePaused(call, command, reply);
            }
        }
        if (server.lanes().anyBusy() && server.lanes().isBusy(call)) {
            String busy = server.scripting().busyReply(server.lanes().compartmentsOf(call));
            if (busy == null) {
                return BUSY;
            }
            command.statistics().rejectedCalls++;
            reject(call, busy);
            return DONE;
        }
        return execute(call, command, reply);
    }

    /** During CLIENT PAUSE nothing changes, so keys whose time is over stay too. */
    private int readWhilePaused(Call call, Command command, ReplyWriter reply) {
        server.keyspace().setKeepsExpired(true);
        try {
            return execute(call, command, reply);
        } finally {
            server.keyspace().setKeepsExpired(false);
        }
    }

    /** Why the command is not executed whatever mode its client is in, or null. Apart from {@link #run}, which the compiler would no longer inline. */
    private @Nullable String refusal(Call call, Command command) {
        if (!command.arity().accepts(call.count())) {
            return "ERR wrong number of arguments for '" + command.name() + "' command";
        }
        if (command.takesTexts()) {
            String excess = excess(call, command);
            if (excess != null) {
                return excess;
            }
        }
        Client client = call.client();
        if (!client.isTrusted()) {
            String denied = server.acl().refusal(call, command);
            if (denied != null) {
                return denied;
            }
        }
        if (server.lanes().isAllBusy() && !command.has(Flag.ALLOW_BUSY)) {
            String busy = server.scripting().busyReplyToAll();
            if (busy != null) {
                return busy;
            }
        }
        if (server.settings().isReadOnly() && (command.writes()
                || command.name().equals("exec") && server.transactions().hasAny(call, queued -> queued.command().writes()))) {
            return NO_REPLICAS;
        }
        return null;
    }

    /** Commands of a client that listens in RESP2: their replies look like messages. */
    private static boolean runsWhileSubscribed(Command command) {
        return switch (command.name()) {
            case "ping", "subscribe", "unsubscribe", "psubscribe", "punsubscribe", "ssubscribe", "sunsubscribe", "quit", "reset" -> true;
            default -> false;
        };
    }

    /** A client that listens in RESP2, or is in a transaction: the command is refused, or queued; false when it shall run. */
    private boolean isKeptOrRefused(Call call, Command command) {
        Client client = call.client();
        if (client.isSubscribed() && !client.resp3() && !runsWhileSubscribed(command)) {
            command.statistics().rejectedCalls++;
            reject(call,
                    "ERR Can't execute '" + command.name()
                            + "': only (P|S)SUBSCRIBE / (P|S)UNSUBSCRIBE / PING / QUIT / RESET are allowed in"
                            + " this context");
            return true;
        }
        if (!client.inMulti()) {
            return false;
        }
        if (command.has(Flag.NO_MULTI)) {
            command.statistics().rejectedCalls++;
            reject(call, "ERR Command not allowed inside a transaction");
            return true;
        }
        if (Transactions.runsAtOnce(command)) {
            return false;
        }
        Compartment frozen = command.memory() == Memory.GROWS && command.writes() ? frozen(server.lanes().compartmentsOf(call)) : null;
        if (frozen != null) {
            command.statistics().rejectedCalls++;
            reject(call, Admission.refusal(frozen));
            return true;
        }
        server.transactions().queue(call);
        return true;
    }

    /** One of the compartments in which nothing may grow by order, or null. In this state Redis queues nothing that grows; full is another. */
    private @Nullable Compartment frozen(int compartments) {
        for (int left = compartments; left != 0; left &= left - 1) {
            Compartment compartment = server.keyspace().compartment(Integer.numberOfTrailingZeros(left));
            if (compartment.isFrozen()) {
                return compartment;
            }
        }
        return null;
    }

    /** What is too much about the arguments of a command that works on texts, or null. */
    private static @Nullable String excess(Call call, Command command) {
        if (call.count() > TEXTS_MAX) {
            return "ERR '" + command.name() + "' with " + call.count() + " arguments: " + TEXTS_MAX + " is the most; ask in parts";
        }
        for (int i = 1; i < call.count(); i++) {
            if (call.length(i) > TEXT_BYTES_MAX) {
                return "ERR '" + command.name() + "': argument " + i + " has " + call.length(i) + " bytes, " + TEXT_BYTES_MAX
                        + " is the most";
            }
        }
        return null;
    }

    /**
     * Executes a command and those behind it in the parser's table that repeat it for the same key, as far as they can be taken as one: {@code times} in all, prepared.
     * What each costs alone, to be found, checked, admitted, looked up and timed, is paid once. Answers how many were executed; the next one is to be {@link #run}.
     */
    public int runRepeated(Call call, int times) {
        Command command = call.command();
        RepeatHandler repeated = command.repeated();
        if (repeated == null || isHeardSingly(call) || call.reply().roomBytes() < (long) times * RepeatHandler.REPLY_BYTES
                || refusal(call, command) != null) {
            return 0;
        }
        call.executed = 0;
        if (admission.admitRepeated(call, repeated, times) == null) {
            try {
                repeated.run(call, times);
            } catch (RuntimeException | AssertionError | StackOverflowError | OutOfMemoryError e) {
                failed(call, command, e);
                call.executed++;
            }
        }
        admission.end();
        if (call.executed > 0) {
            call.client().used(command.name(), server.nowMillis(), call.executed);
            countRepeated(call, command, call.executed);
        }
        return call.executed;
    }

    /** True when a command that was prepared can be executed together with those behind it that repeat it for its key, as it looks now. */
    public boolean canRepeat(Call call) {
        Command command = call.commandOrNull();
        return command != null && command.repeated() != null && call.count() > 1 && call.count() <= REPEATED_MAX_ARGUMENTS
                && !isHeardSingly(call);
    }

    /** True when somebody hears of each command, or it may have to wait or be kept. */
    private boolean isHeardSingly(Call call) {
        Client client = call.client();
        CommandObserver listening = observer;
        return client.hasMode() || client.hasReplyRule() || !client.isTrusted() || client.isTracking() || client.isNoTouch()
                || server.isPaused() || server.lanes().anyBusy()
                || server.keyNews().isHeard() || !server.pubsub().monitors().isEmpty() || server.blocking().isAwaited(call.hashOf(1))
                || call.compartmentOf(1).tellsEffects() || listening != null && listening.notes(REPEATED_NANOS);
    }

    private void countRepeated(Call call, Command command, int times) {
        long now = server.clock().monotonicNanos();
        long nanos = now - lastNanos;
        lastNanos = now;
        if (nanos >= LoopTurns.NOTED_NANOS) {
            server.turns().note(command.name(), call.client().id(), call.count(), nanos);
        }
        CommandStatistics statistics = command.statistics();
        statistics.calls += times;
        statistics.nanos += nanos;
        server.statistics().commandsProcessed += times;
        CommandObserver listening = observer;
        if (listening != null) {
            listening.executed(call, times, nanos);
        }
    }

    private int execute(Call call, Command command, ReplyWriter reply) {
        if (command.writes()) {
            Compartment refusing = admission.admit(call);
            if (refusing != null) {
                if (refusing.isFrozen() || !Admission.needsNothing(call)) {
                    admission.end();
                    command.statistics().rejectedCalls++;
                    reject(call, Admission.refusal(refusing));
                    return DONE;
                }
                admission.decideWithoutGrowth();
            }
        }
        call.client().used(command.name(), server.nowMillis());
        long errorsBefore = reply.errors();
        handle(call, command);
        if (call.wantsLane()) {
            // What was admitted stays set aside for the lane, see endLane; what a transaction has changed so far is one group with the rest.
            return LANE;
        }
        if (effects.compartments != 0) {
            effects.end();
        }
        if (command.writes()) {
            admission.end();
        }
        boolean blocked = call.isBlocked();
        if (blocked) {
            showMonitors(call);
        } else {
            long errors = reply.errors() - errorsBefore;
            // What failed inside of a transaction has been counted there.
            count(call, command, errors != 0 && errors != call.takeInnerErrors());
        }
        if (call.client().isTracking()) {
            server.tracking().executed(call);
            server.tracking().ended(call);
        }
        return blocked ? BLOCKED : DONE;
    }

    /** A handler that throws is a mistake of ours: its client hears of it, the log tells where, and everybody else goes on. */
    void handle(Call call, Command command) {
        try {
            if (server.replication().isFed()) {
                server.replication().run(call);
            } else {
                command.handler().run(call);
            }
        } catch (RuntimeException | AssertionError | StackOverflowError | OutOfMemoryError e) {
            failed(call, command, e);
        }
    }

    private void failed(Call call, Command command, Throwable e) {
        server.events().log("command-failed command=" + command.name() + " error=\"" + e + "\" at=" + where(e));
        call.reply().error("ERR internal error in '" + command.name() + "'; see the server's log");
    }

    private static String where(Throwable e) {
        StackTraceElement[] trace = e.getStackTrace();
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < Math.min(trace.length, WHERE_FRAMES); i++) {
            text.append(i == 0 ? "" : "<").append(trace[i].getFileName()).append(':').append(trace[i].getLineNumber());
        }
        return text.toString();
    }

    private void count(Call call, Command command, boolean failed) {
        long now = endNanos != 0 ? endNanos : server.clock().monotonicNanos();
        endNanos = 0;
        long nanos = now - lastNanos;
        lastNanos = now;
        if (nanos >= LoopTurns.NOTED_NANOS) {
            server.turns().note(command.name(), call.client().id(), call.count(), nanos);
        }
        count(call, command, failed, nanos);
    }

    private void count(Call call, Command command, boolean failed, long nanos) {
        CommandStatistics statistics = command.statistics();
        statistics.calls++;
        statistics.nanos += nanos;
        server.statistics().commandsProcessed++;
        if (failed) {
            statistics.failedCalls++;
            if (!call.isErrorCounted()) {
                server.statistics().countError(call.reply().lastError());
            }
        }
        showMonitors(call);
        CommandObserver listening = observer;
        if (listening != null) {
            listening.executed(call, nanos);
        }
    }

    /** MONITOR: a command that had to wait was shown when it began to. */
    private void showMonitors(Call call) {
        if (!server.pubsub().monitors().isEmpty() && !call.isRerun() && !call.isOfScript()) {
            server.pubsub().monitors().show(call);
        }
    }

    /** Finds the command of a call that runs in a lane; any thread. */
    public Command findForLane(Call call) {
        Command command = find(call);
        if (command == null) {
            throw new IllegalStateException("no command for a lane");
        }
        return command;
    }

    /** The compartments are back from their lane: what was set aside for the command and not used is given back. */
    public void endLane(Call call, int compartments) {
        if (call.command().writes()) {
            admission.end(compartments);
        }
    }

    /** A command that ran elsewhere (in a lane) is over, having replied so many errors. */
    public void countLaneCommand(Call call, long nanos, long errors) {
        CommandTally tally = call.laneTallyOrNull();
        if (tally != null) {
            tally.tell(server.statistics());
        }
        count(call, call.command(), errors != 0 && errors != call.takeInnerErrors(), nanos);
        server.transactions().over(call);
        if (call.client().isTracking()) {
            server.tracking().executed(call);
            server.tracking().ended(call);
        }
    }

    /** True when a transaction's command, which took so long in a lane, concerns somebody on the loop besides those who wait for its keys. */
    boolean isHeard(Call call, long nanos) {
        CommandObserver listening = observer;
        return server.keyNews().isHeard() || !server.pubsub().monitors().isEmpty() || call.client().isTracking()
                || listening != null && listening.notes(nanos);
    }

    /** A transaction's command ran in a lane, which goes on when this is done. */
    void ranInLane(Call call, Command command, long nanos, boolean failed) {
        call.tellLaneChanges();
        count(call, command, failed, nanos);
        if (call.client().isTracking()) {
            server.tracking().executed(call);
        }
    }

    /** Runs one command of a transaction: checked when it was queued, admitted with the whole transaction. */
    void runQueued(Call call, Command command) {
        long errorsBefore = call.reply().errors();
        handle(call, command);
        if (call.wantsLane()) {
            return; // it is still to run
        }
        count(call, command, call.reply().errors() != errorsBefore);
        if (call.client().isTracking()) {
            server.tracking().executed(call);
        }
    }

    /**
     * Runs a command of a script, which has judged it by the rules of scripts. Answers the refusal's text when a compartment is full, else null. In a lane
     * {@code own} is the script's, and nothing is counted: statistics are the loop's.
     */
    public @Nullable String runInScript(Call call, Admission own, boolean inLane, boolean inTransaction) {
        Command command = call.command();
        if (command.writes()) {
            Compartment refusing = own.admit(call);
            if (refusing != null) {
                if (refusing.isFrozen() || !Admission.needsNothing(call)) {
                    own.end();
                    return Admission.refusal(refusing);
                }
                own.decideWithoutGrowth();
            }
        }
        long errorsBefore = call.reply().errors();
        handle(call, command);
        if (command.writes()) {
            if (inTransaction && inLane) {
                own.leaveToLane();
            } else if (inTransaction) {
                own.handTo(admission);
            } else {
                own.end();
            }
        }
        if (!inLane) {
            count(call, command, call.reply().errors() != errorsBefore);
        }
        return null;
    }

    /** An admission for a script's commands. */
    public Admission newAdmission() {
        return new Admission(server);
    }

    /** Finds a call's command and remembers it; null when there is none. Any thread. */
    public @Nullable Command lookUp(Call call) {
        return find(call);
    }

    /** When the command at hand began. */
    public long commandStartNanos() {
        return lastNanos;
    }

    /** A script is over: its own commands have moved the start on, and its end need not be looked up again. */
    public void setCommandTimes(long startNanos, long endedNanos) {
        lastNanos = startNanos;
        endNanos = endedNanos;
    }

    /** Finds the command of a queued call. */
    @Nullable
    Command findQueued(Call call) {
        return find(call);
    }

    Admission admission() {
        return admission;
    }

    /** An error before the command ran; inside MULTI it also spoils the transaction. */
    private void reject(Call call, String error) {
        String text = error;
        Command command = call.commandOrNull();
        if (command != null && command.name().equals("exec")) {
            server.transactions().abandon(call.client()); // an EXEC that cannot run ends its transaction
            text = "EXECABORT Transaction discarded because of: " + (error.startsWith("ERR ") ? error.substring(4) : error);
        } else {
            call.client().failExec();
        }
        if (call.client().isTracking()) {
            server.tracking().ended(call);
        }
        call.reply().error(text);
        server.statistics().countError(text);
    }

    private String unknown(Call call) {
        Command container = server.commands().index().find(call.address(0), call.length(0));
        if (container != null && call.count() > 1) {
            return "ERR unknown subcommand '" + call.text(1, ERROR_TEXT_MAX) + "'. Try "
                    + call.text(0).toUpperCase(java.util.Locale.ROOT) + " HELP.";
        }
        StringBuilder arguments = new StringBuilder();
        for (int i = 1; i < call.count() && arguments.length() < ERROR_TEXT_MAX; i++) {
            String argument = call.text(i, ERROR_TEXT_MAX - arguments.length());
            arguments.append('\'').append(argument).append("' ");
        }
        return "ERR unknown command '" + call.text(0, ERROR_TEXT_MAX) + "', with args beginning with: " + arguments;
    }
}
