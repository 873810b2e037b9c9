// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.scripting;

import dev.cofferdam.lua.LuaState;
import dev.cofferdam.memory.Account;
import dev.cofferdam.memory.Mem;
import dev.cofferdam.resp.NumberPrinter;
import dev.cofferdam.resp.ReplyWriter;
import dev.cofferdam.resp.RespParser;
import dev.cofferdam.server.Server;
import dev.cofferdam.server.command.Admission;
import dev.cofferdam.server.command.Call;
import dev.cofferdam.server.command.Command;
import dev.cofferdam.server.command.CommandTally;
import dev.cofferdam.server.command.Flag;
import dev.cofferdam.server.net.EventLoop;
import dev.cofferdam.server.pubsub.Tracking;
import org.jspecify.annotations.Nullable;

/**
 * redis.call and redis.pcall: from values on Lua's stack to a command, by the dispatcher's way, and from its reply to a value.
 *
 * <p>One per engine. Arguments stay where they are, in Lua's strings, which the stack keeps alive. Results are a value, or nil and the error that the
 * script's function shall raise.
 */
final class InnerCommands {
    private static final int NUMBER_BYTES = 32;
    private static final String SHUTS_DOWN = "ERR the server shuts down";
    /** Loans recalled for one command at most, each of at least so many bytes. */
    private static final int RECALLS_MAX = 16;
    private static final long RECALL_BYTES = 512 * 1024;

    private final Server server;
    private final Scripting scripting;
    private final ScriptRun run;
    private final LuaState lua;
    private final LuaNames names;
    private final RespParser arguments = new RespParser(Integer.MAX_VALUE, Integer.MAX_VALUE);
    private final ScriptBuffer numbers;
    private final ScriptBuffer reply;
    private final ReplyWriter writer;
    private final Call call;
    private final Admission admission;
    private final ReplyToLua results;
    /** An error for when there is no memory left for one: a reference in Lua's registry. */
    private final int noMemory;

    InnerCommands(Server server, Scripting scripting, ScriptRun run, LuaState lua, LuaNames names, Account account) {
        this.server = server;
        this.scripting = scripting;
        this.run = run;
        this.lua = lua;
        this.names = names;
        this.numbers = new ScriptBuffer(account);
        this.reply = new ScriptBuffer(account);
        this.writer = new ReplyWriter(reply);
        this.call = new Call(server, arguments, writer);
        call.setOfScript();
        this.admission = server.dispatcher().newAdmission();
        this.results = new ReplyToLua(lua, names);
        this.noMemory = errorTable("ERR not enough memory in the script for the error of a command");
    }

    private int errorTable(String text) {
        lua.ensureTable(0, 1);
        lua.ensure(text.length());
        lua.createTable(0, 1);
        lua.pushRef(names.err);
        lua.pushText(text);
        lua.rawSet(-3);
        return lua.ref();
    }

    void close() {
        numbers.close();
        reply.close();
    }

    /** The function behind both; see {@link dev.cofferdam.lua.LuaFunction}. */
    int call(LuaState state) {
        try {
            return callChecked();
        } catch (RuntimeException | Error e) {
            server.events().log("script-call-failed error=\"" + e + "\"");
            return failed("ERR internal error in a script's command; see the server's log");
        }
    }

    private int callChecked() {
        if (!run.running || run.loading) {
            return failed("ERR redis.call/pcall can only be called inside a script invocation");
        }
        String problem = takeArguments();
        if (problem != null) {
            return failed("ERR " + problem);
        }
        Command command = server.dispatcher().prepareInScript(call, run.call);
        String refusal = judge(command);
        if (refusal != null) {
            return rejected(command, refusal);
        }
        return execute(call.command());
    }

