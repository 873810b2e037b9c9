// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.keyspace;

import dev.cofferdam.memory.Mem;
import dev.cofferdam.memory.Slice;

/** A way through the members of a set; see {@link MemberWalk}. Owns the bytes in which it shows integers. */
public final class SetWalk extends MemberWalk {
    public final Slice member = name;

    private final LargeMembers members;
    private final PackedSet packed = new PackedSet();
    private final long text = Mem.scratch(DecimalText.BYTES_MAX);
    private int kind;
    private long data;
    private long bytes;

    SetWalk(LargeMembers members) {
        this.members = members;
    }

    void begin(Key key) {
        kind = key.kind();
        if (key.entry != 0) {
            data = key.valueAddress();
            bytes = key.valueLength();
            rewind();
        }
        start(SetValues.count(key), kind != BlockKind.SET_PACKED);
    }

    @Override
    public boolean isLarge() {
        return kind == BlockKind.SET_LARGE;
    }

    @Override
    void show(int at) {
        if (kind == BlockKind.SET_LARGE) {
            long block = members.at(data, at);
            member.set(MemberLayout.nameAddress(block), MemberLayout.nameLength(block));
        } else if (kind == BlockKind.SET_INTS) {
            long number = PackedIntegers.get(data, at);
            DecimalText.write(text, number);
            member.set(text, DecimalText.length(number));
        } else {
            packed.next();
            member.set(packed.member, packed.memberLength);
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
