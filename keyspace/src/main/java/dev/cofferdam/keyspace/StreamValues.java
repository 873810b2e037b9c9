// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.keyspace;

import dev.cofferdam.memory.Mem;
import dev.cofferdam.memory.Slice;
import java.util.Arrays;

/**
 * Streams: entries in the order of their ids, and the groups that read them; every change of one.
 *
 * <p>Owns nothing off-heap: all state is in the key's entry ({@link StreamLayout}) and in blocks that one {@link OrderTree} per stream keeps in order: chunks of
 * entries, groups, consumers, pending entries by group and by consumer. So one descent finds any of them, a difference of ranks counts them, and a deleted stream
 * is taken apart block by block like a sorted set. Owner thread of the compartment; one object serves all its streams. What always holds: a pending entry has one
 * block by group and one by its consumer; a chunk has a live entry; {@code length} is the number of live entries. A stream may be empty.
 */
public final class StreamValues {
    /** A group whose number of entries read is not known. */
    public static final long UNKNOWN = -1;
    private static final int CHUNK_FIRST_BYTES = 192;
    private static final int SHORT_ENTRIES_MAX = 65_000;

    private final Compartment home;
    private final BlockHeap heap;
    private final CollectionTable collections;
    private final EncodingLimits limits;
    private final OrderTree tree;
    private final TreePath path = new TreePath();
    private final StreamCursor cursor;
    private final StreamCursor other;
    private final long scratch = Mem.scratch(StreamLayout.ID_BYTES);
    /** Fields and values of the entry to add: addresses and lengths in turn. */
    private long[] parts = new long[64];
    private int partCount;

    StreamValues(Compartment home, EncodingLimits limits) {
        this.home = home;
        this.limits = limits;
        heap = home.heap();
        collections = home.collections();
        tree = new OrderTree(heap);
        cursor = new StreamCursor(tree);
        other = new StreamCursor(tree);
        for (int kind = BlockKind.STREAM_CHUNK; kind <= BlockKind.STREAM_OWNED; kind++) {
            heap.relocateWith(kind, this::blockMoved);
        }
        home.reclaimWith(BlockKind.STREAM, this::freeSome);
        home.transfer().copyWith(BlockKind.STREAM, new Copier());
    }

    private void blockMoved(int kind, long from, long to) {
        tree.elementMoved(EntryLayout.valueAddress(collections.entry(BlockLayout.owner(to))), from, to);
    }

    private boolean freeSome(long rootEntry, int steps) {
        long root = EntryLayout.valueAddress(rootEntry);
        for (int i = 0; i < steps; i++) {
            long block = tree.dismantle(root);
            if (block == 0) {
                return true;
            }
            heap.free(block);
        }
        return LargeSortedSetLayout.root(root) == 0;
    }

    public static boolean isStream(Key key) {
        return key.kind() == BlockKind.STREAM;
    }

    private Effects effects() {
        return home.effects();
    }

    // ---------------------------------------------------------------- read

    /** For the handler at hand. */
    public StreamCursor cursor() {
        return cursor;
    }

    public static long length(Key key) {
        return key.exists() ? StreamLayout.length(key.valueAddress()) : 0;
    }

    public static long lastMillis(Key key) {
        return StreamLayout.lastMillis(key.valueAddress());
    }

    public static long lastSequence(Key key) {
        return StreamLayout.lastSequence(key.valueAddress());
    }

    public static long deletedMillis(Key key) {
        return StreamLayout.deletedMillis(key.valueAddress());
    }

    public static long deletedSequence(Key key) {
        return StreamLayout.deletedSequence(key.valueAddress());
    }

    /** Entries ever added, as far as XSETID did not say otherwise. */
    public static long added(Key key) {
        return StreamLayout.added(key.valueAddress());
    }

    /** A cursor at the first entry of a stream that has any; not the one handlers use. */
    public StreamCursor firstEntry(Key key) {
        other.seek(key, 0, 0);
        return other;
    }

    /** True when the stream has an entry behind this id. */
    public boolean lastEntryIsAfter(Key key, long millis, long sequence) {
        return other.seekBack(key, -1, -1) && StreamCursor.compare(other.millis, other.sequence, millis, sequence) > 0;
    }

