// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.net;

import dev.cofferdam.memory.Account;
import dev.cofferdam.resp.RespParser;
import dev.cofferdam.server.Server;
import dev.cofferdam.server.client.Blocking;
import dev.cofferdam.server.client.Client;
import dev.cofferdam.server.command.Call;
import dev.cofferdam.server.command.Dispatcher;
import org.jspecify.annotations.Nullable;

/**
 * Commands that waited for a key (BLPOP and its like), executed again while another client's batch is under way.
 *
 * <p>Owns a parser, a call and an output buffer of its own, because those of {@link CommandReader} are in use then. Event loop only. The command of a waiting
 * client is at the front of its input until it is answered.
 */
final class WaitingCommands implements Blocking.Rerun {
    static final int OUTPUT_BYTES = 16 * 1024;

    private final EventLoop loop;
    private final Server server;
    private final Dispatcher dispatcher;
    private final InputBuffers inputs;
    private final RespParser parser;
    private final ReplySender sender;
    private final Call call;

    WaitingCommands(EventLoop loop, Server server, InputBuffers inputs, Account account, Connection nobody) {
        this.loop = loop;
        this.server = server;
        this.dispatcher = server.dispatcher();
        this.inputs = inputs;
        parser = new RespParser(CommandReader.ARGUMENTS_MAX, Integer.MAX_VALUE);
        sender = new ReplySender(loop, account, OUTPUT_BYTES, nobody);
        call = new Call(server, parser, sender.writer());
    }

    @Override
    public boolean rerun(Client waiting) {
        Connection client = (Connection) waiting;
        parser.start(client.input, client.input + client.inputUsed);
        if (client.state != Connection.WAITS_FOR_KEY || parser.next() != RespParser.COMMAND) {
            return false;
        }
        client.inUse = true;
        sender.begin(client);
        call.begin(client, parser.firstArgument(), parser.argumentCount());
        call.setRerun(true);
        int outcome = dispatcher.run(call);
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
        parser.start(client.input, client.input + client.inputUsed);
        parser.next();
        sender.begin(client);
        if (error == null) {
            sender.writer().nilArray();
        } else {
            sender.writer().error(error);
        }
        released(client);
    }

    /** The reply is written: the command leaves the front of the input, and the client goes on. */
    private void released(Connection client) {
        server.blocking().forget(client);
        sender.flush();
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
