// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.keyspace;

import dev.cofferdam.keyspace.CompartmentRules.Rule;
import dev.cofferdam.memory.Mem;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The routing rules that are real globs ({@code *:[0-9]*:?}), in order, each behind a test that costs one load: every key that no prefix claims
 * is held against all of them.
 *
 * <p>Owns the compiled tests; immutable, any thread. The test looks at the byte where the text behind the pattern's last star has to begin, or at the key's first
 * where the pattern ends with that star.
 */
final class GlobRules {
    private final Rule[] rules;
    /** Positions of the globs among the rules, ascending. */
    private final int[] positions;
    private final KeyPattern[] patterns;
    private final int[] shortest;
    /** 0 where a pattern ends with its last star: then its first byte is looked at. */
    private final int[] tailBytes;
    /** Four words of a set of bytes each. */
    private final long[] telltales;

    GlobRules(Rule[] rules, List<Integer> globs) {
        this.rules = rules;
        int count = globs.size();
        positions = new int[count];
        patterns = new KeyPattern[count];
        shortest = new int[count];
        tailBytes = new int[count];
        telltales = new long[4 * count];
        for (int i = 0; i < count; i++) {
            positions[i] = globs.get(i);
            @Nullable KeyPattern pattern = rules[positions[i]].pattern();
            if (pattern == null) {
                throw new IllegalArgumentException("rule " + positions[i] + " has no pattern, so it is no glob");
            }
            patterns[i] = pattern;
            shortest[i] = pattern.shortestMatch();
            tailBytes[i] = pattern.tailBytes();
            System.arraycopy(pattern.telltales(), 0, telltales, 4 * i, 4);
        }
    }

    /** The first glob before rule {@code best} that covers the database and matches the key, else {@code best}. */
    int firstMatch(int database, long address, int length, int best) {
        for (int i = 0; i < positions.length && positions[i] < best; i++) {
            if (mayMatch(i, address, length) && rules[positions[i]].covers(database) && patterns[i].matches(address, length)) {
                return positions[i];
            }
        }
        return best;
    }

    private boolean mayMatch(int i, long address, int length) {
        if (length < shortest[i] || length == 0) {
            return length >= shortest[i];
        }
        int b = Mem.getUnsignedByte(tailBytes[i] == 0 ? address : address + length - tailBytes[i]);
        return (telltales[4 * i + (b >> 6)] & 1L << b) != 0;
    }
}
