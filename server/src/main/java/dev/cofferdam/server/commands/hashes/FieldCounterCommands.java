// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.commands.hashes;

import static dev.cofferdam.server.command.Argument.integer;
import static dev.cofferdam.server.command.Argument.key;
import static dev.cofferdam.server.command.Argument.real;
import static dev.cofferdam.server.command.Argument.string;
import static dev.cofferdam.server.command.Arity.exactly;
import static dev.cofferdam.server.command.Flag.FAST;
import static dev.cofferdam.server.command.Flag.WRITE;
import static dev.cofferdam.server.command.KeyUse.READS_AND_UPDATES;
import static dev.cofferdam.server.command.Memory.GROWS;

import dev.cofferdam.keyspace.DecimalText;
import dev.cofferdam.keyspace.Key;
import dev.cofferdam.memory.Slice;
import dev.cofferdam.resp.LongDouble;
import dev.cofferdam.server.command.Call;
import dev.cofferdam.server.command.CommandTable;
import dev.cofferdam.server.command.KeySpec;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * HINCRBY and HINCRBYFLOAT: fields that are numbers. A counter that exists counts on in a full compartment: its field has room for more digits, and the
 * few bytes it may take beyond that, once in its life, come from the headroom.
 */
final class FieldCounterCommands {
    /** Growth of a counter that the headroom bears. */
    private static final long DIGITS_BYTES = 24;

    private FieldCounterCommands() {
    }

    static void declare(CommandTable table) {
        table.command("HINCRBY").summary("Adds to the integer in a field, which is 0 when the field is absent.").since("2.0.0")
            .complexity("O(1)").arity(exactly(4)).flags(WRITE, FAST).memory(GROWS).keys(KeySpec.key(1, READS_AND_UPDATES))
            .arguments(key("key"), string("field"), integer("increment")).need(FieldCounterCommands::need)
            .handledBy(FieldCounterCommands::hincrby);
        table.command("HINCRBYFLOAT").summary("Adds to the real number in a field, which is 0 when the field is absent.").since("2.6.0")
            .complexity("O(1)").arity(exactly(4)).flags(WRITE, FAST).memory(GROWS).keys(KeySpec.key(1, READS_AND_UPDATES))
            .arguments(key("key"), string("field"), real("increment")).need(FieldCounterCommands::needOfReal)
            .handledBy(FieldCounterCommands::hincrbyfloat);
    }

    private static long need(Call call) {
        Key key = HashCommands.peek(call);
        return key == null || HashCommands.get(call, key, 2) ? 0 : 1;
    }

    private static void hincrby(Call call) {
        if (!call.parseLong(3)) {
            return;
        }
        long increment = call.number;
        Key key = HashCommands.key(call);
        if (key == null) {
            return;
        }
        long before = 0;
        if (HashCommands.get(call, key, 2)) {
            Slice value = HashCommands.values(key).value;
            if (!DecimalText.isLong(value.address, value.length)) {
                call.reply().error("ERR hash value is not an integer");
                return;
            }
            before = DecimalText.parse(value.address, value.length);
        }
        long after = before + increment;
        if (((before ^ after) & (increment ^ after)) < 0) {
            call.reply().error("ERR increment or decrement would overflow");
            return;
        }
        HashCommands.values(key).putLong(key, call.address(2), call.length(2), after);
        call.changed(key, "hincrby");
        call.reply().integer(after);
    }

    /** What the field holds, 0 when it is absent; null when that is no number. */
    private static @Nullable LongDouble before(Call call, Key key) {
        if (!HashCommands.get(call, key, 2)) {
            return LongDouble.of(0);
        }
        Slice value = HashCommands.values(key).value;
        return LongDouble.parse(value.address, value.length);
    }

    private static long needOfReal(Call call) {
        Key key = HashCommands.peek(call);
        LongDouble increment = LongDouble.parse(call.address(3), call.length(3));
        LongDouble before = key == null ? null : before(call, key);
        if (key == null || increment == null || before == null || !before.plus(increment).isFinite()) {
            return 0; // an error is replied
        }
        long growth = HashCommands.values(key).growth(key, call.address(2), call.length(2), before.plus(increment).toString().length());
        return HashCommands.get(call, key, 2) && growth <= DIGITS_BYTES ? 0 : growth;
    }

    private static void hincrbyfloat(Call call) {
        LongDouble increment = LongDouble.parse(call.address(3), call.length(3));
        if (increment == null) {
            call.reply().error("ERR value is not a valid float");
            return;
        }
        if (!increment.isFinite()) {
            call.reply().error("ERR value is NaN or Infinity");
            return;
        }
        Key key = HashCommands.key(call);
        if (key == null) {
            return;
        }
        LongDouble before = before(call, key);
        if (before == null) {
            call.reply().error("ERR hash value is not a float");
            return;
        }
        LongDouble after = before.plus(increment);
        if (!after.isFinite()) {
            call.reply().error("ERR increment would produce NaN or Infinity");
            return;
        }
        byte[] text = after.toString().getBytes(StandardCharsets.US_ASCII);
        HashCommands.values(key).putNumber(key, call.address(2), call.length(2), text);
        call.changed(key, "hincrbyfloat");
        call.reply().bulk(text);
    }
}
