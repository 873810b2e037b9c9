// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.commands.streams;

import static dev.cofferdam.server.command.Argument.integer;
import static dev.cofferdam.server.command.Argument.key;
import static dev.cofferdam.server.command.Argument.string;
import static dev.cofferdam.server.command.Arity.atLeast;
import static dev.cofferdam.server.command.Arity.exactly;
import static dev.cofferdam.server.command.Flag.FAST;
import static dev.cofferdam.server.command.Flag.READONLY;
import static dev.cofferdam.server.command.KeyUse.INSPECTS;
import static dev.cofferdam.server.command.KeyUse.READS;
import static dev.cofferdam.server.command.Memory.NEUTRAL;

import dev.cofferdam.keyspace.Key;
import dev.cofferdam.keyspace.StreamValues;
import dev.cofferdam.server.command.Call;
import dev.cofferdam.server.command.CommandTable;
import dev.cofferdam.server.command.KeySpec;

/** XLEN, XRANGE and XREVRANGE: what looks at entries by their ids. */
final class RangeCommands {
    private RangeCommands() {
    }

    static void declare(CommandTable table) {
        table.command("XLEN").summary("Returns the number of entries of a stream.").since("5.0.0").complexity("O(1)").arity(exactly(2))
            .flags(READONLY, FAST).memory(NEUTRAL).keys(KeySpec.key(1, INSPECTS)).arguments(key("key")).handledBy(RangeCommands::xlen);
        table.command("XRANGE").summary("Returns entries of a stream between two ids.").since("5.0.0")
            .complexity("O(log N + M) for M entries returned").arity(atLeast(4)).flags(READONLY).memory(NEUTRAL).keys(KeySpec.key(1, READS))
            .arguments(key("key"), string("start"), string("end"), integer("count").after("COUNT").optional())
            .history("6.2.0", "A bound may be excluded.").handledBy(call -> range(call, false));
        table.command("XREVRANGE").summary("Returns entries of a stream between two ids, latest first.").since("5.0.0")
            .complexity("O(log N + M) for M entries returned").arity(atLeast(4)).flags(READONLY).memory(NEUTRAL).keys(KeySpec.key(1, READS))
            .arguments(key("key"), string("end"), string("start"), integer("count").after("COUNT").optional())
            .history("6.2.0", "A bound may be excluded.").handledBy(call -> range(call, true));
    }

    private static void xlen(Call call) {
        Key key = StreamCommands.key(call, 1);
        if (key != null) {
            call.reply().integer(StreamValues.length(key));
        }
    }

    private static void range(Call call, boolean backwards) {
        StreamId start = new StreamId();
        StreamId end = new StreamId();
        if (!start.parseEnd(call, backwards ? 3 : 2, true) || !end.parseEnd(call, backwards ? 2 : 3, false)) {
            return;
        }
        long most = Long.MAX_VALUE;
        for (int i = 4; i < call.count(); i += 2) {
            if (!call.is(i, "COUNT") || i + 1 == call.count()) {
                call.reply().error(StreamCommands.SYNTAX_ERROR);
                return;
            }
            if (!call.parseLong(i + 1)) {
                return;
            }
            most = Math.max(0, call.number);
        }
        Key key = StreamCommands.key(call, 1);
        if (key == null) {
            return;
        }
        if (!key.exists()) {
            call.reply().emptyArray();
        } else if (most == 0) {
            call.reply().nilArray();
        } else if (!call.heavy(Math.min(most, StreamValues.length(key)))) {
            StreamCommands.replyRange(call, key, start, end, backwards, most);
        }
    }
}
