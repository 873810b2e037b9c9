// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.keyspace;

import dev.cofferdam.memory.Mem;
import dev.cofferdam.memory.Slice;

/**
 * The groups that read a stream, their consumers, and what was delivered and not acknowledged; every change of them.
 *
 * <p>Owns nothing off-heap: each of them is a block in the stream's tree, and is named here by the block's address, which stays for the command. Owner thread of
 * the compartment; one object serves all its streams. What always holds: a pending entry has one block by group and one by its consumer.
 */
public final class StreamGroups {
    /** A group whose number of entries read is not known. */
    public static final long UNKNOWN = -1;

    private final Compartment home;
    private final StreamBlocks blocks;
    private final TreePath path;
    private final long scratch = Mem.scratch(StreamLayout.ID_BYTES);

    StreamGroups(Compartment home, StreamBlocks blocks) {
        this.home = home;
        this.blocks = blocks;
        path = blocks.path;
    }

    private Effects effects() {
        return home.effects();
    }

    // ---------------------------------------------------------------- groups and consumers

    public long groups(Key key) {
        return blocks.count(key.valueAddress(), StreamLayout.GROUPS);
    }

    /** The group of this name, or 0. */
    public long group(Key key, long name, int length) {
        return blocks.named(key.valueAddress(), StreamLayout.GROUPS, name, length);
    }

    /** In the order of names; 0 behind the last. */
    public long groupAt(Key key, long index) {
        return blocks.at(key.valueAddress(), StreamLayout.GROUPS, index);
    }

    public void nameOf(long groupOrConsumer, Slice into) {
        into.set(MemberLayout.nameAddress(groupOrConsumer), MemberLayout.nameLength(groupOrConsumer));
    }

    public static long groupMillis(long group) {
        return Mem.getLong(StreamLayout.groupTail(group) + 4);
    }

    public static long groupSequence(long group) {
        return Mem.getLong(StreamLayout.groupTail(group) + 12);
    }

    public static long groupRead(long group) {
        return Mem.getLong(StreamLayout.groupTail(group) + 20);
    }

    /** A group whose name is not taken. */
    public long createGroup(Key key, long name, int length, long millis, long sequence, long read) {
        long root = key.valueAddress();
        long group = blocks.allocate(root, BlockKind.STREAM_GROUP, StreamLayout.GROUPS,
                StreamLayout.NAME + (long) length + StreamLayout.GROUP_TAIL_BYTES);
        Mem.copy(name, group + StreamLayout.NAME, length);
        Mem.putInt(StreamLayout.groupTail(group), StreamLayout.nextNumber(root));
        blocks.tree.insert(root, group);
        setGroup(key, true, group, millis, sequence, read);
        return group;
    }

    /** The last id that was delivered, and how many entries that is from the stream's beginning. */
    public void setGroup(Key key, long group, long millis, long sequence, long read) {
        setGroup(key, false, group, millis, sequence, read);
    }

    private void setGroup(Key key, boolean isNew, long group, long millis, long sequence, long read) {
        long tail = StreamLayout.groupTail(group);
        Mem.putLong(tail + 4, millis);
        Mem.putLong(tail + 12, sequence);
        Mem.putLong(tail + 20, read);
        if (effects().heard) {
            effects().groupSet(key, isNew, MemberLayout.nameAddress(group), MemberLayout.nameLength(group), tail + 4, 24);
        }
    }

    /** With its consumers and all that is pending. */
    public void removeGroup(Key key, long group) {
        long root = key.valueAddress();
        effects().groupRemoved(key, MemberLayout.nameAddress(group), MemberLayout.nameLength(group));
        int number = StreamLayout.groupNumber(group);
        for (long consumer = blocks.at(root, StreamLayout.consumers(number), 0); consumer != 0; consumer = blocks.at(root,
                StreamLayout.consumers(number),
                0)) {
            blocks.removeAll(root, StreamLayout.owned(StreamLayout.consumerNumber(consumer)));
            blocks.free(root, consumer);
        }
        blocks.removeAll(root, StreamLayout.pending(number));
        blocks.free(root, group);
    }

    public long consumers(Key key, long group) {
        return blocks.count(key.valueAddress(), StreamLayout.consumers(StreamLayout.groupNumber(group)));
    }

    public long consumer(Key key, long group, long name, int length) {
        return blocks.named(key.valueAddress(), StreamLayout.consumers(StreamLayout.groupNumber(group)), name, length);
    }

    public long consumerAt(Key key, long group, long index) {
        return blocks.at(key.valueAddress(), StreamLayout.consumers(StreamLayout.groupNumber(group)), index);
    }

