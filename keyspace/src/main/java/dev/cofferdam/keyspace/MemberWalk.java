// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.keyspace;

import dev.cofferdam.memory.Slice;

/**
 * A way through a hash or a set: forwards over all of it, or to a position.
 *
 * <p>Owns a slice; owner thread of the compartment. Positions count from 0 in the order of storage. In a large value, removing something changes only the
 * positions of it and of the last one, which is why a scan that goes from high positions to low misses nothing that stays.
 */
public abstract class MemberWalk {
    /** The field of a hash, the member of a set. */
    public final Slice name = new Slice();

    private int count;
    private int position;
    private boolean direct;

    MemberWalk() {
    }

    /** Stands before the first of {@code elements}; {@code byPosition} when {@link #show} can show any of them at once. */
    final void start(int elements, boolean byPosition) {
        count = elements;
        position = 0;
        direct = byPosition;
    }

    /** True when what is walked over lies in blocks of its own. */
    public abstract boolean isLarge();

    /** Shows what is at this position; when positions are not direct, it is what comes behind the last one shown or skipped. */
    abstract void show(int at);

    /** Back before the first; only called when positions are not direct. */
    abstract void rewind();

    /** Past the next one; only called when positions are not direct. */
    abstract void skip();

    public final int count() {
        return count;
    }

    /** Goes to the next one; false after the last. */
    public final boolean next() {
        if (position >= count) {
            return false;
        }
        show(position);
        position++;
        return true;
    }

    /** As {@link #next}, over the positions from {@code first} to before {@code end} only; starts there when it stands before them. */
    public final boolean nextBetween(int first, int end) {
        if (position < first) {
            to(first);
            return position <= end;
        }
        return position < end && next();
    }

    /** Goes to a position below the count; {@link #next} goes on behind it. */
    public final void to(int wanted) {
        if (direct) {
            position = wanted;
        } else {
            if (wanted < position) {
                rewind();
                position = 0;
            }
            for (; position < wanted; position++) {
                skip();
            }
        }
        next();
    }
}
