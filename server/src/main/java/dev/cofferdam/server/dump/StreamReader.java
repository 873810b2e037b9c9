// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.dump;

import dev.cofferdam.keyspace.StreamCursor;
import dev.cofferdam.memory.Mem;
import dev.cofferdam.resp.NumberParser;
import java.util.Arrays;

/**
 * Reads streams; see {@link StreamWriter} for their form. Entries that are marked as deleted are left out.
 *
 * <p>Owns the places of one listpack's fields. What always holds: ids rise, names of groups and consumers do too (so none comes twice), and what a consumer has pending is
 * pending in its group: a stream that breaks one of these is refused.
 */
final class StreamReader {
    private static final int DELETED = 1;
    private static final int SAME_FIELDS = 2;
    private static final int FLAGS_MAX = 3;
    private static final int FIELDS_MAX = 1 << 19;
    private static final int PENDING_MIN_BYTES = RdbFormat.STREAM_ID_BYTES + 9;
    /** Every so many pending entries one place is remembered. */
    private static final int MARKED_EVERY = 32;
    private static final int TEXT = 4;

    private final RdbInput in;
    private final NumberParser numbers = new NumberParser();
    private final ListpackReader listpack = new ListpackReader();
    /** The listpack's fields: addresses and lengths in turn. */
    private long[] master = new long[16];
    private int masterFields;
    private long texts;
    private long entries;
    private boolean anyBefore;
    private long oldestMillis;
    private long oldestSequence;
    private long lastMillis;
    private long lastSequence;
    private long firstMillis;
    private long firstSequence;
    /** Where some of the group's pending entries are in the dump. */
    private long[] marks = new long[16];
    private long pendingEntries;
    private long deliveredMillis;
    private long deliveries;

    StreamReader(RdbInput in) {
        this.in = in;
    }

    boolean read(ValueSink sink, boolean second) {
        sink.beginStream();
        for (long left = in.count(2); left > 0; left--) {
            if (!listpack(sink)) {
                return false;
            }
        }
        long announced = in.number();
        long millis = in.number();
        long sequence = in.number();
        long deletedMillis = 0;
        long deletedSequence = 0;
        long added = entries;
        if (second) {
            in.number();
            in.number();
            deletedMillis = in.number();
            deletedSequence = in.number();
            added = in.number();
        }
        if (in.corrupt || announced != entries || anyBefore && StreamCursor.compare(lastMillis, lastSequence, millis, sequence) > 0) {
            return in.fail();
        }
        sink.streamState(millis, sequence, deletedMillis, deletedSequence, added);
        long groups = in.count(4);
        long name = 0;
        int nameLength = 0;
        for (long i = 0; i < groups; i++) {
            if (!in.string(Workspace.FIRST) || i > 0 && Mem.compare(name, nameLength, in.address, in.length) >= 0) {
                return in.fail();
            }
            name = keep(Workspace.TEXTS);
            nameLength = in.length;
            if (name == 0 || !group(sink, name, nameLength, second, millis, sequence)) {
                return false;
            }
        }
        return !in.corrupt;
    }

    /** Copies the string read last, so that it stays while others are read; its old copy in the same slot is no longer needed. */
    private long keep(int slot) {
        long room = in.work.room(slot, Math.max(1, in.length));
        if (room != 0) {
            Mem.copy(in.address, room, in.length);
        }
        return room;
    }

    // ---------------------------------------------------------------- entries

