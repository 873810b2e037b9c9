// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.commands.bitmaps;

import static dev.cofferdam.server.command.Argument.integer;
import static dev.cofferdam.server.command.Argument.key;
import static dev.cofferdam.server.command.Arity.exactly;
import static dev.cofferdam.server.command.Flag.FAST;
import static dev.cofferdam.server.command.Flag.READONLY;
import static dev.cofferdam.server.command.Flag.WRITE;
import static dev.cofferdam.server.command.KeyUse.READS;
import static dev.cofferdam.server.command.KeyUse.READS_AND_UPDATES;
import static dev.cofferdam.server.command.Memory.GROWS;
import static dev.cofferdam.server.command.Memory.NEUTRAL;

import dev.cofferdam.keyspace.Key;
import dev.cofferdam.keyspace.StringValues;
import dev.cofferdam.server.command.Call;
import dev.cofferdam.server.command.CommandTable;
import dev.cofferdam.server.command.KeySpec;
import dev.cofferdam.server.command.ValueType;

/** SETBIT and GETBIT: one bit of a string. */
final class BitCommands {
    private BitCommands() {
    }

    static void declare(CommandTable table) {
        table.command("SETBIT").summary("Sets or clears one bit of a string, after filling up to it with zeros if it is short.")
            .since("2.2.0")
            .complexity("O(1)").arity(exactly(4)).flags(WRITE).memory(GROWS).keys(KeySpec.key(1, READS_AND_UPDATES))
            .arguments(key("key"), integer("offset"), integer("value"))
            .bound(call -> growth(call) + BitmapCommands.ENTRY_SLACK_BYTES).need(BitCommands::growth).handledBy(BitCommands::setbit);
        table.command("GETBIT").summary("Returns one bit of a string; beyond its end there are zeros.").since("2.2.0").complexity("O(1)")
            .arity(exactly(3)).flags(READONLY, FAST).memory(NEUTRAL).keys(KeySpec.key(1, READS)).arguments(key("key"), integer("offset"))
            .handledBy(BitCommands::getbit);
    }

    private static long growth(Call call) {
        long offset = BitmapCommands.offset(call, 2, 1);
        return offset < 0 ? 0 : BitmapCommands.growth(call.peek(1), offset + 1);
    }

    private static void setbit(Call call) {
        long offset = BitmapCommands.offset(call, 2, 1);
        if (offset < 0) {
            call.reply().error(BitmapCommands.OFFSET_ERROR);
            return;
        }
        long bit = call.longOr(3, -1);
        if ((bit & ~1L) != 0) {
            call.reply().error("ERR bit is not an integer or out of range");
            return;
        }
        Key key = call.key(1);
        if (!call.typeIs(key, ValueType.STRING)) {
            return;
        }
        int before = BitSource.of(call, key).bit(offset);
        // Only what changes something is a change, as in Redis.
        if (!key.exists() || offset >>> 3 >= StringValues.length(key) || before != bit) {
            StringValues.setBits(key, offset, 1, bit);
            call.changed(key, "setbit");
        }
        call.reply().integer(before);
    }

    private static void getbit(Call call) {
        long offset = BitmapCommands.offset(call, 2, 1);
        if (offset < 0) {
            call.reply().error(BitmapCommands.OFFSET_ERROR);
            return;
        }
        Key key = call.key(1);
        if (call.typeIs(key, ValueType.STRING)) {
            call.reply().integer(BitSource.of(call, key).bit(offset));
        }
    }
}
