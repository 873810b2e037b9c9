// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.net;

import dev.cofferdam.memory.Account;
import dev.cofferdam.memory.Arena;
import dev.cofferdam.memory.Mem;
import dev.cofferdam.resp.RespParser;
import dev.cofferdam.server.Server;
import dev.cofferdam.server.client.Blocking;
import dev.cofferdam.server.client.Client;
import dev.cofferdam.server.command.Call;
import dev.cofferdam.server.command.Command;
import dev.cofferdam.server.command.Dispatcher;
import java.io.IOException;
import java.nio.ByteBuffer;
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
final class CommandReader implements Blocking.Rerun {
    private static final int SCRATCH_BYTES = 64 * 1024;
    /** Commands parsed ahead, so that their keys' memory is on its way when they run. */
    private static final int BATCH = 16;
    /** A half command that needs more than this is read straight into a buffer of its own. */
    static final int DIRECT_BYTES = 32 * 1024;
    /** What may pile up behind a command that waits for a key, before its client is no longer read. */
    static final int WAITING_MAX_BYTES = 16 * 1024;
    /** A client whose batch takes longer lets the others have their turn. */
    private static final long TURN_NANOS = 2_000_000;
    /** Share of what connections may use that large commands leave to small buffers. */
    private static final int FLOOR_SHARE = 16;
    /** Read at once when connection memory is nearly used up. */
    private static final int TIGHT_READ_BYTES = 4096;
    private static final int OUTPUT_BYTES = 64 * 1024;
    private static final int SERVED_OUTPUT_BYTES = 16 * 1024;
    /** Most arguments of a command. */
    private static final int ARGUMENTS_MAX = 1 << 21;

