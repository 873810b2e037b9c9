// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.commands.strings;

import static dev.cofferdam.server.command.Argument.integer;
import static dev.cofferdam.server.command.Argument.key;
import static dev.cofferdam.server.command.Arity.exactly;
import static dev.cofferdam.server.command.Flag.FAST;
import static dev.cofferdam.server.command.Flag.READONLY;
import static dev.cofferdam.server.command.KeyUse.INSPECTS;
import static dev.cofferdam.server.command.KeyUse.READS;
import static dev.cofferdam.server.command.Memory.NEUTRAL;

import dev.cofferdam.keyspace.Key;
import dev.cofferdam.keyspace.StringValues;
import dev.cofferdam.server.command.Call;
import dev.cofferdam.server.command.CommandTable;
import dev.cofferdam.server.command.KeySpec;
import dev.cofferdam.server.command.ValueType;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** GET, STRLEN, GETRANGE and its old name SUBSTR: what only looks at one string. */
final class ReadCommands {
    private ReadCommands() {
    }

    static void declare(CommandTable table) {
        table.command("GET").summary("Returns the string a key holds.").since("1.0.0").complexity("O(1)").arity(exactly(2))
            .flags(READONLY, FAST).memory(NEUTRAL).keys(KeySpec.key(1, READS)).arguments(key("key")).handledBy(ReadCommands::get);
        table.command("STRLEN").summary("Returns the length of a string in bytes.").since("2.2.0").complexity("O(1)").arity(exactly(2))
            .flags(READONLY, FAST).memory(NEUTRAL).keys(KeySpec.key(1, INSPECTS)).arguments(key("key")).handledBy(ReadCommands::strlen);
        table.command("GETRANGE")
            .summary("Returns the bytes of a string between two offsets, both included; negative ones count from the end.")
            .since("2.4.0").complexity("O(N) where N is the number of bytes returned").arity(exactly(4)).flags(READONLY).memory(NEUTRAL)
            .keys(KeySpec.key(1, READS)).arguments(key("key"), integer("start"), integer("end")).handledBy(ReadCommands::getrange);
        table.command("SUBSTR").summary("GETRANGE under its first name.").since("1.0.0")
            .complexity("O(N) where N is the number of bytes returned").arity(exactly(4)).flags(READONLY).memory(NEUTRAL)
            .keys(KeySpec.key(1, READS)).arguments(key("key"), integer("start"), integer("end")).deprecated("2.0.0", "`GETRANGE`")
            .handledBy(ReadCommands::getrange);
    }

    private static void get(Call call) {
        Key key = call.key(1);
        if (call.typeIs(key, ValueType.STRING)) {
            StringCommands.replyValue(call.reply(), key);
        }
    }

    private static void strlen(Call call) {
        Key key = call.key(1);
        if (call.typeIs(key, ValueType.STRING)) {
            call.reply().integer(StringValues.length(key));
        }
    }

    private static void getrange(Call call) {
        if (!call.parseLong(2)) {
            return;
        }
        long start = call.number;
        if (!call.parseLong(3)) {
            return;
        }
        long end = call.number;
        Key key = call.key(1);
        if (!call.typeIs(key, ValueType.STRING)) {
            return;
        }
        long length = StringValues.length(key);
        if (start < 0 && end < 0 && start > end) {
            call.reply().emptyBulk();
            return;
        }
        start = Math.max(0, start < 0 ? length + start : start);
        end = Math.min(length - 1, Math.max(0, end < 0 ? length + end : end));
        if (start > end || length == 0) {
            call.reply().emptyBulk();
        } else if (StringValues.isInteger(key)) {
            byte[] digits = Long.toString(StringValues.integer(key)).getBytes(StandardCharsets.US_ASCII);
            call.reply().bulk(Arrays.copyOfRange(digits, (int) start, (int) end + 1));
        } else {
            call.reply().bulk(key.valueAddress() + start, end - start + 1);
        }
    }
}
