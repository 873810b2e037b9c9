// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.keyspace;

import dev.cofferdam.memory.Mem;

/**
 * The root record of a stream, and the blocks its tree orders.
 *
 * <pre>
 *  root: the value of a STREAM entry
 *  0                          40       48            64               80      88
 *  +--------------------------+--------+-------------+----------------+-------+--------+
 *  | as a sorted set's record | length | last ms seq | deleted ms seq | added | number |
 *  +--------------------------+--------+-------------+----------------+-------+--------+
 *
 *  blocks, in the tree's order of (score, name):          score      name        behind the name
 *  STREAM_CHUNK     a run of entries, see StreamChunk      0          first id
 *  STREAM_GROUP     a consumer group with number k         1          its name    k (int), last delivered ms seq, entries read
 *  STREAM_CONSUMER  a consumer with number n of group k    4 k        its name    n (int), seen at (long)
 *  STREAM_PENDING   an entry delivered in group k          4 k + 1    its id      delivered at (long), times (int), n (int)
 *  STREAM_OWNED     the same, by consumer                  4 n + 2    its id
 * </pre>
 * Ids as names are 16 bytes, highest first, so that their order is that of bytes. Groups and consumers take their numbers from one counter and keep them.
 * {@code deleted} is the highest id that XDEL removed, {@code added} counts what was ever added.
 */
final class StreamLayout {
    static final int BYTES = LargeSortedSetLayout.BYTES + 56;
    static final int ID_BYTES = 16;
    /** Start of a block's name. */
    static final int NAME = 16;
    static final int GROUP_TAIL_BYTES = 28;
    static final int CONSUMER_TAIL_BYTES = 12;
    static final int PENDING_BYTES = NAME + ID_BYTES + 16;
    static final int OWNED_BYTES = NAME + ID_BYTES;

    static final double CHUNKS = 0;
    static final double GROUPS = 1;

    private static final int LENGTH = 40;
    /** Last id, deleted id and number added: one piece, see {@link EffectKind#STREAM_STATE}. */
    static final int STATE = 48;
    static final int STATE_BYTES = 40;
    private static final int NUMBER = 88;

    private StreamLayout() {
    }

    static double consumers(int group) {
        return 4.0 * group;
    }

    static double pending(int group) {
        return 4.0 * group + 1;
    }

    static double owned(int consumer) {
        return 4.0 * consumer + 2;
    }

    /** Clears everything but the collection's id. */
    static void clear(long root) {
        LargeSortedSetLayout.clear(root);
        Mem.fill(root + LargeSortedSetLayout.BYTES, BYTES - LargeSortedSetLayout.BYTES, (byte) 0);
    }

    static long length(long root) {
        return Mem.getLong(root + LENGTH);
    }

    static void setLength(long root, long length) {
        Mem.putLong(root + LENGTH, length);
    }

    static long lastMillis(long root) {
        return Mem.getLong(root + STATE);
    }

    static long lastSequence(long root) {
        return Mem.getLong(root + STATE + 8);
    }

    static void setLast(long root, long millis, long sequence) {
        Mem.putLong(root + STATE, millis);
        Mem.putLong(root + STATE + 8, sequence);
    }

    static long deletedMillis(long root) {
        return Mem.getLong(root + STATE + 16);
    }

    static long deletedSequence(long root) {
        return Mem.getLong(root + STATE + 24);
    }

    static void setDeleted(long root, long millis, long sequence) {
        Mem.putLong(root + STATE + 16, millis);
        Mem.putLong(root + STATE + 24, sequence);
    }

    static long added(long root) {
        return Mem.getLong(root + STATE + 32);
    }

    static void setAdded(long root, long added) {
        Mem.putLong(root + STATE + 32, added);
    }

    static int nextNumber(long root) {
        int number = Mem.getInt(root + NUMBER) + 1;
        Mem.putInt(root + NUMBER, number);
        return number;
    }

    static void copyCounters(long from, long to) {
        Mem.copy(from + LENGTH, to + LENGTH, BYTES - LENGTH);
    }

    // ---------------------------------------------------------------- blocks

    /** Bytes of a block's name; for {@link MemberLayout}. */
    static int nameLength(long block, int kind) {
        return switch (kind) {
            case BlockKind.STREAM_GROUP -> (int) BlockLayout.bytes(block) - NAME - GROUP_TAIL_BYTES;
            case BlockKind.STREAM_CONSUMER -> (int) BlockLayout.bytes(block) - NAME - CONSUMER_TAIL_BYTES;
            default -> ID_BYTES;
        };
    }

    static void writeId(long at, long millis, long sequence) {
        Mem.putLong(at, Long.reverseBytes(millis));
        Mem.putLong(at + 8, Long.reverseBytes(sequence));
    }

    static long idMillis(long block) {
        return Long.reverseBytes(Mem.getLong(block + NAME));
    }

    static long idSequence(long block) {
        return Long.reverseBytes(Mem.getLong(block + NAME + 8));
    }

    /** What stands behind the name of a group. */
    static long groupTail(long group) {
        return group + BlockLayout.bytes(group) - GROUP_TAIL_BYTES;
    }

    static int groupNumber(long group) {
        return Mem.getInt(groupTail(group));
    }

    /** What stands behind the name of a consumer. */
    static long consumerTail(long consumer) {
        return consumer + BlockLayout.bytes(consumer) - CONSUMER_TAIL_BYTES;
    }

    static int consumerNumber(long consumer) {
        return Mem.getInt(consumerTail(consumer));
    }

    static long deliveredMillis(long pending) {
        return Mem.getLong(pending + NAME + ID_BYTES);
    }

    static int deliveries(long pending) {
        return Mem.getInt(pending + NAME + ID_BYTES + 8);
    }

    static int pendingConsumer(long pending) {
        return Mem.getInt(pending + NAME + ID_BYTES + 12);
    }

    static void setPending(long pending, long deliveredMillis, int deliveries, int consumer) {
        Mem.putLong(pending + NAME + ID_BYTES, deliveredMillis);
        Mem.putInt(pending + NAME + ID_BYTES + 8, deliveries);
        Mem.putInt(pending + NAME + ID_BYTES + 12, consumer);
    }
}
