// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.net;

import dev.cofferdam.memory.Account;
import dev.cofferdam.memory.BufferPool;
import dev.cofferdam.memory.Mem;
import dev.cofferdam.resp.RespParser;
import dev.cofferdam.server.Server;
import dev.cofferdam.server.command.Call;
import dev.cofferdam.server.command.Command;
import dev.cofferdam.server.command.Dispatcher;
import dev.cofferdam.server.command.Flag;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * From received bytes to executed commands: reads, parses in place, executes the whole batch, keeps what is left over.
 *
 * <p>Owns the shared input buffer (the scratch), the parser and the calls of a batch. Event loop only. What always holds between turns: a
 * connection has an input buffer only if it has unexecuted bytes, and that buffer begins with the first byte of a command.
 *
 * <p>Three ways in: a read into the scratch (the usual case: nothing is copied but a half command at the end), a read straight into the
 * connection's own buffer while a large command arrives, and bytes of a command too large for us, which are thrown away.
 */
final class CommandReader {
    private static final int SCRATCH_BYTES = 64 * 1024;
    /** What may pile up behind a command that waits for a key, before its client is no longer read. */
    static final int WAITING_MAX_BYTES = 16 * 1024;
    /** A client whose batch takes longer lets the others have their turn. */
    private static final long TURN_NANOS = 2_000_000;
    /** After a batch that took longer, replies do not wait for the end of the turn. */
    private static final long KEEP_NANOS = 200_000;
    /** Read at once when connection memory is nearly used up. */
    private static final int TIGHT_READ_BYTES = 4096;
    private static final int OUTPUT_BYTES = 64 * 1024;
    /** Of a command that is repeated for its key, so many are executed at once, and none that begins so many bytes behind the first. */
    private static final int REPEATS_MAX = 64;
    private static final int REPEATS_MAX_BYTES = 32 * 1024;
    /** What the connections account holds for these, whoever is connected. */
    static final long BUFFERS_BYTES = SCRATCH_BYTES + 2L * OUTPUT_BYTES + WaitingCommands.OUTPUT_BYTES + WaitingCommands.PROBE_BYTES;
    /** What a client that speaks TLS says first; no command begins with it. */
    private static final byte TLS_HANDSHAKE = 22;
    private static final byte TLS_VERSION = 3;
    /** Most arguments of a command. */
    static final int ARGUMENTS_MAX = 1 << 20;

    private final EventLoop loop;
    private final Server server;
    private final Dispatcher dispatcher;
    private final BufferPool pool;
    private final long scratch;
    private final ByteBuffer scratchView;
    private final RespParser parser;
    private final ReplySender sender;
    private final Call[] calls = new Call[Dispatcher.BATCH];
    private final long[] starts = new long[Dispatcher.BATCH];
    /** How often the command of a call comes in a row, itself included: its arguments and theirs are one behind the other. */
    private final int[] times = new int[Dispatcher.BATCH];
    private final GatheredCommands gathered = new GatheredCommands();
    private final InputBuffers inputs;
    private final OversizedCommands oversized;
    private final WaitingCommands waiting;

    CommandReader(EventLoop loop, Server server, Connection nobody) {
        this.loop = loop;
        this.server = server;
        this.dispatcher = server.dispatcher();
        this.pool = loop.pool();
        Account account = server.connections();
        scratch = account.takeRun(SCRATCH_BYTES);
        if (scratch == 0) {
            throw new IllegalStateException("connections: no memory for its " + SCRATCH_BYTES + " byte input buffer; raise its budget");
        }
        scratchView = Mem.buffer(scratch, SCRATCH_BYTES);
        parser = new RespParser(ARGUMENTS_MAX, server.settings().maxBulkBytes());
        sender = new ReplySender(loop, account, OUTPUT_BYTES, nobody);
        for (int i = 0; i < Dispatcher.BATCH; i++) {
            calls[i] = new Call(server, parser, sender.writer());
        }
        inputs = new InputBuffers(loop, server);
        oversized = new OversizedCommands(server, inputs, parser, sender);
        waiting = new WaitingCommands(loop, server, inputs, account, nobody);
    }

