// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.keyspace;

import dev.cofferdam.keyspace.CompartmentRules.Rule;
import dev.cofferdam.memory.Mem;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The routing rules that are real globs ({@code *:[0-9]*:?}), in order: every key that no prefix claims is held against all of them.
 *
 * <p>Owns the compiled tests; immutable, any thread. Each glob has one telltale, something nearly every key lacks, and globs whose telltale is at the same place
 * share a look at the key: the byte so far before its end, its first byte, or whether it has a certain byte anywhere. What is left is matched in full.
 *
 * <pre>
 *  *:[0-9]*:????:work    the 10th byte from the end must be a colon
 *  :[2-9]:*              the first byte must be a colon
 *  *_horizon:*           there must be an underscore
 * </pre>
 */
final class GlobRules {
    /** Globs of one {@link Sieve}: bits of a long. */
    private static final int SIEVE_GLOBS = Long.SIZE;

    private final Rule[] rules;
    private final Sieve[] sieves;

    GlobRules(Rule[] rules, List<Integer> globs) {
        this.rules = rules;
        List<Sieve> all = new ArrayList<>();
        for (int from = 0; from < globs.size(); from += SIEVE_GLOBS) {
            all.add(new Sieve(rules, globs.subList(from, Math.min(globs.size(), from + SIEVE_GLOBS))));
        }
        sieves = all.toArray(Sieve[]::new);
    }

    /** The first glob before rule {@code best} that covers the database and matches the key, else {@code best}. */
    int firstMatch(int database, long address, int length, int best) {
        for (Sieve sieve : sieves) {
            for (long left = sieve.candidates(address, length); left != 0; left &= left - 1) {
                int glob = Long.numberOfTrailingZeros(left);
                int rule = sieve.positions[glob];
                if (rule >= best) {
                    return best;
                }
                if (rules[rule].covers(database) && sieve.patterns[glob].matches(address, length)) {
                    return rule;
                }
            }
        }
        return best;
    }

    /** Up to 64 globs, a bit each in their order, and what tells most keys from all of them. */
    private static final class Sieve {
        /** Positions of the globs among the rules, ascending. */
        final int[] positions;
        final KeyPattern[] patterns;
        /** Distances from the key's end at which some globs want a certain byte; 0 stands for the key's first. */
        private final long[] distances;
        /** For each distance and byte the globs that may match then; those that look elsewhere are in none. */
        private final long[][] allowed;
        /** Bytes that some globs want anywhere, each eight times, and these globs. */
        private final long[] wanted;
        private final long[] wanting;

        Sieve(Rule[] rules, List<Integer> globs) {
            positions = globs.stream().mapToInt(Integer::intValue).toArray();
            patterns = new KeyPattern[positions.length];
            long[] places = new long[positions.length];
            int placeCount = 0;
            long[][] tables = new long[positions.length][];
            long[] bytes = new long[positions.length];
            long[] needy = new long[positions.length];
            int byteCount = 0;
            for (int i = 0; i < positions.length; i++) {
                @Nullable KeyPattern pattern = rules[positions[i]].pattern();
                if (pattern == null) {
                    throw new IllegalArgumentException("rule " + positions[i] + " has no pattern, so it is no glob");
                }
                patterns[i] = pattern;
                long[] telltales = pattern.telltales();
                int inside = Arrays.stream(telltales).allMatch(word -> word == -1) ? pattern.byteInside() : -1;
                if (inside >= 0) {
                    long spread = inside * BYTE_OF_EACH;
                    int at = indexOf(bytes, byteCount, spread);
                    byteCount = Math.max(byteCount, at + 1);
                    bytes[at] = spread;
                    needy[at] |= 1L << i;
                } else {
                    int at = indexOf(places, placeCount, pattern.tailBytes());
                    if (at == placeCount) {
                        places[placeCount] = pattern.tailBytes();
                        tables[placeCount++] = new long[256];
                    }
                    for (int b = 0; b < 256; b++) {
                        tables[at][b] |= (telltales[b >> 6] >>> b & 1) << i;
                    }
                }
            }
            distances = Arrays.copyOf(places, placeCount);
            allowed = Arrays.copyOf(tables, placeCount);
            wanted = Arrays.copyOf(bytes, byteCount);
            wanting = Arrays.copyOf(needy, byteCount);
        }

        private static int indexOf(long[] numbers, int count, long wanted) {
            int at = 0;
            while (at < count && numbers[at] != wanted) {
                at++;
            }
            return at;
        }

        /** Bits of the globs that this key may match. */
        long candidates(long address, int length) {
            if (length == 0) {
                return -1L >>> SIEVE_GLOBS - positions.length;
            }
            long found = 0;
            for (int i = 0; i < distances.length; i++) {
                long distance = distances[i];
                if (distance <= length) {
                    found |= allowed[i][Mem.getUnsignedByte(distance == 0 ? address : address + length - distance)];
                }
            }
            for (int i = 0; i < wanted.length; i++) {
                if (has(address, length, wanted[i])) {
                    found |= wanting[i];
                }
            }
            return found;
        }
    }

    private static final long BYTE_OF_EACH = 0x0101010101010101L;
    private static final long HIGHEST_OF_EACH = 0x8080808080808080L;

    /** True when one of the bytes is that of which {@code spread} has eight; eight at a time, the last ones overlapping. */
    private static boolean has(long address, int length, long spread) {
        if (length < Long.BYTES) {
            for (int i = 0; i < length; i++) {
                if (Mem.getByte(address + i) == (byte) spread) {
                    return true;
                }
            }
            return false;
        }
        long last = address + length - Long.BYTES;
        for (long at = address; at < last; at += Long.BYTES) {
            if (hasZero(Mem.getLong(at) ^ spread)) {
                return true;
            }
        }
        return hasZero(Mem.getLong(last) ^ spread);
    }

    /** True when one of the eight bytes is 0. */
    private static boolean hasZero(long word) {
        return (word - BYTE_OF_EACH & ~word & HIGHEST_OF_EACH) != 0;
    }
}
