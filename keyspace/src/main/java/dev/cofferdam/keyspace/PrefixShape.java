// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.keyspace;

import dev.cofferdam.memory.Mem;

/**
 * Where the part of a key's name ends that it shares with its kind: {@code spring:session:sessions:} of {@code spring:session:sessions:4f1c…}.
 *
 * <p>Pure functions over bytes; any thread. A name is read as segments with a separator behind each; the prefix is the leading segments up to the
 * first that looks like an identifier. The last segment is never part of it. Separators are those of the libraries people use: {@code :} (nearly
 * all), {@code -} (celery-task-meta-…), {@code .} (Django's module paths, Kombu), {@code /}, {@code _} (laravel_cache_…), {@code |}, {@code #}, blank
 * and control characters (Kombu's queue priorities).
 */
final class PrefixShape {
    static final int PREFIX_MAX_BYTES = 64;

    private static final int UPPER_SHIFT = 8;
    private static final int LOWER_SHIFT = 16;
    private static final int NOT_HEX_SHIFT = 24;
    private static final int DIGIT = 1;
    private static final int UPPER = 1 << UPPER_SHIFT;
    private static final int LOWER = 1 << LOWER_SHIFT;
    private static final int NOT_HEX = 1 << NOT_HEX_SHIFT;
    private static final int SEPARATOR = 1 << 31;
    private static final int COUNT_MASK = 0xff;
    /** What each byte adds to the counts of its segment: digits, upper and lower letters, and what is no hexadecimal digit, eight bits each. */
    private static final int[] ADDS = new int[256];

    private static final int HEX_ID_MIN_LENGTH = 8;
    private static final int MIXED_ID_MIN_LENGTH = 16;
    private static final int NAME_MAX_LENGTH = 40;
    private static final int VERSION_MAX_LENGTH = 3;

    static {
        for (int c = 0; c < ADDS.length; c++) {
            boolean digit = c >= '0' && c <= '9';
            boolean upper = c >= 'A' && c <= 'Z';
            boolean lower = c >= 'a' && c <= 'z';
            boolean hex = digit || c >= 'A' && c <= 'F' || c >= 'a' && c <= 'f';
            ADDS[c] = (digit ? DIGIT : 0) + (upper ? UPPER : 0) + (lower ? LOWER : 0) + (hex ? 0 : NOT_HEX);
            // '@', '=', '+' and '%' are in no name that many keys share: as good as a digit too many.
            if (c == '@' || c == '=' || c == '+' || c == '%') {
                ADDS[c] += 2 * DIGIT;
            }
            if (c <= ' ' || ":-./_|#".indexOf(c) >= 0) {
                ADDS[c] = SEPARATOR;
            }
        }
    }

    private PrefixShape() {
    }

    /** Length of the prefix of a key's name, separator included; 0 when it has none. */
    static int length(long address, int keyLength) {
        int limit = Math.min(keyLength, PREFIX_MAX_BYTES);
        int prefix = 0;
        int counts = 0;
        for (int i = 0; i < limit; i++) {
            int adds = ADDS[Mem.getUnsignedByte(address + i)];
            if (adds != SEPARATOR) {
                counts += adds;
                if ((counts & COUNT_MASK) > 1) {
                    break; // an identifier or the last segment: this is the end in either case
                }
                continue;
            }
            if (i + 1 == keyLength || isIdentifier(i - prefix, counts)) {
                break;
            }
            prefix = i + 1;
            counts = 0;
        }
        return prefix;
    }

    /** Length of the prefix that contains this prefix: without its last segment. */
    static int parentLength(long address, int prefixLength) {
        int at = prefixLength - 1;
        while (at > 0 && ADDS[Mem.getUnsignedByte(address + at - 1)] != SEPARATOR) {
            at--;
        }
        return Math.max(at, 0);
    }

    private static boolean isIdentifier(int length, int counts) {
        int digits = counts & COUNT_MASK;
        int upper = counts >>> UPPER_SHIFT & COUNT_MASK;
        int lower = counts >>> LOWER_SHIFT & COUNT_MASK;
        int notHex = counts >>> NOT_HEX_SHIFT & COUNT_MASK;
        if (digits > 0) {
            // Django's ":1:", and v2, s3, db0: a version or a shard, few in number.
            return digits > 1 || length > VERSION_MAX_LENGTH;
        }
        if (notHex == 0 && length >= HEX_ID_MIN_LENGTH) {
            return true;
        }
        return length > NAME_MAX_LENGTH || length >= MIXED_ID_MIN_LENGTH && 4 * upper >= length && 4 * lower >= length;
    }
}