    /** Points the call at the values on the stack; answers what is wrong with them, or null. */
    private @Nullable String takeArguments() {
        int count = lua.getTop();
        if (count == 0) {
            return "Please specify at least one argument for this redis lib call";
        }
        numbers.clear();
        if (!numbers.reserve((long) count * NUMBER_BYTES)) {
            return "no memory for " + count + " arguments";
        }
        long lowest = numbers.base();
        long highest = lowest;
        for (int i = 1; i <= count; i++) {
            int type = lua.type(i);
            if (type == LuaState.STRING) {
                long address = lua.stringAddress(i);
                lowest = Math.min(lowest, address);
                highest = Math.max(highest, address + lua.stringLength(i));
            } else if (type != LuaState.NUMBER) {
                return "Lua redis lib command arguments must be strings or integers";
            }
        }
        boolean farApart = highest - lowest > Integer.MAX_VALUE;
        if (farApart && !gather(count)) {
            return "no memory for the arguments";
        }
        arguments.startTable(farApart ? numbers.base() : lowest);
        long gathered = numbers.base() + (long) count * NUMBER_BYTES;
        for (int i = 1; i <= count; i++) {
            if (lua.type(i) == LuaState.NUMBER) {
                long text = numbers.base() + (long) (i - 1) * NUMBER_BYTES;
                arguments.addArgument(text, NumberPrinter.writeReal(text, lua.number(i)));
            } else {
                int length = (int) lua.stringLength(i);
                arguments.addArgument(farApart ? gathered : lua.stringAddress(i), length);
                gathered += length;
            }
        }
        call.begin(run.client(), 0, count);
        call.setTransaction(true);
        call.setScript(true);
        call.setLane(run.inLane);
        return null;
    }

    /** Strings more than 2 GiB apart are copied together, behind the numbers. */
    private boolean gather(int count) {
        numbers.advance((long) count * NUMBER_BYTES);
        for (int i = 1; i <= count; i++) {
            if (lua.type(i) == LuaState.STRING) {
                numbers.put(lua.stringAddress(i), lua.stringLength(i));
            }
        }
        return !numbers.overflowed();
    }

    /** Redis's rules for scripts, then ours; answers the refusal or null. */
    private @Nullable String judge(@Nullable Command command) {
        if (command == null) {
            return "ERR Unknown Redis command called from script";
        }
        if (!command.arity().accepts(call.count())) {
            return "ERR Wrong number of args calling Redis command from script";
        }
        if (!scripting.allows(command, run.inLane)) {
            return "ERR This Redis command is not allowed from script";
        }
        if (!call.client().user().isUnrestricted()) {
            String refusal = server.acl().refusalInScript(call, command, run.inLane);
            if (refusal != null) {
                return refusal;
            }
        }
        if (server.settings().isReadOnly() && command.writes()) {
            return "NOREPLICAS Not enough good replicas to write.";
        }
        if (run.readOnly && (command.writes() || command.has(Flag.MAY_REPLICATE))) {
            return "ERR Write commands are not allowed from read-only scripts.";
        }
        if (command.has(Flag.BLOCKING) && command.has(Flag.MOVABLEKEYS) && asksToBlock()) {
            return "ERR " + call.text(0) + " command is not allowed with BLOCK option from scripts";
        }
        String unreachable = scripting.reach(run, call);
        if (run.movesToLane) {
            lua.interrupt();
        }
        return unreachable;
    }

    /** XREAD and XREADGROUP are the only ones that wait by an option; the other waiting commands answer at once, as in MULTI. */
    private boolean asksToBlock() {
        for (int i = 1; i + 1 < call.count() && !call.is(i, "STREAMS"); i++) {
            if (call.is(i, "BLOCK")) {
                return call.command().name().startsWith("xread");
            }
        }
        return false;
    }

    private int execute(Command command) {
        if (command.writes()) {
            run.written = true;
        }
        if (!server.pubsub().monitors().isEmpty()) {
            showMonitors();
        }
        Source source = run.source;
        admission.setLenient(source != null && source.has(ScriptFlags.ALLOW_OOM));
        reply.begin(writer);
        writer.setResp3(run.resp3);
        String full = run(command);
        for (int tries = RECALLS_MAX; full != null && tries > 0 && recalled(); tries--) {
            full = run(command);
        }
        reply.end(writer);
        Call outer = run.call;
        if (run.inLane && outer != null) {
            outer.adoptLaneChanges(call);
        }
        if (outer != null && full == null && run.client().isTracking() && Tracking.reads(command)) {
            outer.noteScriptReads();
        }
        if (full != null) {
            return rejected(command, full);
        }
        if (reply.overflowed()) {
            reply.clear();
            return failed("ERR the reply of '" + command.name() + "' is larger than the memory scripts have left");
        }
        boolean isError = Mem.getByte(reply.base()) == '-';
        lua.setTop(0);
        if (isError) {
            lua.pushNil();
        } else if (lua.resultsWanted() == 0) {
            reply.clear();
            return 0;
        }
        boolean pushed = results.push(reply.base());
        reply.clear();
        if (!pushed) {
            lua.setTop(0);
            return failed("ERR not enough memory in the script for the reply of '" + command.name() + "'");
        }
        return isError ? 2 : 1;
    }

