// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.keyspace;

import dev.cofferdam.memory.Mem;

/**
 * The parts of large hashes, sets and sorted sets that carry a name: fields, members and elements.
 *
 * <pre>
 *           0        4            8              12              16
 *  MEMBER   +--------+------------+--------------+--------------+------------
 *           | word 0 | collection | position     | member ...
 *  FIELD    | word 0 | collection | position     | field length | field ... | value ...
 *  ELEMENT  | word 0 | collection | score (8 bytes, double)     | member ...
 * </pre>
 * Position = index in the collection's vector of addresses. A length that is not stored follows from the block's.
 */
public final class MemberLayout {
    private static final int POSITION = 8;
    private static final int FIELD_LENGTH = 12;
    private static final int SCORE = 8;
    private static final int MEMBER_NAME = 12;
    private static final int FIELD_NAME = 16;
    private static final int ELEMENT_NAME = 16;

    private MemberLayout() {
    }

    public static long memberBytes(int memberLength) {
        return MEMBER_NAME + memberLength;
    }

    public static long fieldBytes(int fieldLength, long valueLength) {
        return FIELD_NAME + fieldLength + valueLength;
    }

    public static long elementBytes(int memberLength) {
        return ELEMENT_NAME + memberLength;
    }

    /** First byte of the block's name, whichever of the three kinds it is. */
    public static long nameAddress(long block) {
        return block + (BlockLayout.kind(block) == BlockKind.MEMBER ? MEMBER_NAME : FIELD_NAME);
    }

    public static int nameLength(long block) {
        return switch (BlockLayout.kind(block)) {
            case BlockKind.MEMBER -> (int) BlockLayout.bytes(block) - MEMBER_NAME;
            case BlockKind.FIELD -> Mem.getInt(block + FIELD_LENGTH);
            case BlockKind.ELEMENT -> (int) BlockLayout.bytes(block) - ELEMENT_NAME;
            default -> StreamLayout.nameLength(block, BlockLayout.kind(block));
        };
    }

    public static void setFieldLength(long block, int length) {
        Mem.putInt(block + FIELD_LENGTH, length);
    }

    public static long valueAddress(long block) {
        return block + FIELD_NAME + Mem.getInt(block + FIELD_LENGTH);
    }

    public static long valueLength(long block) {
        return BlockLayout.bytes(block) - FIELD_NAME - Mem.getInt(block + FIELD_LENGTH);
    }

    public static int position(long block) {
        return Mem.getInt(block + POSITION);
    }

    public static void setPosition(long block, int position) {
        Mem.putInt(block + POSITION, position);
    }

    public static double score(long block) {
        return Mem.getDouble(block + SCORE);
    }

    public static void setScore(long block, double score) {
        Mem.putDouble(block + SCORE, score);
    }
}
