// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.keyspace;

import dev.cofferdam.memory.Mem;
import dev.cofferdam.memory.Slice;
import java.util.Arrays;

/**
 * Streams: entries in the order of their ids; every change of one. The groups that read them are in {@link StreamGroups}.
 *
 * <p>Owns nothing off-heap: all state is in the key's entry ({@link StreamLayout}) and in blocks that one {@link OrderTree} per stream keeps in order: chunks of
 * entries, groups, consumers, pending entries by group and by consumer. So one descent finds any of them, a difference of ranks counts them, and a deleted stream
 * is taken apart block by block like a sorted set. Owner thread of the compartment; one object serves all its streams. What always holds: a chunk has a live
 * entry; {@code length} is the number of live entries. A stream may be empty.
 */
public final class StreamValues {
    private static final int CHUNK_FIRST_BYTES = 192;
    private static final int SHORT_ENTRIES_MAX = 65_000;

    private final Compartment home;
    private final BlockHeap heap;
    private final CollectionTable collections;
    private final EncodingLimits limits;
    private final StreamBlocks blocks;
    private final OrderTree tree;
    private final TreePath path;
    private final StreamCursor cursor;
    private final StreamCursor other;
    /** Fields and values of the entry to add: addresses and lengths in turn. */
    private long[] parts = new long[64];
    private int partCount;

    StreamValues(Compartment home, StreamBlocks blocks, EncodingLimits limits) {
        this.home = home;
        this.blocks = blocks;
        this.limits = limits;
        heap = home.heap();
        collections = home.collections();
        tree = blocks.tree;
        path = blocks.path;
        cursor = new StreamCursor(tree);
        other = new StreamCursor(tree);
        home.transfer().copyWith(BlockKind.STREAM, new Copier());
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

    public long chunks(Key key) {
        return blocks.count(key.valueAddress(), StreamLayout.CHUNKS);
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
        long before = StreamBlocks.sizeOf(chunk);
        if (heap.resizeInPlace(chunk, StreamChunk.used(chunk))) {
            StreamBlocks.addBytes(root, StreamBlocks.sizeOf(chunk) - before);
        }
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
        long chunk = blocks.allocate(root, BlockKind.STREAM_CHUNK, StreamLayout.CHUNKS, bytes);
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
        long before = StreamBlocks.sizeOf(chunk);
        long bytes = Math.max(needed, Math.min(2 * BlockLayout.bytes(chunk), limits.streamNodeBytes()));
        if (heap.resizeInPlace(chunk, bytes)) {
            StreamBlocks.addBytes(root, StreamBlocks.sizeOf(chunk) - before);
            return chunk;
        }
        long copy = blocks.allocate(root, BlockKind.STREAM_CHUNK, StreamLayout.CHUNKS, bytes);
        Mem.copy(chunk + StreamLayout.NAME, copy + StreamLayout.NAME, StreamChunk.used(chunk) - StreamLayout.NAME);
        tree.elementMoved(root, chunk, copy);
        StreamBlocks.addBytes(root, -before);
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
            blocks.free(root, chunk);
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
                blocks.free(root, chunk);
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
            effects().streamTrimmed(key, dropped, StreamLayout.length(root));
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

    // ---------------------------------------------------------------- memory

    /** The most that adding an entry with so many fields of so many bytes can take, a new stream included. */
    public long appendBound(Key key, long fields, long bytes) {
        return nodesBound(key, 1) + limits.streamNodeBytes() + bytes + (2 * fields + 6) * StreamChunk.NUMBER_MAX_BYTES + 128;
    }

    /** As above, for a new stream of so many entries whose fields and values, each with the most its length can take, are so many bytes. */
    public long appendManyBound(int keyLength, long entries, long bytes) {
        long all = bytes + entries * (1 + 4L * StreamChunk.NUMBER_MAX_BYTES);
        // Two chunks in a row hold more than one chunk's bytes, or the first of them its number of entries.
        long perChunk = Math.min(limits.streamNodeEntries(), SHORT_ENTRIES_MAX);
        long chunks = 2 * all / Math.max(1, limits.streamNodeBytes()) + entries / Math.max(1, perChunk) + 3;
        return keyLength + 128 + StreamLayout.BYTES + 2 * all + Math.min(chunks, entries + 1) * (limits.streamNodeBytes() + 256L)
                + SortedSetValues.splitBound(Math.min(chunks, entries + 1), 0, 0);
    }

    static long nodesBound(Key key, long inserts) {
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
                long copy = target.blocks.allocate(root, BlockLayout.kind(block), MemberLayout.score(block), bytes);
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
        home.streamGroups().tell(key);
    }
}
