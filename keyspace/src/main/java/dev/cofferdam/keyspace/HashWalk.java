// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.keyspace;

import dev.cofferdam.memory.Slice;

/** A way through the fields of a hash and their values; see {@link MemberWalk}. */
public final class HashWalk extends MemberWalk {
    public final Slice field = name;
    public final Slice value = new Slice();

    private final LargeMembers members;
    private final PackedHash packed = new PackedHash();
    private boolean isLarge;
    private long data;
    private long bytes;

    HashWalk(LargeMembers members) {
        this.members = members;
    }

    void begin(Key key) {
        isLarge = key.kind() == BlockKind.HASH_LARGE;
        int count = 0;
        if (key.entry != 0) {
            data = key.valueAddress();
            bytes = key.valueLength();
            count = isLarge ? VectorLayout.count(data) : PackedHash.count(data);
            rewind();
        }
        start(count, isLarge);
    }

    @Override
    public boolean isLarge() {
        return isLarge;
    }

    @Override
    void show(int at) {
        if (isLarge) {
            long block = members.at(data, at);
            field.set(MemberLayout.nameAddress(block), MemberLayout.nameLength(block));
            value.set(MemberLayout.valueAddress(block), (int) MemberLayout.valueLength(block));
        } else {
            packed.next();
            field.set(packed.field, packed.fieldLength);
            value.set(packed.value, packed.valueLength);
        }
    }

    @Override
    void rewind() {
        packed.begin(data, bytes);
    }

    @Override
    void skip() {
        packed.next();
    }
}