    public boolean contains(Key key, long millis, long sequence) {
        return other.seek(key, millis, sequence) && other.millis == millis && other.sequence == sequence;
    }

    /** Blocks with this score. */
    private long count(long root, double score) {
        tree.seek(root, OrderTree.UP_TO_SCORE, score, 0, 0, path);
        if (path.leafLevel < 0) {
            return 0;
        }
        long upTo = OrderTree.rankOf(path);
        tree.seek(root, OrderTree.BELOW_SCORE, score, 0, 0, path);
        return upTo - OrderTree.rankOf(path);
    }

    public long chunks(Key key) {
        return count(key.valueAddress(), StreamLayout.CHUNKS);
    }

    // ---------------------------------------------------------------- entries

    /** Makes an empty stream of an absent key. */
    public void create(Key key) {
        begin(key, false);
        effects().streamCreated(key);
    }

    private void begin(Key key, boolean deadline) {
        home.create(key, BlockKind.STREAM, StreamLayout.BYTES, deadline);
        collections.register(key.entry);
        StreamLayout.clear(key.valueAddress());
    }

    /** Begins the entry that {@link #append} will add. */
    public void beginEntry() {
        partCount = 0;
    }

    /** One field of it; the bytes stay until {@link #append}. */
    public void addField(long field, int fieldLength, long value, int valueLength) {
        if (partCount == parts.length) {
            parts = Arrays.copyOf(parts, partCount * 2);
        }
        parts[partCount++] = field;
        parts[partCount++] = fieldLength;
        parts[partCount++] = value;
        parts[partCount++] = valueLength;
    }

    private int fieldCount() {
        return partCount / 4;
    }

    /** Adds the entry under an id that is greater than the last; the stream exists. */
    public void append(Key key, long millis, long sequence) {
        long root = key.valueAddress();
        long bytes = 0;
        for (int i = 1; i < partCount; i += 2) {
            bytes += parts[i];
        }
        long chunk = lastChunk(root);
        if (chunk != 0
                && (StreamChunk.used(chunk) + bytes >= limits.streamNodeBytes() || StreamChunk.count(chunk) >= limits.streamNodeEntries()
                        || StreamChunk.count(chunk) >= SHORT_ENTRIES_MAX)) {
            close(root, chunk);
            chunk = newChunk(root, millis, sequence, Math.min(StreamChunk.used(chunk), limits.streamNodeBytes()));
        } else if (chunk == 0) {
            chunk = newChunk(root, millis, sequence, 0);
        } else {
            chunk = withRoom(root, chunk);
        }
        write(chunk, millis, sequence);
        StreamLayout.setLength(root, StreamLayout.length(root) + 1);
        StreamLayout.setLast(root, millis, sequence);
        StreamLayout.setAdded(root, StreamLayout.added(root) + 1);
        Effects effects = effects();
        if (effects.heard) {
            for (int i = 0; i < partCount; i += 4) {
                effects.streamField(key, parts[i], (int) parts[i + 1], parts[i + 2], (int) parts[i + 3]);
            }
            effects.streamAdded(key, millis, sequence);
        }
    }

    /** The chunk of the latest entries, or 0. */
    private long lastChunk(long root) {
        tree.seek(root, OrderTree.UP_TO_SCORE, StreamLayout.CHUNKS, 0, 0, path);
        return path.leafLevel < 0 || OrderTree.rankOf(path) == 0 || !path.previous() ? 0 : path.element();
    }

    /** No more entries will come: the room is given back. */
    private void close(long root, long chunk) {
        long before = sizeOf(chunk);
        if (heap.resizeInPlace(chunk, StreamChunk.used(chunk))) {
            addBytes(root, sizeOf(chunk) - before);
        }
    }

    private static long sizeOf(long block) {
        return BlockLayout.roundedBytes(BlockLayout.bytes(block));
    }

    private static void addBytes(long root, long bytes) {
        LargeSortedSetLayout.setElementBytes(root, LargeSortedSetLayout.elementBytes(root) + bytes);
    }

