// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.commands.strings;

import static dev.cofferdam.server.command.Argument.integer;
import static dev.cofferdam.server.command.Argument.key;
import static dev.cofferdam.server.command.Argument.real;
import static dev.cofferdam.server.command.Arity.exactly;
import static dev.cofferdam.server.command.Flag.FAST;
import static dev.cofferdam.server.command.Flag.WRITE;
import static dev.cofferdam.server.command.KeyUse.READS_AND_UPDATES;
import static dev.cofferdam.server.command.Memory.GROWS;

import dev.cofferdam.keyspace.Key;
import dev.cofferdam.keyspace.StringValues;
import dev.cofferdam.resp.LongDouble;
import dev.cofferdam.server.command.Arity;
import dev.cofferdam.server.command.Call;
import dev.cofferdam.server.command.CommandBuilder;
import dev.cofferdam.server.command.CommandTable;
import dev.cofferdam.server.command.KeySpec;
import dev.cofferdam.server.command.ValueType;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** INCR and the like: strings that are numbers. A counter that exists is changed where it lies, so it counts on in a full compartment. */
final class CounterCommands {
    /** The largest 80-bit real has 4,933 digits; as text, old and new. */
    private static final long REAL_BOUND_BYTES = 16 * 1024;

    private CounterCommands() {
    }

    static void declare(CommandTable table) {
        counter(table, "INCR", "1.0.0", "Adds one to the integer a key holds, which is 0 when the key is absent.", exactly(2))
            .arguments(key("key")).handledBy(call -> add(call, 1));
        counter(table, "DECR", "1.0.0", "Takes one from the integer a key holds, which is 0 when the key is absent.", exactly(2))
            .arguments(key("key")).handledBy(call -> add(call, -1));
        counter(table, "INCRBY", "1.0.0", "Adds to the integer a key holds, which is 0 when the key is absent.", exactly(3))
            .arguments(key("key"), integer("increment")).handledBy(CounterCommands::incrby);
        counter(table, "DECRBY", "1.0.0", "Takes from the integer a key holds, which is 0 when the key is absent.", exactly(3))
            .arguments(key("key"), integer("decrement")).handledBy(CounterCommands::decrby);
        table.command("INCRBYFLOAT").summary("Adds to the real number a key holds, which is 0 when the key is absent.").since("2.6.0")
            .complexity("O(1)").arity(exactly(3)).flags(WRITE, FAST).memory(GROWS).keys(KeySpec.key(1, READS_AND_UPDATES))
            .arguments(key("key"), real("increment")).bound(call -> call.length(1) + REAL_BOUND_BYTES).need(CounterCommands::needOfReal)
            .handledBy(CounterCommands::incrbyfloat);
    }

    private static CommandBuilder counter(CommandTable table, String name, String since, String summary, Arity arity) {
        return table.command(name).summary(summary).since(since).complexity("O(1)").arity(arity).flags(WRITE, FAST).memory(GROWS)
            .keys(KeySpec.key(1, READS_AND_UPDATES)).need(call -> StringValues.growthBySetLong(call.peek(1)));
    }

    private static void incrby(Call call) {
        if (call.parseLong(2)) {
            add(call, call.number);
        }
    }

    private static void decrby(Call call) {
        if (!call.parseLong(2)) {
            return;
        }
        if (call.number == Long.MIN_VALUE) {
            call.reply().error("ERR decrement would overflow");
            return;
        }
        add(call, -call.number);
    }

    private static void add(Call call, long increment) {
        Key key = call.key(1);
        if (!call.typeIs(key, ValueType.STRING)) {
            return;
        }
        if (key.exists() && !StringValues.holdsLong(key)) {
            call.reply().error("ERR value is not an integer or out of range");
            return;
        }
        long before = key.exists() ? StringValues.asLong(key) : 0;
        long after = before + increment;
        if (((before ^ after) & (increment ^ after)) < 0) {
            call.reply().error("ERR increment or decrement would overflow");
            return;
        }
        StringValues.setLong(key, after, false);
        call.changed(key, "incrby");
        call.reply().integer(after);
    }

    /** The sum of what is there and the argument; null when one of them is no number. */
    private static @Nullable LongDouble sum(Call call, Key key) {
        LongDouble before = !key.exists()
                ? LongDouble.of(0)
                : StringValues.isInteger(key)
                        ? LongDouble.of(StringValues.integer(key))
                        : LongDouble.parse(key.valueAddress(), (int) Math.min(key.valueLength(), Integer.MAX_VALUE));
        LongDouble increment = LongDouble.parse(call.address(2), call.length(2));
        return before == null || increment == null ? null : before.plus(increment);
    }

    private static long needOfReal(Call call) {
        Key key = call.peek(1);
        if (key.exists() && !StringValues.isString(key.kind())) {
            return 0;
        }
        LongDouble sum = sum(call, key);
        return sum == null || !sum.isFinite() ? 0 : StringValues.growthBySetRaw(key, sum.toString().length());
    }

    private static void incrbyfloat(Call call) {
        Key key = call.key(1);
        if (!call.typeIs(key, ValueType.STRING)) {
            return;
        }
        LongDouble sum = sum(call, key);
        if (sum == null) {
            call.reply().error("ERR value is not a valid float");
            return;
        }
        if (!sum.isFinite()) {
            call.reply().error("ERR increment would produce NaN or Infinity");
            return;
        }
        byte[] text = sum.toString().getBytes(StandardCharsets.US_ASCII);
        StringValues.setRaw(key, text);
        call.changed(key, "incrbyfloat");
        call.reply().bulk(text);
    }
}
