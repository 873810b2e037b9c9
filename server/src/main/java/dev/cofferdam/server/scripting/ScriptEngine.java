// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.scripting;

import dev.cofferdam.lua.LuaState;
import dev.cofferdam.memory.Account;
import dev.cofferdam.resp.ReplyWriter;
import dev.cofferdam.server.Server;
import dev.cofferdam.server.command.Call;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One interpreter with everything scripts find in it, and how a script is run there.
 *
 * <p>Owns the Lua state, what was compiled in it, and the run at hand. It belongs to a compartment and goes where that goes: the event loop, or the lane.
 * So what a script leaves behind, and what it may use up, stays in its compartment.
 */
final class ScriptEngine {
    private static final String PRELUDE = "prelude.lua";
    /** Instructions between two looks at the clock; about 50 us. */
    private static final int LOOK_INSTRUCTIONS = 10_000;
    /** What a new interpreter and the prelude take: 468 KiB were measured. */
    private static final long START_BYTES = 512 * 1024;
    /** Pages of the buffers around it, and one that is begun. */
    private static final int START_PAGES = 5;
    /** Garbage is collected early once an engine holds this share of what it may. */
    private static final int TIGHT_SHARE = 2;

    private final Server server;
    private final Scripting scripting;
    private final LuaState lua;
    private final LuaNames names;
    private final InnerCommands commands;
    private final NativeLibrary library;
    private final LuaToReply replies;
    private final ArgumentTable keys;
    private final ArgumentTable arguments;
    /** Which tables KEYS and ARGV are. */
    private long seenKeys;
    private long seenArguments;
    final ScriptRun run = new ScriptRun();
    private final int handler;
    private final int runScript;
    private final int adopt;
    private final int loadLibrary;
    /** Registry number of what was compiled for each source, and of which source. */
    private int[] compiled = new int[16];
    private long[] compiledSerial = new long[16];
    private long collectedAtBytes;

    private ScriptEngine(Server server, Scripting scripting, Account account, long limitBytes) {
        this.server = server;
        this.scripting = scripting;
        lua = new LuaState(account, limitBytes, this::looked);
        names = new LuaNames(lua);
        commands = new InnerCommands(server, scripting, run, lua, names, account);
        library = new NativeLibrary(server, scripting, run, lua, account);
        replies = new LuaToReply(lua, names);
        keys = new ArgumentTable(lua);
        arguments = new ArgumentTable(lua);
        byte[] prelude = prelude();
        lua.setTop(0);
        check(lua.load(prelude, prelude.length, "=cofferdam"));
        lua.keepCallers(-1);
        lua.forgetLines(-1);
        lua.pushFunction(library::call);
        lua.pushFunction(commands::call);
        lua.pushFunction(this::interrupted);
        library.pushOperations();
        lua.pushLight(0);
        check(lua.call(5, 5, 0));
        loadLibrary = lua.ref();
        adopt = lua.ref();
        runScript = lua.ref();
        handler = lua.ref();
        lua.setTop(0);
        lua.countInstructions(LOOK_INSTRUCTIONS);
        collectedAtBytes = lua.heldBytes();
    }

    /**
     * Makes one when all it begins with can be had; else {@link OutOfMemoryError}, and nothing was taken.
     */
    static ScriptEngine open(Server server, Scripting scripting, Account account, long limitBytes) {
        long bytes = startBytes(account.arena().pageBytes());
        if (!account.holdAnyway(bytes)) {
            throw new OutOfMemoryError("account '" + account.name() + "' has no " + bytes + " bytes for an interpreter: uses "
                    + account.usedBytes() + " of " + account.maxBytes());
        }
        try {
            return new ScriptEngine(server, scripting, account, limitBytes);
        } finally {
            account.releaseHold();
        }
    }

    static long startBytes(int pageBytes) {
        return START_BYTES + START_PAGES * (long) pageBytes;
    }