    private long newChunk(long root, long millis, long sequence, long roomBytes) {
        long head = StreamChunk.HEADER_BYTES + StreamChunk.numberBytes(fieldCount());
        long values = 0;
        for (int i = 0; i < partCount; i += 4) {
            head += StreamChunk.numberBytes(parts[i + 1]) + parts[i + 1];
            values += StreamChunk.numberBytes(parts[i + 3]) + parts[i + 3];
        }
        long entry = 1 + StreamChunk.numberBytes(values + 2) + 2 + values;
        long bytes = Math.max(head + entry, Math.max(roomBytes, Math.min(2 * (head + entry), CHUNK_FIRST_BYTES)));
        long chunk = allocate(root, BlockKind.STREAM_CHUNK, StreamLayout.CHUNKS, bytes);
        StreamLayout.writeId(chunk + StreamLayout.NAME, millis, sequence);
        StreamChunk.setCount(chunk, 0);
        StreamChunk.setDead(chunk, 0);
        long at = StreamChunk.writeNumber(StreamChunk.fields(chunk), fieldCount());
        for (int i = 0; i < partCount; i += 4) {
            at = writePart(at, parts[i], parts[i + 1]);
        }
        StreamChunk.setUsed(chunk, (int) (at - chunk));
        tree.insert(root, chunk);
        return chunk;
    }

    /** Allocates a block of the stream; its name is to be written before it goes into the tree. */
    private long allocate(long root, int kind, double score, long bytes) {
        long block = heap.allocate(kind, LargeSortedSetLayout.id(root), bytes);
        MemberLayout.setScore(block, score);
        addBytes(root, sizeOf(block));
        return block;
    }

    private void free(long root, long block) {
        tree.remove(root, block);
        addBytes(root, -sizeOf(block));
        heap.free(block);
    }

    private static long writePart(long at, long address, long length) {
        long start = StreamChunk.writeNumber(at, length);
        Mem.copy(address, start, length);
        return start + length;
    }

    /** The most an entry takes in a chunk. */
    private long entryMaxBytes() {
        long bytes = 1 + (long) 4 * StreamChunk.NUMBER_MAX_BYTES;
        for (int i = 1; i < partCount; i += 2) {
            bytes += StreamChunk.numberBytes(parts[i]) + parts[i];
        }
        return bytes;
    }

    /** The chunk, or its copy, with room for the entry. */
    private long withRoom(long root, long chunk) {
        heap.beforeChange(chunk);
        long needed = StreamChunk.used(chunk) + entryMaxBytes();
        if (needed <= BlockLayout.bytes(chunk)) {
            return chunk;
        }
        long before = sizeOf(chunk);
        long bytes = Math.max(needed, Math.min(2 * BlockLayout.bytes(chunk), limits.streamNodeBytes()));
        if (heap.resizeInPlace(chunk, bytes)) {
            addBytes(root, sizeOf(chunk) - before);
            return chunk;
        }
        long copy = allocate(root, BlockKind.STREAM_CHUNK, StreamLayout.CHUNKS, bytes);
        Mem.copy(chunk + StreamLayout.NAME, copy + StreamLayout.NAME, StreamChunk.used(chunk) - StreamLayout.NAME);
        tree.elementMoved(root, chunk, copy);
        addBytes(root, -before);
        heap.free(chunk);
        return copy;
    }

    private boolean hasFieldsOf(long chunk) {
        long at = StreamChunk.fields(chunk);
        if (StreamChunk.number(at) != fieldCount()) {
            return false;
        }
        at += StreamChunk.numberBytes(fieldCount());
        for (int i = 0; i < partCount; i += 4) {
            long length = StreamChunk.number(at);
            at += StreamChunk.numberBytes(length);
            if (length != parts[i + 1] || !Mem.equal(at, parts[i], length)) {
                return false;
            }
            at += length;
        }
        return true;
    }