    // ---------------------------------------------------------------- reading

    void readable(Connection client) throws IOException {
        boolean joins = canJoin(client);
        if (!joins) {
            executeGathered(); // which may serve this very client, or close it
            if (client.closed) {
                return;
            }
            joins = canJoin(client);
        }
        if (joins) {
            readNew(client);
        } else if (client.state == Connection.WAITS_FOR_KEY) {
            readWhileWaiting(client);
        } else if (client.state != Connection.RUNNING) {
            loop.updateInterest(client);
        } else if (client.inputCapacity > InputBuffers.DIRECT_BYTES || client.neededBytes > InputBuffers.DIRECT_BYTES) {
            readDirect(client);
        } else {
            readScratch(client);
        }
    }

    /** True when what the client sends may lie in the scratch behind the commands of others. Whoever cannot join reads when those are executed. */
    private boolean canJoin(Connection client) {
        return client.state == Connection.RUNNING && client.inputUsed == 0 && !client.isDiscarding() && !loop.isTight()
                && !gathered.isFull();
    }

    /** Behind what is kept of a half command; or a little at a time, while memory is short or a command is thrown away. */
    private void readScratch(Connection client) throws IOException {
        int kept = (int) client.inputUsed;
        int limit = loop.isTight() ? Math.min(SCRATCH_BYTES, kept + TIGHT_READ_BYTES) : SCRATCH_BYTES;
        scratchView.limit(limit).position(kept);
        int bytes = client.read(scratchView);
        if (bytes <= 0) {
            closeIfEnd(client, bytes);
            return;
        }
        countRead(client, bytes);
        if (kept > 0) {
            Mem.copy(client.input, scratch, kept);
            inputs.freeInput(client);
        }
        process(client, scratch, scratch + kept + bytes);
    }

    /** The usual case, nothing kept from before. One whole command joins those of other clients, anything else is executed at once. */
    private void readNew(Connection client) throws IOException {
        int start = gathered.bytes();
        scratchView.limit(SCRATCH_BYTES).position(start);
        int bytes = client.read(scratchView);
        if (bytes <= 0) {
            closeIfEnd(client, bytes);
            return;
        }
        countRead(client, bytes);
        if (bytes <= GatheredCommands.READ_MAX_BYTES && gather(client, start, start + bytes)) {
            return;
        }
        executeGathered();
        if (client.closed) {
            return;
        }
        if (Mem.getByte(scratch + start) == TLS_HANDSHAKE && bytes > 1 && Mem.getByte(scratch + start + 1) == TLS_VERSION
                && client.lastCommand().equals("NULL")) {
            loop.tls().refuseOnPlainPort(client);
        } else {
            process(client, scratch + start, scratch + start + bytes);
        }
    }

    /** True when the bytes are one command; it is then parsed and its key routed. */
    private boolean gather(Connection client, int start, int end) {
        if (Mem.getByte(scratch + start) != '*') {
            return false; // an inline command is unescaped in place, so it must not be looked at twice
        }
        if (start == 0) {
            parser.start(scratch, scratch + end);
        }
        parser.continueAt(scratch + start, scratch + end);
        parser.setMaxBulkBytes(server.settings().maxBulkBytes());
        parser.setUnauthenticated(mustAuthenticate(client));
        if (parser.next() != RespParser.COMMAND || parser.position() != scratch + end) {
            return false;
        }
        Call call = calls[gathered.count()];
        call.begin(client, parser.firstArgument(), parser.argumentCount());
        dispatcher.prepare(call, gathered.count() == 0 ? null : calls[gathered.count() - 1]);
        gathered.add(client, end);
        return true;
    }

    /** Executes what was gathered, in the order in which it was read. */
    void executeGathered() {
        int count = gathered.takeAll();
        if (count == 0) {
            return;
        }
        if (count > 1) {
            dispatcher.touch(calls, count);
        }
        loop.tickIfStale(dispatcher.startBatch());
        for (int i = 0; i < count; i++) {
            Connection client = gathered.client(i);
            if (client.closed) {
                continue; // by a command before this one
            }
            try {
                client.inUse = true;
                client.neededBytes = 0;
                sender.begin(client);
                int state = execute(client, calls[i]);
                boolean executed = state == Connection.RUNNING || state == Connection.SLOW_READER
                        || state == Connection.IN_LANE && laneBegun;
                finish(client, state, scratch + (executed ? gathered.end(i) : gathered.start(i)), scratch + gathered.end(i));
            } catch (RuntimeException | AssertionError | OutOfMemoryError e) {
                loop.failed(client, e);
            }
        }
    }

