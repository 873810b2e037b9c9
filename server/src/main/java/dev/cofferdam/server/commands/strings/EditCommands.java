// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.commands.strings;

import static dev.cofferdam.server.command.Argument.integer;
import static dev.cofferdam.server.command.Argument.key;
import static dev.cofferdam.server.command.Argument.string;
import static dev.cofferdam.server.command.Arity.exactly;
import static dev.cofferdam.server.command.Flag.FAST;
import static dev.cofferdam.server.command.Flag.WRITE;
import static dev.cofferdam.server.command.KeyUse.INSERTS;
import static dev.cofferdam.server.command.KeyUse.UPDATES;
import static dev.cofferdam.server.command.Memory.GROWS;

import dev.cofferdam.keyspace.Key;
import dev.cofferdam.keyspace.StringValues;
import dev.cofferdam.server.command.Call;
import dev.cofferdam.server.command.CommandTable;
import dev.cofferdam.server.command.KeySpec;
import dev.cofferdam.server.command.ValueType;

/**
 * APPEND and SETRANGE: what changes part of a string. Their size depends on what is there, so each says its bound before it runs: a SETRANGE far
 * beyond the budget is refused before anything is evicted for it.
 */
final class EditCommands {
    /** Beside the string itself: header, deadline and index slot of a new entry. */
    private static final long ENTRY_SLACK_BYTES = 128;

    private EditCommands() {
    }

    static void declare(CommandTable table) {
        table.command("APPEND").summary("Adds bytes to the end of a string, which is empty when the key is absent.").since("2.0.0")
            .complexity("O(1) amortised").arity(exactly(3)).flags(WRITE, FAST).memory(GROWS).keys(KeySpec.key(1, INSERTS))
            .arguments(key("key"), string("value")).bound(call -> growthByAppend(call) + ENTRY_SLACK_BYTES)
            .need(EditCommands::growthByAppend)
            .handledBy(EditCommands::append);
        table.command("SETRANGE")
            .summary("Overwrites part of a string at an offset, after filling up to it with zero bytes if it is short.")
            .since("2.2.0").complexity("O(N) where N is the number of bytes written or filled").arity(exactly(4)).flags(WRITE).memory(GROWS)
            .keys(KeySpec.key(1, UPDATES)).arguments(key("key"), integer("offset"), string("value"))
            .bound(call -> growthBySetRange(call) + ENTRY_SLACK_BYTES).need(EditCommands::growthBySetRange)
            .handledBy(EditCommands::setrange);
    }

    private static long growthByAppend(Call call) {
        return growth(call, call.peek(1), StringValues.length(call.peek(1)), call.length(2));
    }

    private static long growthBySetRange(Call call) {
        long offset = call.longOr(2, -1);
        return offset < 0 ? 0 : growth(call, call.peek(1), offset, call.length(3));
    }

    /** What an edit that ends at {@code from + length} can take; nothing when the handler will refuse it. */
    private static long growth(Call call, Key key, long from, long length) {
        if (length == 0 && key.exists() || from + length < 0 || from + length > call.server().settings().maxBulkBytes()
                || key.exists() && !StringValues.isString(key.kind())) {
            return 0;
        }
        return StringValues.growthByEdit(key, Math.max(StringValues.length(key), from + length));
    }

    private static boolean isTooLong(Call call, long from, long more) {
        long total = from + more;
        if (total >= 0 && total <= call.server().settings().maxBulkBytes()) {
            return false;
        }
        call.reply().error("ERR string exceeds maximum allowed size (proto-max-bulk-len)");
        return true;
    }

    private static void append(Call call) {
        Key key = call.key(1);
        if (!call.typeIs(key, ValueType.STRING)) {
            return;
        }
        long before = StringValues.length(key);
        if (isTooLong(call, before, call.length(2))) {
            return;
        }
        if (key.exists()) {
            StringValues.append(key, call.address(2), call.length(2));
        } else {
            StringValues.set(key, call.address(2), call.length(2), false);
        }
        call.changed(key, "append");
        call.reply().integer(before + call.length(2));
    }

    private static void setrange(Call call) {
        if (!call.parseLong(2)) {
            return;
        }
        long offset = call.number;
        if (offset < 0) {
            call.reply().error("ERR offset is out of range");
            return;
        }
        Key key = call.key(1);
        if (!call.typeIs(key, ValueType.STRING)) {
            return;
        }
        int length = call.length(3);
        if (length == 0) {
            call.reply().integer(StringValues.length(key));
            return;
        }
        if (isTooLong(call, offset, length)) {
            return;
        }
        StringValues.setRange(key, offset, call.address(3), length);
        call.changed(key, "setrange");
        call.reply().integer(StringValues.length(key));
    }
}
