// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.net;

import dev.cofferdam.memory.Account;
import dev.cofferdam.memory.Mem;
import dev.cofferdam.resp.RespParser;
import dev.cofferdam.server.Server;
import dev.cofferdam.server.client.Blocking;
import dev.cofferdam.server.client.Client;
import dev.cofferdam.server.command.Call;
import dev.cofferdam.server.command.Command;
import dev.cofferdam.server.command.Dispatcher;
import dev.cofferdam.server.command.Flag;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Commands that waited for a key (BLPOP and its like), executed again while another client's batch is under way.
 *
 * <p>Owns a parser, a call and buffers of its own, because those of {@link CommandReader} are in use then. Event loop only. The command of a waiting
 * client is at the front of its input until it is answered.
 */
final class WaitingCommands implements Blocking.Rerun {
    static final int OUTPUT_BYTES = 16 * 1024;
    static final int PROBE_BYTES = 4096;

    private final EventLoop loop;
    private final Server server;
    private final Dispatcher dispatcher;
    private final InputBuffers inputs;
    private final RespParser parser;
    private final ReplySender sender;
    private final Call call;
    private final long probe;
    private final ByteBuffer probeView;

    WaitingCommands(EventLoop loop, Server server, InputBuffers inputs, Account account, Connection nobody) {
        this.loop = loop;
        this.server = server;
        this.dispatcher = server.dispatcher();
        this.inputs = inputs;
        parser = new RespParser(CommandReader.ARGUMENTS_MAX, Integer.MAX_VALUE);
        sender = new ReplySender(loop, account, OUTPUT_BYTES, nobody);
        call = new Call(server, parser, sender.writer());
        probe = account.takeRun(PROBE_BYTES);
        if (probe == 0) {
            throw new IllegalStateException(
                    "connections: no memory for " + PROBE_BYTES + " bytes to read while others wait; raise its budget");
        }
        probeView = Mem.buffer(probe, PROBE_BYTES);
    }

    /** True when the command at the front of the client's input is one that waits for a key and takes from it. */
    boolean takes(Connection client) {
        parser.start(client.input, client.input + client.inputUsed);
        if (parser.next() != RespParser.COMMAND) {
            return false;
        }
        call.begin(client, parser.firstArgument(), parser.argumentCount());
        dispatcher.prepare(call, null);
        Command command = call.commandOrNull();
        return command != null && command.has(Flag.BLOCKING);
    }

    /**
     * Looks, before a client that had to wait takes something away, whether it is still there: it may have left a moment ago, and the loop not have come
     * by yet. What it were given then would be gone. What remains is what is under way in the kernel.
     */
    boolean isStillThere(Connection client) {
        try {
            readBehind(client, probeView, probe);
        } catch (IOException e) {
            loop.close(client, "connection-lost");
        }
        return !client.closed && client.pendingClose == null;
    }

    /** Reads a little behind what a client has already sent; closes the client when it has left. */
    void readBehind(Connection client, ByteBuffer view, long address) throws IOException {
        long room = Math.min(CommandReader.WAITING_MAX_BYTES - client.inputUsed, view.capacity());
        if (room <= 0) {
            return;
        }
        view.limit((int) room).position(0);
        int bytes = client.read(view);
        if (bytes < 0) {
            loop.close(client, "closed-by-client");
        }
        if (bytes <= 0) {
            return;
        }
        server.statistics().inputBytes += bytes;
        client.progressMillis = server.nowMillis();
        client.neededBytes = client.inputUsed + bytes;
        if (client.neededBytes > client.inputCapacity && !inputs.grow(client)) {
            inputs.cutForInput(client);
            return;
        }
        Mem.copy(address, client.input + client.inputUsed, bytes);
        client.inputUsed += bytes;
    }

    @Override
    public boolean rerun(Client waiting) {
        Connection client = (Connection) waiting;
        if (client.state != Connection.WAITS_FOR_KEY) {
            return false;
        }
        if (!isStillThere(client)) {
            return true;
        }
        parser.start(client.input, client.input + client.inputUsed);
        if (parser.next() != RespParser.COMMAND) {
            return false;
        }
        client.inUse = true;
        sender.begin(client);
        call.begin(client, parser.firstArgument(), parser.argumentCount());
        call.setRerun(true);
        sender.beginCommand();
        dispatcher.startCommand();
        int outcome = dispatcher.run(call);
        sender.endCommand();
        client.inUse = false;
        if (outcome != Dispatcher.DONE) {
            sender.end();
            return false;
        }
        server.statistics().blockedServed++;
        released(client);
        return true;
    }

    boolean takesAfterReply(Connection client, long address, long length, boolean behind) {
        return sender.takeMessage(client, address, length, behind);
    }

    @Override
    public void release(Client waiting, @Nullable String error) {
        Connection client = (Connection) waiting;
        parser.start(client.input, client.input + client.inputUsed);
        parser.next();
        sender.begin(client);
        if (error == null && isForReplicas(client)) {
            sender.writer().integer(server.replication().acknowledgedBy(client.awaitedOffset));
        } else if (error == null) {
            sender.writer().nilArray();
        } else {
            sender.writer().error(error);
            server.statistics().countError(error);
        }
        countReleased(client, error != null);
        released(client);
    }

    private boolean isForReplicas(Connection client) {
        call.begin(client, parser.firstArgument(), parser.argumentCount());
        Command command = dispatcher.lookUp(call);
        return command != null && command.name().equals("wait");
    }

    /** A command that waited in vain is a call too. */
    private void countReleased(Connection client, boolean failed) {
        call.begin(client, parser.firstArgument(), parser.argumentCount());
        Command command = dispatcher.lookUp(call);
        if (command != null) {
            command.statistics().calls++;
            command.statistics().failedCalls += failed ? 1 : 0;
        }
    }

    /** The reply is written: the command leaves the front of the input, and the client goes on. */
    private void released(Connection client) {
        server.blocking().forget(client);
        sender.flush();
        sender.end();
        String reason = client.pendingClose;
        if (client.closed || reason != null) {
            loop.close(client, reason == null ? "closed" : reason);
            return;
        }
        client.neededBytes = 0;
        client.state = Connection.RUNNING;
        if (inputs.keep(client, parser.position(), client.input + client.inputUsed)) {
            loop.parking().resumeLater(client);
        }
    }
}