    private void readDirect(Connection client) throws IOException {
        ByteBuffer view = client.inputView;
        if (view == null) {
            view = Mem.buffer(client.input, (int) client.inputCapacity);
            client.inputView = view;
        }
        view.limit((int) client.inputCapacity).position((int) client.inputUsed);
        int bytes = client.read(view);
        if (bytes <= 0) {
            closeIfEnd(client, bytes);
            return;
        }
        countRead(client, bytes);
        client.inputUsed += bytes;
        if (inputs.isOverLimit(client, client.inputUsed) || client.inputUsed < client.neededBytes) {
            return;
        }
        long end = client.input + client.inputUsed;
        if (client.remainingArguments == 0
                || parser.advance(client.input, end, client.scannedBytes, client.remainingArguments) != RespParser.INCOMPLETE) {
            process(client, client.input, end);
            return;
        }
        remember(client);
        if (client.neededBytes > inputs.holdableBytes()) {
            oversized.refuse(client, client.input, end);
        } else if (client.neededBytes > client.inputCapacity && !inputs.grow(client)) {
            loop.parking().park(client, Connection.WAITS_FOR_MEMORY);
        }
    }

    /** A client that waits for a key is read only to notice that it left, and to keep a little of what it sends ahead. */
    private void readWhileWaiting(Connection client) throws IOException {
        waiting.readBehind(client, scratchView, scratch);
        if (!client.closed) {
            loop.updateInterest(client);
        }
    }

    private void countRead(Connection client, int bytes) {
        server.statistics().inputBytes += bytes;
        client.progressMillis = server.nowMillis();
    }

    private void closeIfEnd(Connection client, int bytes) {
        if (bytes < 0) {
            loop.close(client, "closed-by-client");
        }
    }

    /** Goes on with what a client sent before it had to wait. */
    void resume(Connection client) {
        if (client.inputUsed == 0) {
            return;
        }
        if (client.neededBytes > client.inputUsed) {
            // It waited for memory, and has it now: the rest is still to come.
            return;
        }
        if (waiting.takes(client) && !waiting.isStillThere(client)) {
            return;
        }
        process(client, client.input, client.input + client.inputUsed);
    }

    // ---------------------------------------------------------------- executing

    /**
     * Executes all whole commands in [base, end), which is the scratch or the connection's own buffer, and keeps the rest. What was gathered is executed
     * by then: it uses the same parser.
     */
    private void process(Connection client, long base, long end) {
        assert gathered.count() == 0;
        client.inUse = true;
        client.neededBytes = 0;
        long from = client.isDiscarding() ? oversized.discard(client, base, end) : base;
        parser.setMaxBulkBytes(server.settings().maxBulkBytes());
        parser.start(from, end);
        sender.begin(client);
        loop.tickIfStale(dispatcher.startBatch());
        int state = executeAll(client);
        finish(client, state, restFrom, end);
    }

    /** Sends or keeps the replies, keeps [rest, end), and does what the state asks for. */
    private void finish(Connection client, int state, long rest, long end) {
        if (state == Connection.RUNNING && !client.closesAfterReply() && dispatcher.batchNanos() < KEEP_NANOS) {
            sender.keep();
        } else {
            sender.flush();
        }
        client.inUse = false;
        sender.end();
        if (state == Connection.IN_LANE && laneBegun) {
            inputs.keep(client, rest, end); // where that closes the client: what has begun comes to its end first
            loop.lanes().start(client, laneCompartments, Objects.requireNonNull(laneCommand), true);
            return;
        }
        String reason = client.pendingClose;
        if (reason != null) {
            loop.close(client, reason);
            return;
        }
        if (client.closesAfterReply()) {
            closeWhenSent(client);
            return;
        }
        if (state == OVERSIZED) {
            oversized.refuse(client, rest, end);
            return;
        }
        if (!inputs.keep(client, rest, end)) {
            return;
        }
        if (state == YIELDS) {
            loop.parking().resumeLater(client);
        } else if (state == Connection.IN_LANE) {
            loop.lanes().start(client, laneCompartments, Objects.requireNonNull(laneCommand), false);
        } else if (state != client.state || state != Connection.RUNNING) {
            loop.parking().park(client, state);
        } else if (client.outputBytes() > 0) {
            loop.updateInterest(client);
        }
    }