    private static byte[] prelude() {
        try (InputStream source = ScriptEngine.class.getResourceAsStream(PRELUDE)) {
            if (source == null) {
                throw new IllegalStateException(PRELUDE + " is not in this build");
            }
            return source.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void check(int status) {
        if (status != LuaState.OK) {
            throw new IllegalStateException("scripting: " + (lua.type(-1) == LuaState.STRING ? lua.string(-1) : "status " + status));
        }
    }

    // ---------------------------------------------------------------- running

    /**
     * Runs a script whose keys begin at the call's argument 3, and writes its reply.
     *
     * @return false when nothing was done because the script needs a lane
     */
    boolean run(Call call, Script script, int keys, boolean readOnly) {
        if (!prepare(script, call.reply())) {
            return true;
        }
        return execute(call, script, keys, readOnly, true);
    }

    /** As above, a function of a library. */
    boolean run(Call call, LibraryFunction function, int keys, boolean readOnly) {
        if (!prepare(function.library, call.reply())) {
            return true;
        }
        return execute(call, function, keys, readOnly, false);
    }

    private boolean execute(Call call, Source source, int keys, boolean readOnly, boolean isScript) {
        lua.setTop(0);
        if (!lua.ensureStack(8)) {
            call.reply().error(noMemory(source));
            return true;
        }
        lua.pushRef(handler);
        if (!(isScript ? pushScript(call, source, keys) : pushFunction(call, (LibraryFunction) source, keys))) {
            lua.setTop(0);
            call.reply().error(noMemory(source));
            return true;
        }
        int database = call.client().database();
        long started = call.isInLane() ? server.clock().monotonicNanos() : server.dispatcher().commandStartNanos();
        run.begin(call, source, readOnly, started);
        run.compartments = run.inLane ? server.lanes().compartmentsOf(call) | call.laneCompartments() : 0;
        if (!run.inLane) {
            scripting.setOnLoop(this);
        }
        int status = lua.call(lua.getTop() - 2, 1, 1);
        boolean resp3 = run.resp3;
        boolean moves = run.movesToLane;
        String ending = run.ending;
        boolean inLane = run.inLane;
        run.end();
        if (!inLane) {
            scripting.setOnLoop(null);
        }
        if (isScript) {
            this.keys.release();
            arguments.release();
        }
        if (ending != null || moves) {
            lua.endInterrupt();
        }
        long ended = server.clock().monotonicNanos();
        source.ran(ended - started);
        call.client().setDatabase(database);
        if (!inLane) {
            server.dispatcher().setCommandTimes(started, moves ? 0 : ended);
        }
        if (moves) {
            lua.setTop(0);
            return false;
        }
        if (replies.isCountedError()) {
            call.noteCountedError();
        }
        reply(call.reply(), source, status, resp3);
        lua.setTop(0);
        return true;
    }

    /** The script itself where KEYS and ARGV are the tables they were last, else the function that sets them and runs it. */
    private boolean pushScript(Call call, Source source, int keys) {
        if (!this.keys.fill(call, 3, keys) || !arguments.fill(call, 3 + keys, call.count() - 3 - keys)) {
            return false;
        }
        if (this.keys.serial() == seenKeys && arguments.serial() == seenArguments) {
            lua.pushRef(compiled[source.number]);
            return true;
        }
        lua.pushRef(runScript);
        lua.pushRef(compiled[source.number]);
        this.keys.push();
        arguments.push();
        seenKeys = this.keys.serial();
        seenArguments = arguments.serial();
        return true;
    }

    private boolean pushFunction(Call call, LibraryFunction function, int keys) {
        lua.pushRef(compiled[function.library.number]);
        lua.rawGet(-1, function.index);
        lua.replace(-2);
        return pushArguments(call, 3, keys) && pushArguments(call, 3 + keys, call.count() - 3 - keys);
    }

    private boolean pushArguments(Call call, int from, int count) {
        if (!lua.ensureTable(count, 0)) {
            return false;
        }
        lua.createTable(count, 0);
        for (int i = 0; i < count; i++) {
            int length = call.length(from + i);
            if (!lua.ensure(length)) {
                return false;
            }
            lua.pushString(call.address(from + i), length);
            lua.rawSet(-2, i + 1);
        }
        return true;
    }

    private void reply(ReplyWriter reply, Source source, int status, boolean resp3) {
        if (status == LuaState.OK) {
            replies.write(reply, resp3);
        } else if (status == LuaState.NO_MEMORY) {
            reply.error(noMemory(source));
            lua.collect();
        } else if (lua.type(-1) != LuaState.TABLE) {
            String text = lua.type(-1) == LuaState.STRING ? lua.string(-1) : "execution failure";
            reply.error("ERR Error running script " + source.name() + ", " + text.substring(0, Math.min(100, text.length())));
        } else {
            reply.error(errorText(source));
        }
    }

    private String errorText(Source source) {
        String text = fieldText(names.err, "ERR execution failure");
        String place = fieldText(names.source, "");
        String line = fieldText(names.line, "");
        return place.isEmpty() ? text : text + " script: " + source.name() + ", on " + place + ":" + line + ".";
    }

    /** The field of the table on top, as text. */
    private String fieldText(int name, String otherwise) {
        lua.pushRef(name);
        lua.rawGet(-2);
        String text = switch (lua.type(-1)) {
            case LuaState.STRING -> lua.string(-1);
            case LuaState.NUMBER -> Long.toString((long) lua.number(-1));
            default -> otherwise;
        };
        lua.pop(1);
        return text;
    }

    private String noMemory(Source source) {
        return "ERR Error running script " + source.name() + ", not enough memory: it may use " + lua.limitBytes()
                + " bytes, 'scripts' uses " + scripting.account().usedBytes() + " of " + scripting.account().maxBytes();
    }

    // ---------------------------------------------------------------- while it runs

    /** Every so many instructions: ends what has to end, and collects before memory runs out. */
    private void looked() {
        if (!run.running) {
            return;
        }
        scripting.look(run);
        if (run.ending != null || run.movesToLane) {
            lua.interrupt();
            return;
        }
        long held = lua.heldBytes();
        if (held > lua.limitBytes() / TIGHT_SHARE && held > collectedAtBytes + lua.limitBytes() / 8) {
            lua.collect();
            collectedAtBytes = lua.heldBytes();
        } else if (held < collectedAtBytes) {
            collectedAtBytes = held;
        }
    }

    /** On the loop: true when the run at hand ends here, to begin anew in its lane. */
    boolean movesToLane() {
        if (!run.running || !run.mayMove || run.written) {
            return false;
        }
        run.movesToLane = true;
        lua.interrupt();
        return true;
    }

    /** For the error handler: why the run has to end, or nil. */
    private int interrupted(LuaState state) {
        String reason = run.ending;
        if (run.running && run.movesToLane) {
            reason = "moves to its lane";
        }
        if (!run.running || reason == null || !lua.ensure(reason.length())) {
            lua.pushNil();
        } else {
            lua.pushText(reason);
        }
        return 1;
    }

    // ---------------------------------------------------------------- compiling

    /** Makes sure the script is compiled here; false when it does not compile, which is then the reply. */
    private boolean prepare(Script script, ReplyWriter reply) {
        if (isCompiled(script)) {
            return true;
        }
        String error = compile(script);
        if (error != null) {
            reply.error(error);
        }
        return error == null;
    }

    private boolean isCompiled(Source source) {
        return source.number < compiled.length && compiledSerial[source.number] == source.serial;
    }

    /** Answers the error's text or null. */
    @Nullable
    String compile(Script script) {
        lua.setTop(0);
        lua.pushRef(adopt);
        int status = lua.load(script.body + script.skippedBytes, script.bodyBytes - script.skippedBytes, "@user_script");
        if (status != LuaState.OK) {
            script.broken = status != LuaState.NO_MEMORY;
            String text = status == LuaState.NO_MEMORY ? noMemory(script) : "ERR Error compiling script (new function): " + lua.string(-1);
            lua.setTop(0);
            return text;
        }
        lua.keepCallers(-1);
        if (lua.call(1, 1, 0) != LuaState.OK) {
            lua.setTop(0);
            return noMemory(script);
        }
        keep(script);
        return null;
    }

    /** Pops what was compiled for a source into the registry. */
    private void keep(Source source) {
        if (source.number >= compiled.length) {
            compiled = Arrays.copyOf(compiled, Math.max(source.number + 1, compiled.length * 2));
            compiledSerial = Arrays.copyOf(compiledSerial, compiled.length);
        }
        if (compiledSerial[source.number] != 0) {
            lua.unref(compiled[source.number]);
        }
        compiled[source.number] = lua.ref();
        compiledSerial[source.number] = source.serial;
    }

    private boolean prepare(FunctionLibrary functions, ReplyWriter reply) {
        if (isCompiled(functions)) {
            return true;
        }
        String error = load(functions, null);
        if (error != null) {
            reply.error("ERR " + error);
        }
        return error == null;
    }

    /** Runs a library's code so that it registers its functions; answers what is wrong, or null. */
    @Nullable
    String load(FunctionLibrary functions, @Nullable FunctionCollector collector) {
        lua.setTop(0);
        lua.pushRef(loadLibrary);
        int status = lua.load(functions.code + functions.skippedBytes, functions.codeBytes - functions.skippedBytes, "@user_function");
        if (status != LuaState.OK) {
            String text = status == LuaState.NO_MEMORY ? noMemory(functions) : "Error compiling function: " + lua.string(-1);
            lua.setTop(0);
            return text;
        }
        lua.keepCallers(-1);
        run.beginLoading(functions, server.clock().monotonicNanos());
        status = lua.call(1, 1, 0);
        String ending = run.ending;
        run.end();
        if (ending != null) {
            lua.endInterrupt();
        }
        if (status != LuaState.OK || lua.type(-1) != LuaState.TABLE) {
            String text = ending != null ? ending : lua.type(-1) == LuaState.STRING ? lua.string(-1) : "ERR execution failure";
            lua.setTop(0);
            return "Error registering functions: " + text;
        }
        if (collector != null) {
            collect(collector);
        }
        flatten();
        keep(functions);
        lua.setTop(0);
        return null;
    }

    /** On top is the list of {name, callback, description, flags}. */
    private void collect(FunctionCollector collector) {
        int count = (int) lua.length(-1);
        for (int i = 1; i <= count; i++) {
            lua.rawGet(-1, i);
            lua.rawGet(-1, 1);
            lua.rawGet(-2, 3);
            lua.rawGet(-3, 4);
            String description = lua.type(-2) == LuaState.STRING ? lua.string(-2) : null;
            collector.function(lua.string(-3), description, (int) lua.number(-1), i);
            lua.pop(4);
        }
    }

    /** Replaces each entry of the list by its callback. */
    private void flatten() {
        int count = (int) lua.length(-1);
        for (int i = 1; i <= count; i++) {
            lua.rawGet(-1, i);
            lua.rawGet(-1, 2);
            lua.rawSet(-3, i);
            lua.pop(1);
        }
    }

    /** Hears of each function a library registers. */
    interface FunctionCollector {
        void function(String name, @Nullable String description, int flags, int index);
    }

    // ---------------------------------------------------------------- facts

    long heldBytes() {
        return lua.heldBytes();
    }

    void close() {
        commands.close();
        library.close();
        lua.close();
    }
}
