// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.keyspace;

import dev.cofferdam.memory.Mem;

/**
 * A hash too large for one entry: a FIELD block for each field, with its value.
 *
 * <p>Owns nothing beside what {@link LargeMembers} keeps; one per compartment, owner thread. A root is the value of a HASH_LARGE entry.
 */
final class LargeHash {
    private final LargeMembers members;

    LargeHash(LargeMembers members) {
        this.members = members;
    }

    long find(long root, long field, int length) {
        return members.find(root, field, length);
    }

    /** Adds a field that is not there. */
    void add(long root, long field, int fieldLength, long value, int valueLength) {
        long block = members.allocate(root, BlockKind.FIELD, MemberLayout.fieldBytes(fieldLength, valueLength));
        MemberLayout.setFieldLength(block, fieldLength);
        Mem.copy(field, MemberLayout.nameAddress(block), fieldLength);
        Mem.copy(value, MemberLayout.valueAddress(block), valueLength);
        members.add(root, block);
    }

    /** Gives a field another value; needs memory only when it takes more room than before. */
    void overwrite(long root, long block, long value, int valueLength) {
        long bytes = MemberLayout.fieldBytes(MemberLayout.nameLength(block), valueLength);
        if (members.resizeInPlace(root, block, bytes)) {
            Mem.copy(value, MemberLayout.valueAddress(block), valueLength);
            return;
        }
        int fieldLength = MemberLayout.nameLength(block);
        long replacement = members.allocate(root, BlockKind.FIELD, bytes);
        MemberLayout.setFieldLength(replacement, fieldLength);
        MemberLayout.setPosition(replacement, MemberLayout.position(block));
        Mem.copy(MemberLayout.nameAddress(block), MemberLayout.nameAddress(replacement), fieldLength);
        Mem.copy(value, MemberLayout.valueAddress(replacement), valueLength);
        members.replace(root, block, replacement);
    }

    /** Bytes that {@link #overwrite} adds to what the block takes; 0 or less when it fits. */
    static long growth(long block, int valueLength) {
        return BlockLayout.roundedBytes(MemberLayout.fieldBytes(MemberLayout.nameLength(block), valueLength))
                - BlockLayout.roundedBytes(BlockLayout.bytes(block));
    }
}