    /** Beside the states of a connection: its command will never fit. */
    private static final int OVERSIZED = -1;
    /** It has had its share of this turn, and goes on in the next. */
    private static final int YIELDS = -2;
    /** Results of {@link #executeAll} beside the state. */
    private long restFrom;
    private int laneCompartments;
    private @Nullable Command laneCommand;
    /** A part of it is done, so it is no longer at the front of the input. */
    private boolean laneBegun;

    /** Who has not said who it is may send short commands only. */
    private boolean mustAuthenticate(Connection client) {
        return !client.isAuthenticated() && server.acl().mustAuthenticate(client);
    }

    /** Answers the state the connection is in afterwards; {@link #restFrom} is the first byte not executed. */
    private int executeAll(Connection client) {
        while (true) {
            parser.clearTable();
            parser.setUnauthenticated(mustAuthenticate(client));
            int count = 0;
            int result = RespParser.COMMAND;
            while (count < Dispatcher.BATCH && !parser.isFull()) {
                starts[count] = parser.position();
                result = parser.next();
                if (result != RespParser.COMMAND) {
                    break;
                }
                Call call = calls[count];
                call.begin(client, parser.firstArgument(), parser.argumentCount());
                dispatcher.prepare(call, count == 0 ? null : calls[count - 1]);
                times[count] = parser.position() < parser.limit() && dispatcher.canRepeat(call)
                        ? 1 + parser.repeats(1, REPEATS_MAX - 1, REPEATS_MAX_BYTES)
                        : 1;
                count++;
            }
            if (count > 1) {
                dispatcher.touch(calls, count);
            }
            for (int i = 0; i < count; i++) {
                long next = i + 1 < count ? starts[i + 1] : parser.position();
                int state = times[i] == 1
                        ? executeOne(client, calls[i], starts[i], next)
                        : executeRepeated(client, calls[i], times[i], starts[i], next);
                if (state != Connection.RUNNING) {
                    return state;
                }
                if (client.pendingClose != null || client.closesAfterReply()) {
                    return Connection.RUNNING;
                }
                if (dispatcher.batchNanos() > TURN_NANOS && restFrom < parser.limit() && canKeepRest()) {
                    return YIELDS;
                }
            }
            if (result == RespParser.COMMAND) {
                continue;
            }
            restFrom = parser.position();
            if (result == RespParser.ERROR) {
                sender.writer().error("ERR " + parser.error());
                server.statistics().countError(sender.writer().lastError());
                client.closeAfterReply();
                return Connection.RUNNING;
            }
            remember(client);
            return client.neededBytes > inputs.holdableBytes() ? OVERSIZED : Connection.RUNNING;
        }
    }

    /** Executes the command at {@code start}, and says in {@link #restFrom} where to go on: behind it, unless it has to wait. */
    private int executeOne(Connection client, Call call, long start, long next) {
        int state = execute(client, call);
        boolean waits = state != Connection.RUNNING && state != Connection.SLOW_READER && !(state == Connection.IN_LANE && laneBegun);
        restFrom = waits ? start : next;
        return state;
    }

