// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.keyspace;

import dev.cofferdam.memory.Mem;
import dev.cofferdam.memory.Slice;

/**
 * A way through the members of a set: forwards over all of them, or to a position.
 *
 * <p>Owns a slice and the bytes in which it shows integers; owner thread of the compartment. Positions count from 0 in the order of storage. In a
 * large set, removing a member changes only the positions of it and of the last one.
 */
public final class SetWalk {
    public final Slice member = new Slice();

    private final LargeMembers members;
    private final PackedSet packed = new PackedSet();
    private final long text = Mem.scratch(DecimalText.BYTES_MAX);
    private int kind;
    private long data;
    private long bytes;
    private int count;
    private int position;

    SetWalk(LargeMembers members) {
        this.members = members;
    }

    void begin(Key key) {
        position = 0;
        count = 0;
        kind = key.kind();
        if (key.entry == 0) {
            return;
        }
        data = key.valueAddress();
        bytes = key.valueLength();
        if (kind == BlockKind.SET_LARGE) {
            count = VectorLayout.count(data);
        } else if (kind == BlockKind.SET_INTS) {
            count = PackedIntegers.count(data, bytes);
        } else {
            count = PackedSet.count(data);
            packed.begin(data, bytes);
        }
    }

    /** True when members lie in blocks of their own. */
    public boolean isLarge() {
        return kind == BlockKind.SET_LARGE;
    }

    public int count() {
        return count;
    }

    /** Goes to the next member; false after the last. */
    public boolean next() {
        if (position >= count) {
            return false;
        }
        if (kind == BlockKind.SET_LARGE) {
            long block = members.at(data, position);
            member.set(MemberLayout.nameAddress(block), MemberLayout.nameLength(block));
        } else if (kind == BlockKind.SET_INTS) {
            long number = PackedIntegers.get(data, position);
            DecimalText.write(text, number);
            member.set(text, DecimalText.length(number));
        } else {
            packed.next();
            member.set(packed.member, packed.memberLength);
        }
        position++;
        return true;
    }

    /** As {@link #next}, over the positions from {@code first} to before {@code end} only; starts there when it stands before them. */
    public boolean nextBetween(int first, int end) {
        if (position < first) {
            to(first);
            return position <= end;
        }
        return position < end && next();
    }

    /** Goes to the member at a position below the count; {@link #next} goes on behind it. */
    public void to(int wanted) {
        if (kind != BlockKind.SET_PACKED) {
            position = wanted;
        } else {
            if (wanted < position) {
                packed.begin(data, bytes);
                position = 0;
            }
            for (; position < wanted; position++) {
                packed.next();
            }
        }
        next();
    }
}