    private void write(long chunk, long millis, long sequence) {
        boolean same = hasFieldsOf(chunk);
        long since = millis - StreamLayout.idMillis(chunk);
        long number = since == 0 ? sequence - StreamLayout.idSequence(chunk) : sequence;
        long body = StreamChunk.numberBytes(since) + StreamChunk.numberBytes(number) + (same ? 0 : StreamChunk.numberBytes(fieldCount()));
        for (int i = 0; i < partCount; i += 4) {
            body += StreamChunk.numberBytes(parts[i + 3]) + parts[i + 3]
                    + (same ? 0 : StreamChunk.numberBytes(parts[i + 1]) + parts[i + 1]);
        }
        long at = chunk + StreamChunk.used(chunk);
        Mem.putByte(at, (byte) (same ? StreamChunk.SAME_FIELDS : 0));
        at = StreamChunk.writeNumber(at + 1, body);
        at = StreamChunk.writeNumber(at, since);
        at = StreamChunk.writeNumber(at, number);
        at = same ? at : StreamChunk.writeNumber(at, fieldCount());
        for (int i = 0; i < partCount; i += 4) {
            at = same ? at : writePart(at, parts[i], parts[i + 1]);
            at = writePart(at, parts[i + 2], parts[i + 3]);
        }
        StreamChunk.setUsed(chunk, (int) (at - chunk));
        StreamChunk.setCount(chunk, StreamChunk.count(chunk) + 1);
    }

    /** Deletes an entry; false when there is none of this id. */
    public boolean remove(Key key, long millis, long sequence) {
        if (!contains(key, millis, sequence)) {
            return false;
        }
        long root = key.valueAddress();
        kill(root, other.chunk(), other.entry());
        if (StreamCursor.compare(millis, sequence, StreamLayout.deletedMillis(root), StreamLayout.deletedSequence(root)) > 0) {
            StreamLayout.setDeleted(root, millis, sequence);
        }
        effects().streamRemoved(key, millis, sequence);
        return true;
    }

    private void kill(long root, long chunk, long entry) {
        heap.beforeChange(chunk);
        StreamChunk.markDead(chunk, entry);
        StreamLayout.setLength(root, StreamLayout.length(root) - 1);
        if (StreamChunk.live(chunk) == 0) {
            free(root, chunk);
        }
    }

    /** Drops the oldest entries until so many are left; with {@code wholeChunks} only chunks, so that more may stay; at most {@code limit} if that is not 0. */
    public long trimToLength(Key key, long length, boolean wholeChunks, long limit) {
        return trim(key, length, 0, 0, false, wholeChunks, limit);
    }

    /** Drops entries before an id; otherwise as {@link #trimToLength}. */
    public long trimBefore(Key key, long millis, long sequence, boolean wholeChunks, long limit) {
        return trim(key, 0, millis, sequence, true, wholeChunks, limit);
    }

    private long trim(Key key, long length, long millis, long sequence, boolean byId, boolean wholeChunks, long limit) {
        long root = key.valueAddress();
        long dropped = 0;
        while (StreamLayout.length(root) > 0 && (byId || StreamLayout.length(root) > length)) {
            other.seek(key, 0, 0);
            long chunk = other.chunk();
            int live = StreamChunk.live(chunk);
            if (limit != 0 && dropped + live > limit) {
                break;
            }
            if (byId ? endsBefore(chunk, millis, sequence) : StreamLayout.length(root) - live >= length) {
                StreamLayout.setLength(root, StreamLayout.length(root) - live);
                free(root, chunk);
                dropped += live;
                continue;
            }
            if (wholeChunks) {
                break;
            }
            long before = dropped;
            boolean more = true;
            while (more && (byId
                    ? StreamCursor.compare(other.millis, other.sequence, millis, sequence) < 0
                    : StreamLayout.length(root) > length)) {
                kill(root, chunk, other.entry());
                dropped++;
                more = other.next();
            }
            if (before == dropped || byId) {
                break;
            }
        }
        if (dropped > 0) {
            effects().streamTrimmed(key, dropped);
        }
        return dropped;
    }

    /** True when all live entries of the chunk are before the id. */
    private boolean endsBefore(long chunk, long millis, long sequence) {
        long entry = 0;
        long each = StreamChunk.firstEntry(chunk);
        for (int i = StreamChunk.count(chunk); i > 0; i--) {
            entry = (StreamChunk.flags(each) & StreamChunk.DEAD) == 0 ? each : entry;
            each = StreamChunk.next(each);
        }
        long at = StreamChunk.body(entry);
        long since = StreamChunk.number(at);
        long number = StreamChunk.number(at + StreamChunk.numberBytes(since));
        return StreamCursor.compare(StreamLayout.idMillis(chunk) + since, since == 0 ? StreamLayout.idSequence(chunk) + number : number,
                millis,
                sequence) < 0;
    }

