// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.keyspace;

import dev.cofferdam.memory.Slice;

/**
 * One effect as its {@link EffectSink} sees it.
 *
 * <p>Owns nothing: there is one per compartment, filled anew for each effect, and its slices point to where the bytes happen to be. Valid during the call of
 * the sink only, on that thread. {@link EffectKind} says which parts a kind fills; the others are zero.
 */
public final class Effect {
    /** {@link #number} of a list's first end. */
    public static final long HEAD = 0;
    /** {@link #number} of a list's last end. */
    public static final long TAIL = 1;

    public EffectKind kind = EffectKind.CLEARED;
    public int database;
    public final Slice key = new Slice();
    public long number;
    public long count;
    public final Slice first = new Slice();
    public final Slice second = new Slice();

    Effect() {
    }

    /** {@link #number} as the score of {@link EffectKind#SCORE_SET}. */
    public double score() {
        return Double.longBitsToDouble(number);
    }

    /** For logs and tests. */
    @Override
    public String toString() {
        return kind + " " + database + " '" + key + "' " + number + " " + count + " '" + first + "' '" + second + "'";
    }
}
