// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.attribute;

/**
 * One line of the table of what is there and what grows: an estimate from samples, or exact where the target counts itself. Immutable.
 *
 * @param pattern as people write it, or {@code other}
 * @param bytes it holds
 * @param keys it holds
 * @param growthShare part of the growth since the onset, or in the last minutes while calm; may be negative
 * @param growthMargin half the width of the 95 % interval of that
 * @param withoutTtlShare part of its keys without a time to live; {@link #UNKNOWN} where the target counts itself, and does not count that
 */
public record PrefixShare(int database, String pattern, long bytes, long keys, double bytesPerSecond, double growthShare,
        double growthMargin, double withoutTtlShare) {
    public static final double UNKNOWN = -1;
}