    private boolean listpack(ValueSink sink) {
        if (!in.string(Workspace.FIRST) || in.length != RdbFormat.STREAM_ID_BYTES) {
            return in.fail();
        }
        firstMillis = ValueReader.word(in.address);
        firstSequence = ValueReader.word(in.address + 8);
        if (!in.string(Workspace.FIRST)) {
            return false;
        }
        if (!listpack.begin(in.address, in.length)) {
            return in.fail();
        }
        long text = in.work.text(TEXT);
        long live = integer(text);
        long deleted = integer(text);
        long fields = integer(text);
        if (in.corrupt || fields < 0 || fields > FIELDS_MAX || fields > in.length || live < 0 || deleted < 0) {
            return in.fail();
        }
        masterFields = (int) fields;
        // Numbers among names and values become texts, which must stay for an entry's time: those of the fields, then those of the entry.
        texts = in.work.room(Workspace.SECOND, (in.length / 2L + 4) * Workspace.TEXT_BYTES);
        if (texts == 0) {
            return false;
        }
        if (master.length < 2 * masterFields) {
            master = new long[2 * masterFields];
        }
        for (int i = 0; i < masterFields; i++) {
            if (!listpack.next(texts)) {
                return in.fail();
            }
            take(master, 2 * i);
        }
        if (integer(text) != 0) {
            return in.fail();
        }
        long entryTexts = texts;
        while (listpack.next(text)) {
            texts = entryTexts;
            if (!entry(sink, text)) {
                return false;
            }
            boolean dead = wasDeleted;
            live -= dead ? 0 : 1;
            deleted -= dead ? 1 : 0;
        }
        return !listpack.corrupt && live == 0 && deleted == 0 && !in.corrupt || in.fail();
    }

    private boolean wasDeleted;

    /** Remembers the element; a number's text is left where it is, and the next one goes behind it. */
    private void take(long[] places, int at) {
        places[at] = listpack.address;
        places[at + 1] = listpack.length;
        if (listpack.address == texts) {
            texts += Workspace.TEXT_BYTES;
        }
    }

    /** The listpack stands on the entry's flags. */
    private boolean entry(ValueSink sink, long text) {
        long flags = parsed();
        long millis = firstMillis + integer(text);
        long sequence = firstSequence + integer(text);
        boolean same = (flags & SAME_FIELDS) != 0;
        long fields = same ? masterFields : integer(text);
        if (in.corrupt || flags < 0 || flags > FLAGS_MAX || fields < 0 || fields > FIELDS_MAX) {
            return in.fail();
        }
        wasDeleted = (flags & DELETED) != 0;
        long[] field = new long[2];
        for (int i = 0; i < fields; i++) {
            if (same) {
                field[0] = master[2 * i];
                field[1] = master[2 * i + 1];
            } else if (listpack.next(texts)) {
                take(field, 0);
            } else {
                return in.fail();
            }
            if (!listpack.next(texts)) {
                return in.fail();
            }
            if (!wasDeleted) {
                sink.entryField(field[0], (int) field[1], listpack.address, listpack.length);
            }
            if (listpack.address == texts) {
                texts += Workspace.TEXT_BYTES;
            }
        }
        if (integer(text) != (same ? fields + 3 : 2 * fields + 4)) {
            return in.fail();
        }
        return wasDeleted || addEntry(sink, millis, sequence, fields);
    }

    private boolean addEntry(ValueSink sink, long millis, long sequence, long fields) {
        boolean rises = anyBefore ? StreamCursor.compare(lastMillis, lastSequence, millis, sequence) < 0 : (millis | sequence) != 0;
        if (!rises || fields == 0) {
            return in.fail();
        }
        if (!anyBefore) {
            oldestMillis = millis;
            oldestSequence = sequence;
        }
        anyBefore = true;
        lastMillis = millis;
        lastSequence = sequence;
        entries++;
        sink.endEntry(millis, sequence);
        return true;
    }

    /** The next element as a number. */
    private long integer(long text) {
        if (!listpack.next(text)) {
            in.fail();
            return 0;
        }
        return parsed();
    }

    private long parsed() {
        if (!numbers.parseLong(listpack.address, listpack.length)) {
            in.fail();
            return 0;
        }
        return numbers.integer;
    }

    // ---------------------------------------------------------------- groups

    /** How many of the entries a group at this id has read, if what an older dump holds is all there ever was; known at both ends only, else -1. */
    private long readUpTo(long millis, long sequence, long lastIdMillis, long lastIdSequence) {
        int last = StreamCursor.compare(millis, sequence, lastIdMillis, lastIdSequence);
        if (entries == 0 || last == 0) {
            return entries;
        }
        int oldest = StreamCursor.compare(millis, sequence, oldestMillis, oldestSequence);
        return last > 0 || oldest > 0 ? -1 : oldest == 0 ? 1 : 0;
    }

