// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.commands.bitmaps;

import static dev.cofferdam.server.command.Argument.block;
import static dev.cofferdam.server.command.Argument.integer;
import static dev.cofferdam.server.command.Argument.key;
import static dev.cofferdam.server.command.Argument.oneOf;
import static dev.cofferdam.server.command.Argument.token;
import static dev.cofferdam.server.command.Arity.atLeast;
import static dev.cofferdam.server.command.Flag.READONLY;
import static dev.cofferdam.server.command.KeyUse.READS;
import static dev.cofferdam.server.command.Memory.NEUTRAL;

import dev.cofferdam.keyspace.Key;
import dev.cofferdam.server.command.Argument;
import dev.cofferdam.server.command.Call;
import dev.cofferdam.server.command.CommandTable;
import dev.cofferdam.server.command.KeySpec;
import dev.cofferdam.server.command.PerCall;
import dev.cofferdam.server.command.ValueType;

/** BITCOUNT and BITPOS: what goes over the bits of one string, or of a range of its bytes or bits. */
final class BitCountCommands {
    private static final PerCall<Range> RANGE = new PerCall<>(Range::new);

    /** A range in bits, both ends included; empty when {@code first > last}. */
    private static final class Range {
        long first;
        long last;

        long bytes() {
            return first > last ? 0 : last - first >>> 3;
        }

        /** From ends as given, in bytes or bits; negative ones count from the end. */
        void set(long start, long end, boolean bits, long lengthBytes) {
            long total = bits ? lengthBytes << 3 : lengthBytes;
            first = Math.max(0, start < 0 ? total + start : start);
            last = Math.min(total - 1, Math.max(0, end < 0 ? total + end : end));
            if (start < 0 && end < 0 && start > end || first > last) {
                first = 0;
                last = -1;
            } else if (!bits) {
                first <<= 3;
                last = (last << 3) + 7;
            }
        }
    }

    private BitCountCommands() {
    }

    private static Argument unit() {
        return oneOf(token("BYTE"), token("BIT")).named("index_unit").since("7.0.0").optional();
    }

    static void declare(CommandTable table) {
        table.command("BITCOUNT").summary("Counts the bits that are set in a string, or in a range of it.").since("2.6.0")
            .complexity("O(N)")
            .arity(atLeast(2)).flags(READONLY).memory(NEUTRAL).keys(KeySpec.key(1, READS))
            .arguments(key("key"), block("index", integer("start"), integer("end"), unit()).optional())
            .history("7.0.0", "A range may count bits (BIT) instead of bytes (BYTE).").handledBy(BitCountCommands::bitcount);
        table.command("BITPOS").summary("Finds the first bit of a string, or of a range of it, that is set or clear.").since("2.8.7")
            .complexity("O(N)").arity(atLeast(3)).flags(READONLY).memory(NEUTRAL).keys(KeySpec.key(1, READS))
            .arguments(key("key"), integer("bit"), block("index", integer("start"), block("end_index", integer("end"), unit()).optional())
                .optional())
            .history("7.0.0", "A range may count bits (BIT) instead of bytes (BYTE).").handledBy(BitCountCommands::bitpos);
    }

    private static void bitcount(Call call) {
        Key key = call.key(1);
        if (!key.exists()) {
            call.reply().integer(0);
            return;
        }
        if (!call.typeIs(key, ValueType.STRING)) {
            return;
        }
        BitSource source = BitSource.of(call, key);
        Range range = RANGE.of(call);
        if (call.count() == 2) {
            range.set(0, -1, false, source.lengthBytes());
        } else if (call.count() == 4 || call.count() == 5) {
            if (!call.parseLong(2)) {
                return;
            }
            long start = call.number;
            if (!call.parseLong(3) || call.count() == 5 && !isUnit(call, 4)) {
                return;
            }
            range.set(start, call.number, call.count() == 5 && call.is(4, "BIT"), source.lengthBytes());
        } else {
            call.reply().error(BitmapCommands.SYNTAX_ERROR);
            return;
        }
        if (!BitmapCommands.heavy(call, range.bytes())) {
            call.reply().integer(range.first > range.last ? 0 : source.count(range.first, range.last));
        }
    }

    private static boolean isUnit(Call call, int argument) {
        if (call.is(argument, "BIT") || call.is(argument, "BYTE")) {
            return true;
        }
        call.reply().error(BitmapCommands.SYNTAX_ERROR);
        return false;
    }

    private static void bitpos(Call call) {
        if (!call.parseLong(2)) {
            return;
        }
        int bit = (int) call.number;
        if ((call.number & ~1L) != 0) {
            call.reply().error("ERR The bit argument must be 1 or 0.");
            return;
        }
        Key key = call.key(1);
        if (!key.exists()) {
            call.reply().integer(bit == 1 ? -1 : 0);
            return;
        }
        if (!call.typeIs(key, ValueType.STRING)) {
            return;
        }
        if (call.count() > 6) {
            call.reply().error(BitmapCommands.SYNTAX_ERROR);
            return;
        }
        BitSource source = BitSource.of(call, key);
        long start = 0;
        long end = -1;
        if (call.count() > 3) {
            if (!call.parseLong(3)) {
                return;
            }
            start = call.number;
            if (call.count() == 6 && !isUnit(call, 5)) {
                return;
            }
        }
        if (call.count() > 4) {
            if (!call.parseLong(4)) {
                return;
            }
            end = call.number;
        }
        boolean endGiven = call.count() > 4;
        Range range = RANGE.of(call);
        range.set(start, endGiven ? end : Math.max(0, source.lengthBytes() - 1), call.count() == 6 && call.is(5, "BIT"),
                source.lengthBytes());
        if (BitmapCommands.heavy(call, range.bytes())) {
            return;
        }
        long found = range.first > range.last ? -1 : source.find(bit, range.first, range.last);
        // Beyond a string of which no end was named there are zeros.
        call.reply().integer(found < 0 && bit == 0 && !endGiven && range.first <= range.last ? range.last + 1 : found);
    }
}