    /** MONITOR is the loop's; a lane asks it, so that the line is there before the command's effect. */
    private void showMonitors() {
        EventLoop loop = server.loop();
        if (!run.inLane || loop == null) {
            server.pubsub().monitors().showOfScript(call);
        } else {
            loop.ask(() -> {
                server.pubsub().monitors().showOfScript(call);
                return true;
            }, false);
        }
    }

    /** In a lane, what touches no key touches what is the loop's: PUBLISH, INFO and the like. */
    private boolean isForTheLoop(Command command) {
        return run.inLane && command.keySpecs() == 0 && !command.wholeKeyspace();
    }

    private @Nullable String run(Command command) {
        EventLoop loop = server.loop();
        if (loop == null || !isForTheLoop(command)) {
            CommandTally tally = tally();
            return tally == null ? runOnLoop(run.inTransaction) : runInLane(command, tally);
        }
        call.setLane(false);
        return loop.ask(() -> runOnLoop(false), SHUTS_DOWN);
    }

    private @Nullable String runOnLoop(boolean inTransaction) {
        scripting.setCommandOnLoop(true);
        try {
            return server.dispatcher().runInScript(call, admission, false, inTransaction);
        } finally {
            scripting.setCommandOnLoop(false);
        }
    }

    private @Nullable String runInLane(Command command, CommandTally tally) {
        long started = server.clock().monotonicNanos();
        long errorsBefore = writer.errors();
        String full = server.dispatcher().runInScript(call, admission, true, run.inTransaction);
        if (full == null) {
            boolean failed = writer.errors() != errorsBefore;
            tally.ran(command, server.clock().monotonicNanos() - started, failed);
            if (failed) {
                tally.error(writer.lastError());
            }
        }
        return full;
    }

    /** A compartment was full: in a lane its loans to others can be recalled by the loop only. */
    private boolean recalled() {
        long bytes = RECALL_BYTES;
        for (int i = 0; i < call.count(); i++) {
            bytes += 3L * call.length(i);
        }
        long wanted = bytes;
        EventLoop loop = server.loop();
        return run.inLane && loop != null && loop.ask(() -> scripting.recallFor(call, wanted), false);
    }

    private int failed(String text) {
        return pushError(text, false);
    }

    /** As above, of an error that is counted already. */
    private int rejected(@Nullable Command command, String text) {
        CommandTally tally = tally();
        if (tally != null) {
            tally.error(text);
            if (command != null) {
                tally.rejected(command);
            }
        } else {
            server.statistics().countError(text);
            if (command != null) {
                command.statistics().rejectedCalls++;
            }
        }
        return pushError(text, true);
    }

    /** Where to count in a lane; null on the loop. */
    private @Nullable CommandTally tally() {
        Call outer = run.call;
        return run.inLane && outer != null ? outer.laneTally() : null;
    }

    private int pushError(String text, boolean counted) {
        lua.setTop(0);
        lua.pushNil();
        if (!lua.ensureTable(0, 2) || !lua.ensure(text.length())) {
            lua.pushRef(noMemory);
            return 2;
        }
        lua.createTable(0, 2);
        lua.pushRef(names.err);
        lua.pushText(text);
        lua.rawSet(-3);
        if (counted) {
            lua.pushRef(names.ignoreStatistics);
            lua.pushBoolean(true);
            lua.rawSet(-3);
        }
        return 2;
    }
}
