// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.keyspace;

import dev.cofferdam.memory.Slice;

/**
 * A place among the entries of a stream, in either direction. Reused; valid until the stream changes or the command ends. Owner thread.
 *
 * <p>Backwards a chunk is gone over once from its start, and the places of its entries are kept: they carry no length behind them.
 */
public final class StreamCursor {
    private final OrderTree tree;
    private final TreePath path = new TreePath();
    private long root;
    private long chunk;
    private long entry;
    private long end;
    /** Places of the chunk's entries, going backwards only. */
    private long[] places = new long[128];
    private int place;
    private boolean backwards;
    private long value;
    private long master;
    private int fieldsLeft;
    private int fields;

    /** The entry's id. */
    public long millis;
    public long sequence;
    /** The field and value that {@link #nextField} went to. */
    public final Slice field = new Slice();
    public final Slice contents = new Slice();

    StreamCursor(OrderTree tree) {
        this.tree = tree;
    }

    long chunk() {
        return chunk;
    }

    long entry() {
        return entry;
    }

    /** Goes to the first live entry whose id is this one or a later one; false when there is none. */
    public boolean seek(Key key, long fromMillis, long fromSequence) {
        root = key.valueAddress();
        backwards = false;
        if (!seekChunk(fromMillis, fromSequence)) {
            return false;
        }
        startChunk();
        while (forward()) {
            if (compare(millis, sequence, fromMillis, fromSequence) >= 0) {
                return true;
            }
        }
        return false;
    }

    /** Goes to the last live entry whose id is this one or an earlier one; false when there is none. */
    public boolean seekBack(Key key, long fromMillis, long fromSequence) {
        root = key.valueAddress();
        backwards = true;
        if (!seekChunk(fromMillis, fromSequence)) {
            return false;
        }
        startChunkBack();
        while (back()) {
            if (compare(millis, sequence, fromMillis, fromSequence) <= 0) {
                return true;
            }
        }
        return false;
    }

    /** The next live entry in the direction of the seek. */
    public boolean next() {
        return backwards ? back() : forward();
    }

    /** To the last chunk that begins at or before the id, or the first one. */
    private boolean seekChunk(long fromMillis, long fromSequence) {
        StreamLayout.writeId(idScratch(), fromMillis, fromSequence);
        tree.seek(root, OrderTree.UP_TO_ELEMENT, StreamLayout.CHUNKS, idScratch(), StreamLayout.ID_BYTES, path);
        if (path.leafLevel < 0) {
            return false;
        }
        if (OrderTree.rankOf(path) > 0) {
            path.previous();
        }
        chunk = path.element();
        return BlockLayout.kind(chunk) == BlockKind.STREAM_CHUNK;
    }

    private final long scratch = dev.cofferdam.memory.Mem.scratch(StreamLayout.ID_BYTES);

    private long idScratch() {
        return scratch;
    }

    private void startChunk() {
        entry = 0;
        end = chunk + StreamChunk.used(chunk);
    }

    private void startChunkBack() {
        int count = StreamChunk.count(chunk);
        if (places.length < count) {
            places = new long[count];
        }
        long at = StreamChunk.firstEntry(chunk);
        for (int i = 0; i < count; i++) {
            places[i] = at;
            at = StreamChunk.next(at);
        }
        place = count;
    }

    private boolean forward() {
        while (true) {
            entry = entry == 0 ? StreamChunk.firstEntry(chunk) : StreamChunk.next(entry);
            while (entry < end && (StreamChunk.flags(entry) & StreamChunk.DEAD) != 0) {
                entry = StreamChunk.next(entry);
            }
            if (entry < end) {
                readId();
                return true;
            }
            if (!path.next() || BlockLayout.kind(path.element()) != BlockKind.STREAM_CHUNK) {
                return false;
            }
            chunk = path.element();
            startChunk();
        }
    }

    private boolean back() {
        while (true) {
            while (--place >= 0) {
                entry = places[place];
                if ((StreamChunk.flags(entry) & StreamChunk.DEAD) == 0) {
                    readId();
                    return true;
                }
            }
            if (!path.previous()) {
                return false;
            }
            chunk = path.element();
            startChunkBack();
        }
    }

    private void readId() {
        long at = StreamChunk.body(entry);
        long since = StreamChunk.number(at);
        at += StreamChunk.numberBytes(since);
        long number = StreamChunk.number(at);
        at += StreamChunk.numberBytes(number);
        millis = StreamLayout.idMillis(chunk) + since;
        sequence = since == 0 ? StreamLayout.idSequence(chunk) + number : number;
        value = at;
        fields = -1;
    }

    /** Fields of this entry; {@link #nextField} then goes through them. */
    public int fields() {
        if (fields >= 0) {
            return fields;
        }
        boolean same = (StreamChunk.flags(entry) & StreamChunk.SAME_FIELDS) != 0;
        long at = same ? StreamChunk.fields(chunk) : value;
        fields = (int) StreamChunk.number(at);
        at += StreamChunk.numberBytes(fields);
        master = same ? at : 0;
        value = same ? value : at;
        fieldsLeft = fields;
        return fields;
    }

    /** After {@link #fields}. */
    public boolean nextField() {
        if (fieldsLeft-- <= 0) {
            return false;
        }
        if (master != 0) {
            master = read(master, field);
        } else {
            value = read(value, field);
        }
        value = read(value, contents);
        return true;
    }

    private static long read(long at, Slice into) {
        int length = (int) StreamChunk.number(at);
        long start = at + StreamChunk.numberBytes(length);
        into.set(start, length);
        return start + length;
    }

    /** Ids are unsigned. */
    public static int compare(long leftMillis, long leftSequence, long rightMillis, long rightSequence) {
        int byMillis = Long.compareUnsigned(leftMillis, rightMillis);
        return byMillis != 0 ? byMillis : Long.compareUnsigned(leftSequence, rightSequence);
    }
}
