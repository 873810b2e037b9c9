// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.net;

import dev.cofferdam.resp.RespParser;
import dev.cofferdam.server.Server;

/**
 * Commands larger than {@code connections} could ever hold: answered with an error at once, their bytes thrown away as they come; the connection stays.
 *
 * <p>Owns nothing; how much is still to be thrown away stands in the connection. Event loop only.
 */
final class OversizedCommands {
    private final Server server;
    private final InputBuffers inputs;
    private final RespParser parser;
    private final ReplySender sender;

    OversizedCommands(Server server, InputBuffers inputs, RespParser parser, ReplySender sender) {
        this.server = server;
        this.inputs = inputs;
        this.parser = parser;
        this.sender = sender;
    }

    /** Answers the command, of which [commandStart, end) is there, and begins to throw it away. */
    void refuse(Connection client, long commandStart, long end) {
        server.statistics().oversizedCommands++;
        client.failExec();
        sender.begin(client);
        sender.writer()
            .error("ERR command of at least " + client.neededBytes + " bytes refused: 'connections' can hold " + inputs.holdableBytes()
                    + " bytes for one command; raise its maximum or send smaller values");
        server.statistics().countError(sender.writer().lastError());
        sender.flush();
        client.discardArguments = client.remainingArguments;
        client.discardBytes = 0;
        long from = discard(client, commandStart + client.scannedBytes, end);
        client.neededBytes = 0;
        if (from < end) {
            // Only a piece of a "$..." line can be left, which is small.
            inputs.keep(client, from, end);
        } else {
            inputs.freeInput(client);
        }
    }

    /** Goes over bytes of a discarded command; answers the first byte that is not dealt with. */
    long discard(Connection client, long from, long end) {
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
}