    public long createConsumer(Key key, long group, long name, int length, long nowMillis) {
        long root = key.valueAddress();
        long consumer = blocks.allocate(root, BlockKind.STREAM_CONSUMER, StreamLayout.consumers(StreamLayout.groupNumber(group)),
                StreamLayout.NAME + (long) length + StreamLayout.CONSUMER_TAIL_BYTES);
        Mem.copy(name, consumer + StreamLayout.NAME, length);
        Mem.putInt(StreamLayout.consumerTail(consumer), StreamLayout.nextNumber(root));
        Mem.putLong(StreamLayout.consumerTail(consumer) + 4, nowMillis);
        blocks.tree.insert(root, consumer);
        effects().consumerCreated(key, MemberLayout.nameAddress(group), MemberLayout.nameLength(group), name, length, nowMillis);
        return consumer;
    }

    public static long seenMillis(long consumer) {
        return Mem.getLong(StreamLayout.consumerTail(consumer) + 4);
    }

    /** When the consumer was last heard of: told to nobody, as it says nothing about the data; a replica knows when it was created. */
    public void seen(Key key, long consumer, long nowMillis) {
        Mem.putLong(StreamLayout.consumerTail(consumer) + 4, nowMillis);
    }

    /** Its pending entries go with it. */
    public void removeConsumer(Key key, long group, long consumer) {
        long root = key.valueAddress();
        effects().consumerRemoved(key, MemberLayout.nameAddress(group), MemberLayout.nameLength(group), MemberLayout.nameAddress(consumer),
                MemberLayout.nameLength(consumer));
        double owned = StreamLayout.owned(StreamLayout.consumerNumber(consumer));
        double pending = StreamLayout.pending(StreamLayout.groupNumber(group));
        for (long block = blocks.at(root, owned, 0); block != 0; block = blocks.at(root, owned, 0)) {
            blocks.free(root, blocks.named(root, pending, block + StreamLayout.NAME, StreamLayout.ID_BYTES));
            blocks.free(root, block);
        }
        blocks.free(root, consumer);
    }

    // ---------------------------------------------------------------- pending entries, named by the address of their block by group

    public long pendingCount(Key key, long group) {
        return blocks.count(key.valueAddress(), StreamLayout.pending(StreamLayout.groupNumber(group)));
    }

    public long ownedCount(Key key, long consumer) {
        return blocks.count(key.valueAddress(), StreamLayout.owned(StreamLayout.consumerNumber(consumer)));
    }

    public long pending(Key key, long group, long millis, long sequence) {
        StreamLayout.writeId(scratch, millis, sequence);
        return blocks.named(key.valueAddress(), StreamLayout.pending(StreamLayout.groupNumber(group)), scratch, StreamLayout.ID_BYTES);
    }

    /** The first pending entry with this id or a later one, of the group or of one consumer of it (0 for all); 0 when there is none. */
    public long pendingFrom(Key key, long group, long consumer, long millis, long sequence) {
        long root = key.valueAddress();
        StreamLayout.writeId(scratch, millis, sequence);
        double score = consumer == 0
                ? StreamLayout.pending(StreamLayout.groupNumber(group))
                : StreamLayout.owned(StreamLayout.consumerNumber(consumer));
        blocks.tree.seek(root, OrderTree.UP_TO_ELEMENT, score, scratch, StreamLayout.ID_BYTES, path);
        if (path.leafLevel < 0) {
            return 0;
        }
        long block = 0;
        if (OrderTree.rankOf(path) > 0) {
            path.previous();
            long before = path.element();
            if (MemberLayout.score(before) == score && Mem.equal(before + StreamLayout.NAME, scratch, StreamLayout.ID_BYTES)) {
                block = before;
            } else {
                path.next();
            }
        }
        if (block == 0) {
            block = path.settle() ? path.element() : 0;
        }
        if (block == 0 || MemberLayout.score(block) != score) {
            return 0;
        }
        return consumer == 0 ? block : pending(key, group, StreamLayout.idMillis(block), StreamLayout.idSequence(block));
    }

    /** The last pending entry of the group, or 0. */
    public long lastPending(Key key, long group) {
        long count = pendingCount(key, group);
        return count == 0 ? 0 : blocks.at(key.valueAddress(), StreamLayout.pending(StreamLayout.groupNumber(group)), count - 1);
    }

    public static long pendingMillis(long pending) {
        return StreamLayout.idMillis(pending);
    }

    public static long pendingSequence(long pending) {
        return StreamLayout.idSequence(pending);
    }

    public static long deliveredMillis(long pending) {
        return StreamLayout.deliveredMillis(pending);
    }

    public static int deliveries(long pending) {
        return StreamLayout.deliveries(pending);
    }