    /** XSETID. */
    public void setState(Key key, long millis, long sequence, long deletedMillis, long deletedSequence, long added) {
        long root = key.valueAddress();
        StreamLayout.setLast(root, millis, sequence);
        StreamLayout.setDeleted(root, deletedMillis, deletedSequence);
        StreamLayout.setAdded(root, added);
        effects().streamState(key, root + StreamLayout.STATE, StreamLayout.STATE_BYTES);
    }

    // ---------------------------------------------------------------- groups and consumers: named by the address of their block, which stays for the command

    public long groups(Key key) {
        return count(key.valueAddress(), StreamLayout.GROUPS);
    }

    /** The group of this name, or 0. */
    public long group(Key key, long name, int length) {
        return named(key.valueAddress(), StreamLayout.GROUPS, name, length);
    }

    private long named(long root, double score, long name, int length) {
        tree.seek(root, OrderTree.UP_TO_ELEMENT, score, name, length, path);
        if (path.leafLevel < 0 || OrderTree.rankOf(path) == 0) {
            return 0;
        }
        path.previous();
        long block = path.element();
        return MemberLayout.score(block) == score && MemberLayout.nameLength(block) == length
                && Mem.equal(MemberLayout.nameAddress(block), name, length)
                        ? block
                        : 0;
    }

    /** The group, consumer or pending entry with this rank among its like; 0 behind the last. */
    private long at(long root, double score, long index) {
        tree.seek(root, OrderTree.BELOW_SCORE, score, 0, 0, path);
        if (path.leafLevel < 0 || !tree.seekRank(root, OrderTree.rankOf(path) + index, path)) {
            return 0;
        }
        long block = path.element();
        return MemberLayout.score(block) == score ? block : 0;
    }

    /** In the order of names; 0 behind the last. */
    public long groupAt(Key key, long index) {
        return at(key.valueAddress(), StreamLayout.GROUPS, index);
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
        long group = allocate(root, BlockKind.STREAM_GROUP, StreamLayout.GROUPS,
                StreamLayout.NAME + (long) length + StreamLayout.GROUP_TAIL_BYTES);
        Mem.copy(name, group + StreamLayout.NAME, length);
        Mem.putInt(StreamLayout.groupTail(group), StreamLayout.nextNumber(root));
        tree.insert(root, group);
        setGroup(key, group, millis, sequence, read);
        return group;
    }

    /** The last id that was delivered, and how many entries that is from the stream's beginning. */
    public void setGroup(Key key, long group, long millis, long sequence, long read) {
        long tail = StreamLayout.groupTail(group);
        Mem.putLong(tail + 4, millis);
        Mem.putLong(tail + 12, sequence);
        Mem.putLong(tail + 20, read);
        if (effects().heard) {
            effects().groupSet(key, MemberLayout.nameAddress(group), MemberLayout.nameLength(group), tail + 4, 24);
        }
    }

    /** With its consumers and all that is pending. */
    public void removeGroup(Key key, long group) {
        long root = key.valueAddress();
        effects().groupRemoved(key, MemberLayout.nameAddress(group), MemberLayout.nameLength(group));
        int number = StreamLayout.groupNumber(group);
        for (long consumer = at(root, StreamLayout.consumers(number), 0); consumer != 0; consumer = at(root, StreamLayout.consumers(number),
                0)) {
            removeAll(root, StreamLayout.owned(StreamLayout.consumerNumber(consumer)));
            free(root, consumer);
        }
        removeAll(root, StreamLayout.pending(number));
        free(root, group);
    }

    private void removeAll(long root, double score) {
        for (long left = count(root, score); left > 0;) {
            tree.seek(root, OrderTree.BELOW_SCORE, score, 0, 0, path);
            path.settle();
            long leaf = path.leaf();
            int at = path.at[path.leafLevel];
            int run = (int) Math.min(left, TreeLayout.count(leaf) - at);
            for (int i = at; i < at + run; i++) {
                long block = TreeLayout.slot(leaf, i);
                addBytes(root, -sizeOf(block));
                heap.free(block);
            }
            tree.removeRun(root, path, run);
            left -= run;
        }
    }

    public long consumers(Key key, long group) {
        return count(key.valueAddress(), StreamLayout.consumers(StreamLayout.groupNumber(group)));
    }