    /** Executes a command and those that repeat it: together as far as that can be, the others one by one. */
    private int executeRepeated(Connection client, Call call, int times, long start, long next) {
        sender.beginCommand();
        int done = dispatcher.runRepeated(call, times);
        sender.endCommand();
        restFrom = next;
        long head = call.address(0) - start;
        int steps = done;
        for (int i = done; i < times; i++) {
            if (steps > 0) {
                call.beginRepetition(steps);
            }
            steps = 1;
            long after = i + 1 < times ? call.address(call.count()) - head : next;
            int state = executeOne(client, call, call.address(0) - head, after);
            if (state != Connection.RUNNING || client.pendingClose != null || client.closesAfterReply()) {
                return state;
            }
            if (i + 1 < times && dispatcher.batchNanos() > TURN_NANOS && canKeepRest()) {
                return YIELDS;
            }
        }
        return client.outputBytes() > loop.unsent().outputPauseBytes() ? Connection.SLOW_READER : Connection.RUNNING;
    }

    private boolean canKeepRest() {
        return pool.account().availableBytes() > 4L * SCRATCH_BYTES;
    }

    private void remember(Connection client) {
        client.scannedBytes = parser.scannedBytes();
        client.remainingArguments = parser.remainingArguments();
        client.neededBytes = parser.neededBytes();
    }

    private int execute(Connection client, Call call) {
        boolean ruled = client.hasReplyRule();
        if (ruled) {
            sender.mute();
        }
        sender.beginCommand();
        int outcome = dispatcher.run(call);
        laneBegun = outcome == Dispatcher.LANE && call.hasBegun();
        if (laneBegun) {
            client.state = Connection.IN_LANE; // from here on it is not closed before its command is over
            sender.leaveCommand();
        } else {
            sender.endCommand();
        }
        if (ruled || client.hasReplyRule()) {
            dropOrSend(client, call, ruled);
        }
        switch (outcome) {
            case Dispatcher.DONE -> {
                if (server.blocking().hasReady()) {
                    server.blocking().serve(waiting);
                }
                return client.outputBytes() > loop.unsent().outputPauseBytes() ? Connection.SLOW_READER : Connection.RUNNING;
            }
            case Dispatcher.BLOCKED -> {
                return Connection.WAITS_FOR_KEY;
            }
            case Dispatcher.LANE -> {
                laneCompartments = server.lanes().compartmentsOf(call);
                laneCommand = call.command();
                // A script without keys, a command that uses files: one at a time of each.
                return laneCompartments == 0 && server.lanes().isBusyWithout(laneCommand) ? Connection.WAITS_FOR_LANE : Connection.IN_LANE;
            }
            case Dispatcher.BUSY -> {
                return Connection.WAITS_FOR_LANE;
            }
            default -> {
                return Connection.PAUSED;
            }
        }
    }

    /** CLIENT REPLY: the command that set the rule, and those under it, are not answered; the one that ends it is, and what is a message by its form. */
    private void dropOrSend(Connection client, Call call, boolean muted) {
        Command command = call.commandOrNull();
        boolean drop = client.dropsThisReply() && (command == null || !command.has(Flag.PUBSUB) || !command.name().endsWith("subscribe"));
        if (muted) {
            sender.unmute(drop);
        } else if (drop) {
            sender.dropLast();
        }
    }

    private void closeWhenSent(Connection client) {
        inputs.freeInput(client);
        if (client.outputBytes() == 0) {
            loop.close(client, "closed-after-reply");
        } else {
            loop.updateInterest(client);
        }
    }

    /** Sends the replies of this turn that were kept until its end. */
    void sendReplies() {
        sender.sendKept();
    }

    /** True when the client is just being answered, and gets the message with its replies. */
    boolean takesAfterReply(Connection client, long address, long length, boolean behind) {
        return client.inUse && (sender.takeMessage(client, address, length, behind)
                || waiting.takesAfterReply(client, address, length, behind));
    }

    WaitingCommands waiting() {
        return waiting;
    }

    InputBuffers inputs() {
        return inputs;
    }

    /** A command that ran in a lane is over: it leaves the front of the input. */
    void laneCommandDone(Connection client, long commandBytes) {
        client.neededBytes = 0;
        client.state = Connection.RUNNING;
        if (client.closesAfterReply()) {
            closeWhenSent(client); // a transaction may have said so
        } else if (inputs.keep(client, client.input + commandBytes, client.input + client.inputUsed)) {
            loop.parking().resumeLater(client);
        }
    }
}