    /** The consumer a pending entry belongs to. */
    public long consumerOf(Key key, long group, long pending) {
        int number = StreamLayout.pendingConsumer(pending);
        long root = key.valueAddress();
        double score = StreamLayout.consumers(StreamLayout.groupNumber(group));
        blocks.tree.seek(root, OrderTree.BELOW_SCORE, score, 0, 0, path);
        for (boolean more = path.settle(); more && MemberLayout.score(path.element()) == score; more = path.next()) {
            if (StreamLayout.consumerNumber(path.element()) == number) {
                return path.element();
            }
        }
        throw new IllegalStateException("stream " + LargeSortedSetLayout.id(root) + ": nobody has consumer number " + number);
    }

    /** The entry now belongs to the consumer, whoever had it before. */
    public void setPending(Key key, long group, long consumer, long millis, long sequence, long deliveredMillis, int deliveries) {
        long root = key.valueAddress();
        int number = StreamLayout.consumerNumber(consumer);
        long block = pending(key, group, millis, sequence);
        if (block == 0) {
            block = blocks.allocate(root, BlockKind.STREAM_PENDING, StreamLayout.pending(StreamLayout.groupNumber(group)),
                    StreamLayout.PENDING_BYTES);
            StreamLayout.writeId(block + StreamLayout.NAME, millis, sequence);
            blocks.tree.insert(root, block);
            own(root, number, millis, sequence);
        } else if (StreamLayout.pendingConsumer(block) != number) {
            disown(root, block);
            own(root, number, millis, sequence);
        }
        StreamLayout.setPending(block, deliveredMillis, deliveries, number);
        Effects effects = effects();
        if (effects.heard) {
            effects.pendingTimes(key, deliveredMillis, deliveries);
            effects.pendingSet(key, MemberLayout.nameAddress(group), MemberLayout.nameLength(group), MemberLayout.nameAddress(consumer),
                    MemberLayout.nameLength(consumer), millis, sequence);
        }
    }

    private void own(long root, int consumer, long millis, long sequence) {
        long owned = blocks.allocate(root, BlockKind.STREAM_OWNED, StreamLayout.owned(consumer), StreamLayout.OWNED_BYTES);
        StreamLayout.writeId(owned + StreamLayout.NAME, millis, sequence);
        blocks.tree.insert(root, owned);
    }

    private void disown(long root, long pending) {
        blocks.free(root,
                blocks.named(root, StreamLayout.owned(StreamLayout.pendingConsumer(pending)), pending + StreamLayout.NAME,
                        StreamLayout.ID_BYTES));
    }

    public void removePending(Key key, long group, long pending) {
        long root = key.valueAddress();
        effects().pendingRemoved(key, MemberLayout.nameAddress(group), MemberLayout.nameLength(group), StreamLayout.idMillis(pending),
                StreamLayout.idSequence(pending));
        disown(root, pending);
        blocks.free(root, pending);
    }

    // ---------------------------------------------------------------- memory

    /** The most that so many pending entries, or groups and consumers with names of so many bytes, can take. */
    public static long pendingBound(Key key, long entries, long nameBytes) {
        return StreamValues.nodesBound(key, 2 * entries + 2) + entries * (StreamLayout.PENDING_BYTES + StreamLayout.OWNED_BYTES) + nameBytes
                + 256;
    }

    /** Tells of all groups, their consumers and what is pending. */
    void tell(Key key) {
        Effects effects = effects();
        for (long i = 0, group = groupAt(key, 0); group != 0; group = groupAt(key, ++i)) {
            long name = MemberLayout.nameAddress(group);
            int length = MemberLayout.nameLength(group);
            effects.groupSet(key, true, name, length, StreamLayout.groupTail(group) + 4, 24);
            for (long j = 0, consumer = consumerAt(key, group, 0); consumer != 0; consumer = consumerAt(key, group, ++j)) {
                effects.consumerCreated(key, name, length, MemberLayout.nameAddress(consumer), MemberLayout.nameLength(consumer),
                        seenMillis(consumer));
            }
            double score = StreamLayout.pending(StreamLayout.groupNumber(group));
            for (long j = 0,
                    pending = blocks.at(key.valueAddress(), score, 0); pending != 0; pending = blocks.at(key.valueAddress(), score, ++j)) {
                long consumer = consumerOf(key, group, pending);
                effects.pendingTimes(key, deliveredMillis(pending), deliveries(pending));
                effects.pendingSet(key, name, length, MemberLayout.nameAddress(consumer), MemberLayout.nameLength(consumer),
                        pendingMillis(pending),
                        pendingSequence(pending));
            }
        }
    }
}