    private final EventLoop loop;
    private final Server server;
    private final Dispatcher dispatcher;
    private final BufferPool pool;
    private final long scratch;
    private final ByteBuffer scratchView;
    private final RespParser parser;
    private final ReplySender sender;
    private final Call[] calls = new Call[BATCH];
    private final long[] starts = new long[BATCH];
    /** Command that is executed while another client's batch is under way: one that waited for a key. */
    private final RespParser servedParser;
    private final ReplySender servedSender;
    private final Call served;

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
        for (int i = 0; i < BATCH; i++) {
            calls[i] = new Call(server, parser, sender.writer());
        }
        servedParser = new RespParser(ARGUMENTS_MAX, Integer.MAX_VALUE);
        servedSender = new ReplySender(loop, account, SERVED_OUTPUT_BYTES, nobody);
        served = new Call(server, servedParser, servedSender.writer());
    }

    // ---------------------------------------------------------------- reading

    void readable(Connection client) throws IOException {
        if (client.state == Connection.WAITS_FOR_KEY) {
            readWhileWaiting(client);
        } else if (client.state != Connection.RUNNING) {
            loop.updateInterest(client);
        } else if (client.inputCapacity > DIRECT_BYTES || client.neededBytes > DIRECT_BYTES) {
            readDirect(client);
        } else {
            readScratch(client);
        }
    }

    private void readScratch(Connection client) throws IOException {
        int kept = (int) client.inputUsed;
        int limit = loop.isTight() ? Math.min(SCRATCH_BYTES, kept + TIGHT_READ_BYTES) : SCRATCH_BYTES;
        scratchView.limit(limit).position(kept);
        int bytes = client.channel.read(scratchView);
        if (bytes <= 0) {
            closeIfEnd(client, bytes);
            return;
        }
        countRead(client, bytes);
        if (kept > 0) {
            Mem.copy(client.input, scratch, kept);
            freeInput(client);
        }
        process(client, scratch, scratch + kept + bytes);
    }

    private void readDirect(Connection client) throws IOException {
        ByteBuffer view = client.inputView;
        if (view == null) {
            view = Mem.buffer(client.input, (int) client.inputCapacity);
            client.inputView = view;
        }
        view.limit((int) client.inputCapacity).position((int) client.inputUsed);
        int bytes = client.channel.read(view);
        if (bytes <= 0) {
            closeIfEnd(client, bytes);
            return;
        }
        countRead(client, bytes);
        client.inputUsed += bytes;
        if (client.inputUsed < client.neededBytes) {
            return;
        }
        long end = client.input + client.inputUsed;
        if (client.remainingArguments == 0
                || parser.advance(client.input, end, client.scannedBytes, client.remainingArguments) != RespParser.INCOMPLETE) {
            process(client, client.input, end);
            return;
        }
        remember(client);
        if (client.neededBytes > holdableBytes()) {
            refuseOversized(client, client.input, end);
        } else if (client.neededBytes > client.inputCapacity && !grow(client)) {
            loop.park(client, Connection.WAITS_FOR_MEMORY);
        }
    }

    /** A client that waits for a key is read only to notice that it left, and to keep a little of what it sends ahead. */
    private void readWhileWaiting(Connection client) throws IOException {
        int room = (int) (WAITING_MAX_BYTES - client.inputUsed);
        if (room <= 0) {
            loop.updateInterest(client);
            return;
        }
        scratchView.limit(room).position(0);
        int bytes = client.channel.read(scratchView);
        if (bytes <= 0) {
            closeIfEnd(client, bytes);
            return;
        }
        countRead(client, bytes);
        client.neededBytes = client.inputUsed + bytes;
        if (client.neededBytes > client.inputCapacity && !grow(client)) {
            cutForInput(client);
            return;
        }
        Mem.copy(scratch, client.input + client.inputUsed, bytes);
        client.inputUsed += bytes;
        loop.updateInterest(client);
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
        process(client, client.input, client.input + client.inputUsed);
    }

    // ---------------------------------------------------------------- executing

    /** Executes all whole commands in [base, end), which is the scratch or the connection's own buffer, and keeps the rest. */
    private void process(Connection client, long base, long end) {
        client.inUse = true;
        client.neededBytes = 0;
        long from = client.isDiscarding() ? discard(client, base, end) : base;
        parser.setMaxBulkBytes(server.settings().maxBulkBytes());
        parser.start(from, end);
        sender.begin(client);
        dispatcher.startBatch();
        int state = executeAll(client);
        long rest = restFrom;
        sender.flush();
        client.inUse = false;
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
            refuseOversized(client, rest, end);
            return;
        }
        if (!keep(client, rest, end)) {
            return;
        }
        if (state == YIELDS) {
            loop.resumeLater(client);
        } else if (state == Connection.IN_LANE) {
            loop.lanes().start(client, laneCompartments, laneCommand);
        } else if (state != client.state || state != Connection.RUNNING) {
            loop.park(client, state);
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

    /** Answers the state the connection is in afterwards; {@link #restFrom} is the first byte not executed. */
    private int executeAll(Connection client) {
        while (true) {
            parser.clearTable();
            parser.setUnauthenticated(!client.isAuthenticated());
            int count = 0;
            int result = RespParser.COMMAND;
            while (count < BATCH) {
                starts[count] = parser.position();
                result = parser.next();
                if (result != RespParser.COMMAND) {
                    break;
                }
                Call call = calls[count++];
                call.begin(client, parser.firstArgument(), parser.argumentCount());
                dispatcher.prepare(call);
            }
            for (int i = 0; i < count && count > 1; i++) {
                dispatcher.prepareEntry(calls[i]);
            }
            for (int i = 0; i < count; i++) {
                int state = execute(client, calls[i]);
                restFrom = i + 1 < count ? starts[i + 1] : parser.position();
                if (state != Connection.RUNNING) {
                    restFrom = state == Connection.SLOW_READER ? restFrom : starts[i];
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
            return client.neededBytes > holdableBytes() ? OVERSIZED : Connection.RUNNING;
        }
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
        if (ruled || client.hasReplyRule()) {
            dropOrSend(client, ruled);
        }
        switch (outcome) {
            case Dispatcher.DONE -> {
                if (server.blocking().hasReady()) {
                    server.blocking().serve(this);
                }
                return client.outputBytes() > loop.outputPauseBytes() ? Connection.SLOW_READER : Connection.RUNNING;
            }
            case Dispatcher.BLOCKED -> {
                return Connection.WAITS_FOR_KEY;
            }
            case Dispatcher.LANE -> {
                laneCompartments = server.lanes().compartmentsOf(call);
                laneCommand = call.command();
                return Connection.IN_LANE;
            }
            case Dispatcher.BUSY -> {
                return Connection.WAITS_FOR_LANE;
            }
            default -> {
                return Connection.PAUSED;
            }
        }
    }

    /** CLIENT REPLY: the command that set the rule, and those under it, are not answered; the one that ends it is. */
    private void dropOrSend(Connection client, boolean muted) {
        boolean drop = client.dropsThisReply();
        if (muted) {
            sender.unmute(drop);
        } else if (drop) {
            sender.dropLast();
        }
    }

    private void closeWhenSent(Connection client) {
        freeInput(client);
        if (client.outputBytes() == 0) {
            loop.close(client, "closed-after-reply");
        } else {
            loop.updateInterest(client);
        }
    }

    // ---------------------------------------------------------------- keeping

    /** Keeps [rest, end) in the connection's own buffer. False when the connection was closed for want of memory. */
    private boolean keep(Connection client, long rest, long end) {
        long length = end - rest;
        if (length == 0) {
            freeInput(client);
            return true;
        }
        long wanted = pool.capacityFor(Math.max(length, client.neededBytes));
        boolean inPlace = client.inputCapacity > 0 && rest >= client.input && rest < client.input + client.inputCapacity;
        if (inPlace && wanted <= client.inputCapacity && wanted > client.inputCapacity / 4) {
            Mem.copy(rest, client.input, length);
            client.inputUsed = length;
            return true;
        }
        long buffer = take(wanted);
        if (buffer == 0) {
            loop.noteTight();
        }
        if (buffer == 0 && wanted > pool.capacityFor(length)) {
            wanted = pool.capacityFor(length);
            buffer = pool.take(wanted);
            if (buffer != 0) {
                replaceInput(client, buffer, wanted, rest, length);
                loop.park(client, Connection.WAITS_FOR_MEMORY);
                return false;
            }
        }
        if (buffer == 0 && inPlace) {
            Mem.copy(rest, client.input, length);
            client.inputUsed = length;
            return true;
        }
        if (buffer == 0) {
            cutForInput(client);
            return false;
        }
        replaceInput(client, buffer, wanted, rest, length);
        return true;
    }

    /** Small buffers are worth a stalled reader; large ones wait their turn. */
    private long take(long capacity) {
        if (capacity > DIRECT_BYTES) {
            return takeLarge(capacity);
        }
        long buffer = pool.take(capacity);
        while (buffer == 0 && loop.cutLargestOutput()) {
            buffer = pool.take(capacity);
        }
        return buffer;
    }

    /** Leaves enough behind for the small buffers of everybody else: uploads may fill connections, but not to the brim. */
    private long takeLarge(long capacity) {
        Account account = pool.account();
        return account.availableBytes() < capacity + account.maxBytes() / FLOOR_SHARE ? 0 : pool.take(capacity);
    }

    private void replaceInput(Connection client, long buffer, long capacity, long from, long length) {
        Mem.copy(from, buffer, length);
        freeInput(client);
        client.input = buffer;
        client.inputCapacity = capacity;
        client.inputUsed = length;
    }

    /** Gives the input buffer room for the whole command, doubling at least; false when there is no memory now. */
    boolean grow(Connection client) {
        if (client.neededBytes <= client.inputCapacity) {
            return true;
        }
        long wanted = pool.capacityFor(Math.max(client.neededBytes, Math.min(client.inputCapacity * 2, holdableBytes())));
        long buffer = take(wanted);
        if (buffer == 0) {
            wanted = pool.capacityFor(client.neededBytes);
            buffer = take(wanted);
        }
        if (buffer == 0) {
            loop.noteTight();
            return false;
        }
        replaceInput(client, buffer, wanted, client.input, client.inputUsed);
        return true;
    }

    void freeInput(Connection client) {
        if (client.inputCapacity > 0) {
            pool.giveBack(client.input, client.inputCapacity);
            client.input = 0;
            client.inputCapacity = 0;
            client.inputView = null;
        }
        client.inputUsed = 0;
    }

    private void cutForInput(Connection client) {
        server.statistics().clientsCutForInput++;
        server.events().log("client-cut reason=input-no-memory id=" + client.id() + " addr=" + client.peer() + " name=\"" + client.name()
                + "\" needed_bytes=" + client.neededBytes + " connections_used_bytes=" + server.connections().usedBytes()
                + " connections_max_bytes="
                + server.connections().maxBytes());
        loop.close(client, "input-no-memory");
    }

    // ---------------------------------------------------------------- commands that can never fit

    /** Largest command that connections could hold with nobody else there. */
    private long holdableBytes() {
        long max = server.connections().maxBytes();
        return Math.min(max - max / FLOOR_SHARE - SCRATCH_BYTES - 2L * OUTPUT_BYTES - SERVED_OUTPUT_BYTES - Arena.FRAME_BYTES,
                Arena.RUN_MAX_BYTES);
    }

    /** Answers the command with an error at once, and throws its bytes away as they come; the connection stays. */
    private void refuseOversized(Connection client, long commandStart, long end) {
        server.statistics().oversizedCommands++;
        client.failExec();
        sender.begin(client);
        sender.writer().error("ERR command of at least " + client.neededBytes + " bytes refused: 'connections' can hold " + holdableBytes()
                + " bytes for one command; raise its maximum or send smaller values");
        server.statistics().countError(sender.writer().lastError());
        sender.flush();
        client.discardArguments = client.remainingArguments;
        client.discardBytes = 0;
        long from = discard(client, commandStart + client.scannedBytes, end);
        client.neededBytes = 0;
        if (from < end) {
            // Only a piece of a "$..." line can be left, which is small.
            keep(client, from, end);
        } else {
            freeInput(client);
        }
    }

    /** Goes over bytes of a discarded command; answers the first byte that is not dealt with. */
    private long discard(Connection client, long from, long end) {
        long at = from;
        while (client.isDiscarding()) {
            if (client.discardBytes > 0) {
                long part = Math.min(client.discardBytes, end - at);
                client.discardBytes -= part;
                at += part;
                if (client.discardBytes > 0) {
                    return at;
                }
                continue;
            }
            long length = parser.bulkLength(at, end);
            if (length == RespParser.LINE_UNFINISHED) {
                return at;
            }
            if (length < 0) {
                client.discardArguments = 0;
                return at;
            }
            at = parser.afterLine(at, end);
            client.discardBytes = length + 2;
            client.discardArguments--;
        }
        return at;
    }

    // ---------------------------------------------------------------- clients that waited for a key

    @Override
    public boolean rerun(Client waiting) {
        Connection client = (Connection) waiting;
        servedParser.start(client.input, client.input + client.inputUsed);
        if (client.state != Connection.WAITS_FOR_KEY || servedParser.next() != RespParser.COMMAND) {
            return false;
        }
        client.inUse = true;
        servedSender.begin(client);
        served.begin(client, servedParser.firstArgument(), servedParser.argumentCount());
        served.setRerun(true);
        int outcome = dispatcher.run(served);
        client.inUse = false;
        if (outcome != Dispatcher.DONE) {
            return false;
        }
        server.statistics().blockedServed++;
        released(client);
        return true;
    }

    @Override
    public void release(Client waiting, @Nullable String error) {
        Connection client = (Connection) waiting;
        servedParser.start(client.input, client.input + client.inputUsed);
        servedParser.next();
        servedSender.begin(client);
        if (error == null) {
            servedSender.writer().nilArray();
        } else {
            servedSender.writer().error(error);
        }
        released(client);
    }

    /** The reply is written: the command leaves the front of the input, and the client goes on. */
    private void released(Connection client) {
        server.blocking().forget(client);
        servedSender.flush();
        String reason = client.pendingClose;
        if (client.closed || reason != null) {
            loop.close(client, reason == null ? "closed" : reason);
            return;
        }
        client.neededBytes = 0;
        client.state = Connection.RUNNING;
        if (keep(client, servedParser.position(), client.input + client.inputUsed)) {
            loop.resumeLater(client);
        }
    }

    /** A command that ran in a lane is over: it leaves the front of the input. */
    void laneCommandDone(Connection client, long commandBytes) {
        client.neededBytes = 0;
        client.state = Connection.RUNNING;
        if (keep(client, client.input + commandBytes, client.input + client.inputUsed)) {
            loop.resumeLater(client);
        }
    }
}