    public long consumer(Key key, long group, long name, int length) {
        return named(key.valueAddress(), StreamLayout.consumers(StreamLayout.groupNumber(group)), name, length);
    }

    public long consumerAt(Key key, long group, long index) {
        return at(key.valueAddress(), StreamLayout.consumers(StreamLayout.groupNumber(group)), index);
    }

    public long createConsumer(Key key, long group, long name, int length, long nowMillis) {
        long root = key.valueAddress();
        long consumer = allocate(root, BlockKind.STREAM_CONSUMER, StreamLayout.consumers(StreamLayout.groupNumber(group)),
                StreamLayout.NAME + (long) length + StreamLayout.CONSUMER_TAIL_BYTES);
        Mem.copy(name, consumer + StreamLayout.NAME, length);
        Mem.putInt(StreamLayout.consumerTail(consumer), StreamLayout.nextNumber(root));
        Mem.putLong(StreamLayout.consumerTail(consumer) + 4, nowMillis);
        tree.insert(root, consumer);
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
        for (long block = at(root, owned, 0); block != 0; block = at(root, owned, 0)) {
            free(root, named(root, pending, block + StreamLayout.NAME, StreamLayout.ID_BYTES));
            free(root, block);
        }
        free(root, consumer);
    }

    // ---------------------------------------------------------------- pending entries, named by the address of their block by group

    public long pendingCount(Key key, long group) {
        return count(key.valueAddress(), StreamLayout.pending(StreamLayout.groupNumber(group)));
    }

    public long ownedCount(Key key, long consumer) {
        return count(key.valueAddress(), StreamLayout.owned(StreamLayout.consumerNumber(consumer)));
    }

    public long pending(Key key, long group, long millis, long sequence) {
        StreamLayout.writeId(scratch, millis, sequence);
        return named(key.valueAddress(), StreamLayout.pending(StreamLayout.groupNumber(group)), scratch, StreamLayout.ID_BYTES);
    }

    /** The first pending entry with this id or a later one, of the group or of one consumer of it (0 for all); 0 when there is none. */
    public long pendingFrom(Key key, long group, long consumer, long millis, long sequence) {
        long root = key.valueAddress();
        StreamLayout.writeId(scratch, millis, sequence);
        double score = consumer == 0
                ? StreamLayout.pending(StreamLayout.groupNumber(group))
                : StreamLayout.owned(StreamLayout.consumerNumber(consumer));
        tree.seek(root, OrderTree.UP_TO_ELEMENT, score, scratch, StreamLayout.ID_BYTES, path);
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
        return count == 0 ? 0 : at(key.valueAddress(), StreamLayout.pending(StreamLayout.groupNumber(group)), count - 1);
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
        tree.seek(root, OrderTree.BELOW_SCORE, score, 0, 0, path);
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
            block = allocate(root, BlockKind.STREAM_PENDING, StreamLayout.pending(StreamLayout.groupNumber(group)),
                    StreamLayout.PENDING_BYTES);
            StreamLayout.writeId(block + StreamLayout.NAME, millis, sequence);
            tree.insert(root, block);
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
        long owned = allocate(root, BlockKind.STREAM_OWNED, StreamLayout.owned(consumer), StreamLayout.OWNED_BYTES);
        StreamLayout.writeId(owned + StreamLayout.NAME, millis, sequence);
        tree.insert(root, owned);
    }

    private void disown(long root, long pending) {
        free(root,
                named(root, StreamLayout.owned(StreamLayout.pendingConsumer(pending)), pending + StreamLayout.NAME, StreamLayout.ID_BYTES));
    }

    public void removePending(Key key, long group, long pending) {
        long root = key.valueAddress();
        effects().pendingRemoved(key, MemberLayout.nameAddress(group), MemberLayout.nameLength(group), StreamLayout.idMillis(pending),
                StreamLayout.idSequence(pending));
        disown(root, pending);
        free(root, pending);
    }

    // ---------------------------------------------------------------- memory

    /** The most that adding an entry with so many fields of so many bytes can take, a new stream included. */
    public long appendBound(Key key, long fields, long bytes) {
        return nodesBound(key, 1) + limits.streamNodeBytes() + bytes + (2 * fields + 6) * StreamChunk.NUMBER_MAX_BYTES + 128;
    }

