// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.scripting;

import dev.cofferdam.memory.Mem;
import dev.cofferdam.server.config.Words;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The first line of a script, {@code #!lua flags=no-writes,allow-oom}.
 *
 * @param bytes its length, without the line break that stays so that lines keep their numbers; 0 when there is none
 * @param flags bits of {@link ScriptFlags}
 * @param error what is wrong with it, or null
 */
record Shebang(int bytes, int flags, @Nullable String error) {
    private static final int LINE_MAX_BYTES = 4096;

    static Shebang of(long body, int length) {
        if (length < 2 || Mem.getByte(body) != '#' || Mem.getByte(body + 1) != '!') {
            return new Shebang(0, ScriptFlags.UNDECLARED, null);
        }
        int end = lineEnd(body, length);
        if (end < 0) {
            return failed("Invalid script shebang");
        }
        List<String> parts = Words.split(new String(Mem.bytes(body, end), StandardCharsets.ISO_8859_1));
        if (parts == null || parts.isEmpty()) {
            return failed("Invalid engine in script shebang");
        }
        if (!parts.getFirst().equals("#!lua")) {
            return failed("Unexpected engine in script shebang: " + parts.getFirst());
        }
        int flags = 0;
        for (String part : parts.subList(1, parts.size())) {
            if (!part.startsWith("flags=")) {
                return failed("Unknown lua shebang option: " + part);
            }
            for (String flag : part.substring(6).split(",", -1)) {
                int bit = ScriptFlags.bit(flag);
                if (bit == 0 && part.length() > 6) {
                    return failed("Unexpected flag in script shebang: " + flag);
                }
                flags |= bit;
            }
        }
        return new Shebang(end, flags, null);
    }

    private static Shebang failed(String text) {
        return new Shebang(0, 0, text);
    }

    /** Offset of the first line break, or -1. */
    static int lineEnd(long body, int length) {
        for (int i = 0; i < Math.min(length, LINE_MAX_BYTES); i++) {
            if (Mem.getByte(body + i) == '\n') {
                return i;
            }
        }
        return -1;
    }
}