    private boolean group(ValueSink sink, long name, int nameLength, boolean second, long lastIdMillis, long lastIdSequence) {
        long millis = in.number();
        long sequence = in.number();
        // Older dumps do not say how many entries were read.
        long read = second ? in.number() : readUpTo(millis, sequence, lastIdMillis, lastIdSequence);
        long size = in.count(PENDING_MIN_BYTES);
        if (!markPending(size)) {
            return in.fail();
        }
        sink.beginGroup(name, nameLength, millis, sequence, read);
        long consumers = in.count(10);
        long owned = 0;
        long before = 0;
        int beforeLength = 0;
        for (long i = 0; i < consumers; i++) {
            if (!in.string(Workspace.FIRST) || i > 0 && Mem.compare(before, beforeLength, in.address, in.length) >= 0) {
                return in.fail();
            }
            before = keep(Workspace.SECOND);
            beforeLength = in.length;
            if (before == 0) {
                return false;
            }
            long seen = in.lowFirst(8);
            sink.beginConsumer(before, beforeLength, seen);
            long count = in.count(RdbFormat.STREAM_ID_BYTES);
            if (in.corrupt || !owned(sink, count)) {
                return in.fail();
            }
            owned += count;
        }
        return !in.corrupt && owned == size || in.fail();
    }

    /** Goes over the group's pending entries, whose ids must rise, and remembers where some of them are. */
    private boolean markPending(long count) {
        pendingEntries = count;
        long millis = 0;
        long sequence = 0;
        for (long i = 0; i < count; i++) {
            if (i % MARKED_EVERY == 0) {
                int mark = (int) (i / MARKED_EVERY);
                if (mark == marks.length) {
                    marks = Arrays.copyOf(marks, 2 * mark);
                }
                marks[mark] = in.position();
            }
            long nextMillis = in.highFirst(8);
            long nextSequence = in.highFirst(8);
            in.lowFirst(8);
            in.number();
            if (in.corrupt || i > 0 && StreamCursor.compare(millis, sequence, nextMillis, nextSequence) >= 0) {
                return false;
            }
            millis = nextMillis;
            sequence = nextSequence;
        }
        return true;
    }

    /** The ids of one consumer, each of which must be among the group's. */
    private boolean owned(ValueSink sink, long count) {
        long millis = 0;
        long sequence = 0;
        for (long i = 0; i < count; i++) {
            long nextMillis = in.highFirst(8);
            long nextSequence = in.highFirst(8);
            boolean rises = i == 0 || StreamCursor.compare(millis, sequence, nextMillis, nextSequence) < 0;
            if (!rises || !findPending(nextMillis, nextSequence)) {
                return false;
            }
            millis = nextMillis;
            sequence = nextSequence;
            sink.pending(millis, sequence, deliveredMillis, (int) Math.clamp(deliveries, 0, Integer.MAX_VALUE));
        }
        return true;
    }

    /** Looks the entry up among the group's: the mark before it, and on from there. */
    private boolean findPending(long millis, long sequence) {
        if (pendingEntries == 0) {
            return false;
        }
        long back = in.position();
        int low = 0;
        int high = (int) ((pendingEntries - 1) / MARKED_EVERY);
        while (low < high) {
            int middle = low + high + 1 >>> 1;
            if (StreamCursor.compare(ValueReader.word(marks[middle]), ValueReader.word(marks[middle] + 8), millis, sequence) <= 0) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        in.moveTo(marks[low]);
        boolean found = false;
        for (long i = (long) low * MARKED_EVERY; i < pendingEntries && !found; i++) {
            long atMillis = in.highFirst(8);
            long atSequence = in.highFirst(8);
            deliveredMillis = in.lowFirst(8);
            deliveries = in.number();
            int order = StreamCursor.compare(atMillis, atSequence, millis, sequence);
            if (order > 0) {
                break;
            }
            found = order == 0;
        }
        in.moveTo(back);
        return found;
    }
}