    /** The most that so many pending entries, or groups and consumers with names of so many bytes, can take. */
    public static long pendingBound(Key key, long entries, long nameBytes) {
        return nodesBound(key, 2 * entries + 2) + entries * (StreamLayout.PENDING_BYTES + StreamLayout.OWNED_BYTES) + nameBytes + 256;
    }

    private static long nodesBound(Key key, long inserts) {
        if (!isStream(key)) {
            return key.length + 128 + StreamLayout.BYTES + SortedSetValues.splitBound(inserts, 0, 0);
        }
        long root = key.valueAddress();
        return SortedSetValues.splitBound(inserts, LargeSortedSetLayout.leaves(root), LargeSortedSetLayout.inners(root));
    }

    /** What entry, blocks and tree take. */
    public static long memoryBytes(Key key) {
        long root = key.valueAddress();
        return BlockLayout.bytes(key.entry) + LargeSortedSetLayout.elementBytes(root)
                + (long) LargeSortedSetLayout.leaves(root) * TreeLayout.LEAF_BYTES
                + (long) LargeSortedSetLayout.inners(root) * TreeLayout.INNER_BYTES;
    }

    // ---------------------------------------------------------------- copies

    private final class Copier implements ValueCopier {
        @Override
        public long bytes(Key from) {
            long root = from.valueAddress();
            return StreamLayout.BYTES + 2 * LargeSortedSetLayout.elementBytes(root)
                    + (LargeSortedSetLayout.leaves(root) + 2L) * TreeLayout.LEAF_BYTES
                    + (LargeSortedSetLayout.inners(root) + 4L) * TreeLayout.INNER_BYTES;
        }

        @Override
        public void copy(Key from, Key to, boolean deadline) {
            StreamValues target = to.compartment().streams();
            target.begin(to, deadline);
            long root = to.valueAddress();
            StreamLayout.copyCounters(from.valueAddress(), root);
            TreePath way = new TreePath();
            boolean more = tree.seekRank(from.valueAddress(), 0, way);
            while (more) {
                long block = way.element();
                long bytes = BlockLayout.bytes(block);
                long copy = target.allocate(root, BlockLayout.kind(block), MemberLayout.score(block), bytes);
                Mem.copy(block + StreamLayout.NAME, copy + StreamLayout.NAME, bytes - StreamLayout.NAME);
                target.tree.insert(root, copy);
                more = way.next();
            }
        }
    }

    /** Tells everything the stream consists of. */
    void tell(Key key) {
        Effects effects = effects();
        effects.streamCreated(key);
        for (boolean more = other.seek(key, 0, 0); more; more = other.next()) {
            other.fields();
            while (other.nextField()) {
                effects.streamField(key, other.field.address, other.field.length, other.contents.address, other.contents.length);
            }
            effects.streamAdded(key, other.millis, other.sequence);
        }
        effects.streamState(key, key.valueAddress() + StreamLayout.STATE, StreamLayout.STATE_BYTES);
        for (long i = 0, group = groupAt(key, 0); group != 0; group = groupAt(key, ++i)) {
            long name = MemberLayout.nameAddress(group);
            int length = MemberLayout.nameLength(group);
            effects.groupSet(key, name, length, StreamLayout.groupTail(group) + 4, 24);
            for (long j = 0, consumer = consumerAt(key, group, 0); consumer != 0; consumer = consumerAt(key, group, ++j)) {
                effects.consumerCreated(key, name, length, MemberLayout.nameAddress(consumer), MemberLayout.nameLength(consumer),
                        seenMillis(consumer));
            }
            double score = StreamLayout.pending(StreamLayout.groupNumber(group));
            for (long j = 0, pending = at(key.valueAddress(), score, 0); pending != 0; pending = at(key.valueAddress(), score, ++j)) {
                long consumer = consumerOf(key, group, pending);
                effects.pendingTimes(key, deliveredMillis(pending), deliveries(pending));
                effects.pendingSet(key, name, length, MemberLayout.nameAddress(consumer), MemberLayout.nameLength(consumer),
                        pendingMillis(pending),
                        pendingSequence(pending));
            }
        }
    }
}
