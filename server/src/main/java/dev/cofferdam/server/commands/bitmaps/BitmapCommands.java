// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.commands.bitmaps;

import dev.cofferdam.keyspace.Key;
import dev.cofferdam.keyspace.StringValues;
import dev.cofferdam.server.command.Call;
import dev.cofferdam.server.command.CommandTable;

/** The family of commands that see strings as rows of bits, and what its classes share. Handlers run on the thread that owns the key's compartment. */
public final class BitmapCommands {
    static final String SYNTAX_ERROR = "ERR syntax error";
    static final String OFFSET_ERROR = "ERR bit offset is not an integer or out of range";
    /** Beside the string itself: header, deadline and index slot of a new entry. */
    static final long ENTRY_SLACK_BYTES = 128;
    /** Bytes that are gone over in the time of one element of a collection. */
    private static final long BYTES_PER_ELEMENT = 256;

    private BitmapCommands() {
    }

    public static void declare(CommandTable table) {
        table.group("bitmap");
        BitCommands.declare(table);
        BitCountCommands.declare(table);
        BitOperationCommand.declare(table);
        BitFieldCommands.declare(table);
    }

    /** The bit offset in an argument, of which {@code unit} bits are one; negative when it is none. */
    static long offset(Call call, int argument, int unit) {
        long offset = call.longOr(argument, -1);
        if (offset < 0 || offset > Long.MAX_VALUE / unit || offset * unit >>> 3 >= call.server().settings().maxBulkBytes()) {
            return -1;
        }
        return offset * unit;
    }

    /** What writing up to this bit, not included, can take; nothing when the handler refuses the key. */
    static long growth(Key key, long endBit) {
        if (key.exists() && !StringValues.isString(key.kind())) {
            return 0;
        }
        return StringValues.growthByEdit(key, Math.max(StringValues.length(key), endBit + 7 >>> 3));
    }

    /** True when so many bytes are to be gone over in the lane. */
    static boolean heavy(Call call, long bytes) {
        return call.heavy(bytes / BYTES_PER_ELEMENT);
    }
}
