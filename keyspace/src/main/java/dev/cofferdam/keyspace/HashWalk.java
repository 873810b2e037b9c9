// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.keyspace;

import dev.cofferdam.memory.Slice;

/**
 * A way through the fields of a hash: forwards over all of them, or to a position.
 *
 * <p>Owns two slices; owner thread of the compartment. Positions count from 0 in the order of storage. In a large hash, removing a field changes
 * only the positions of it and of the last one, which is why a scan that goes from high positions to low misses nothing that stays.
 */
public final class HashWalk {
    public final Slice field = new Slice();
    public final Slice value = new Slice();

    private final LargeMembers members;
    private final PackedHash packed = new PackedHash();
    private boolean isLarge;
    private long data;
    private long bytes;
    private int count;
    private int position;

    HashWalk(LargeMembers members) {
        this.members = members;
    }

    void begin(Key key) {
        position = 0;
        count = 0;
        isLarge = false;
        if (key.entry == 0) {
            return;
        }
        data = key.valueAddress();
        isLarge = key.kind() == BlockKind.HASH_LARGE;
        if (isLarge) {
            count = VectorLayout.count(data);
        } else {
            bytes = key.valueLength();
            count = PackedHash.count(data);
            packed.begin(data, bytes);
        }
    }

    /** True when the hash is enumerated by position without walking. */
    public boolean isLarge() {
        return isLarge;
    }

    public int count() {
        return count;
    }

    /** Goes to the next field; false after the last. */
    public boolean next() {
        if (position >= count) {
            return false;
        }
        if (isLarge) {
            read(members.at(data, position));
        } else {
            packed.next();
            read();
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

    /** Goes to the field at a position below the count; {@link #next} goes on behind it. */
    public void to(int wanted) {
        if (isLarge) {
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

    private void read(long block) {
        field.set(MemberLayout.nameAddress(block), MemberLayout.nameLength(block));
        value.set(MemberLayout.valueAddress(block), (int) MemberLayout.valueLength(block));
    }

    private void read() {
        field.set(packed.field, packed.fieldLength);
        value.set(packed.value, packed.valueLength);
    }
}
