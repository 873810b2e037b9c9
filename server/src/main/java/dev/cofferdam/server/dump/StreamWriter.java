// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.dump;

import dev.cofferdam.keyspace.Key;
import dev.cofferdam.keyspace.StreamCursor;
import dev.cofferdam.keyspace.StreamGroups;
import dev.cofferdam.keyspace.StreamValues;
import dev.cofferdam.memory.Mem;
import dev.cofferdam.memory.Slice;
import java.util.Arrays;

/**
 * Writes a stream: its entries in listpacks cut where Redis would have begun a new one, then its numbers, then groups with consumers and what is pending.
 *
 * <pre>
 *  listpack  count | 0 deleted | fields | field ... | 0 |      the first entry's fields, which others refer to
 *            flags | millis and sequence since the first | values ... | elements |     or, with other fields:
 *            flags | millis and sequence since the first | fields | field, value ... | elements |
 * </pre>
 * Owns the places of one entry's parts. One thread.
 */
final class StreamWriter {
    /** What a field with its value, and what a name, takes in our streams beside its bytes. */
    static final int FIELD_BYTES = 18;
    static final int NAME_BYTES = 96;
    private static final int NODE_BYTES = 4096;
    private static final int NODE_ENTRIES = 100;
    private static final int SAME_FIELDS = 2;
    /** An entry with more begins a listpack of its own, so that a listpack's size stays in bounds. */
    private static final int NODE_FIELDS = 1000;
    private static final int NUMBERS_MAX_BYTES = 8 * ListpackWriter.ELEMENT_MAX_BYTES;

    private final DumpOutput out;
    private final ListpackWriter listpack;
    /** Field and value of the entry at hand: addresses and lengths in turn. */
    private long[] parts = new long[64];
    private int fields;
    private long partBytes;
    /** Of the listpack being written: where its fields begin and end in the capture, how many they are, and how many entries it has. */
    private int masterStart;
    private int masterEnd;
    private int masterFields;
    private int entries;
    private long masterMillis;
    private long masterSequence;
    private final Slice name = new Slice();

    StreamWriter(DumpOutput out, ListpackWriter listpack) {
        this.out = out;
        this.listpack = listpack;
    }

    boolean write(Key key) {
        StreamCursor cursor = key.compartment().streams().cursor();
        out.length(listpacks(key, cursor));
        if (!entries(key, cursor)) {
            return false;
        }
        boolean any = cursor.seek(key, 0, 0);
        out.length(StreamValues.length(key));
        id(StreamValues.lastMillis(key), StreamValues.lastSequence(key));
        id(any ? cursor.millis : 0, any ? cursor.sequence : 0);
        id(StreamValues.deletedMillis(key), StreamValues.deletedSequence(key));
        out.length(StreamValues.added(key));
        groups(key);
        return true;
    }

    private void id(long millis, long sequence) {
        out.length(millis);
        out.length(sequence);
    }

    private void rawId(long millis, long sequence) {
        out.highFirst(millis, 8);
        out.highFirst(sequence, 8);
    }

    // ---------------------------------------------------------------- entries

    private boolean entries(Key key, StreamCursor cursor) {
        boolean open = false;
        for (boolean more = cursor.seek(key, 0, 0); more; more = cursor.next()) {
            readParts(cursor);
            if (open && isFull(listpack.bytes())) {
                endListpack();
                open = false;
            }
            if (!open) {
                out.length(RdbFormat.STREAM_ID_BYTES);
                rawId(cursor.millis, cursor.sequence);
                if (!beginListpack(cursor)) {
                    return false;
                }
                open = true;
            }
            add(cursor);
        }
        if (open) {
            endListpack();
        }
        return true;
    }

    private boolean isFull(long bytes) {
        return bytes + partBytes >= NODE_BYTES || entries >= NODE_ENTRIES || fields > NODE_FIELDS;
    }

    /** How many listpacks {@link #entries} will write. */
    private long listpacks(Key key, StreamCursor cursor) {
        long count = 0;
        long bytes = 0;
        Sizes sizes = new Sizes();
        for (boolean more = cursor.seek(key, 0, 0); more; more = cursor.next()) {
            readParts(cursor);
            if (count == 0 || isFull(bytes)) {
                count++;
                entries = 0;
                bytes = sizes.begin(cursor);
            }
            bytes = sizes.add(cursor, bytes, entries);
            entries++;
        }
        return count;
    }

    private void readParts(StreamCursor cursor) {
        fields = cursor.fields();
        if (parts.length < 4L * fields) {
            parts = Arrays.copyOf(parts, 4 * fields);
        }
        partBytes = 0;
        for (int i = 0; cursor.nextField(); i += 4) {
            parts[i] = cursor.field.address;
            parts[i + 1] = cursor.field.length;
            parts[i + 2] = cursor.contents.address;
            parts[i + 3] = cursor.contents.length;
            partBytes += parts[i + 1] + parts[i + 3];
        }
    }

    private boolean beginListpack(StreamCursor cursor) {
        // Up to a full one, and an entry that came when it was nearly full; an entry by itself may be larger.
        long own = 2 * partBytes + 3L * fields * ListpackWriter.ELEMENT_MAX_BYTES + NUMBERS_MAX_BYTES;
        if (!listpack.begin(Math.max(DumpOutput.PACKED_MAX_BYTES, own + 4L * NODE_BYTES + (long) NODE_ENTRIES * NUMBERS_MAX_BYTES))) {
            return false;
        }
        masterMillis = cursor.millis;
        masterSequence = cursor.sequence;
        entries = 0;
        // The count is known at the end; one element of fixed width holds it until then.
        listpack.addLong(1);
        listpack.addLong(0);
        listpack.addLong(fields);
        masterStart = out.captured();
        masterFields = fields;
        for (int i = 0; i < fields; i++) {
            listpack.add(parts[4 * i], parts[4 * i + 1]);
        }
        masterEnd = out.captured();
        listpack.addLong(0);
        return true;
    }

    private void endListpack() {
        // Up to 100 entries are one byte and the length behind it.
        Mem.putByte(out.capturedAddress() + ListpackWriter.HEADER_BYTES, (byte) entries);
        listpack.end();
    }

    private void add(StreamCursor cursor) {
        boolean same = hasMasterFields();
        entries++;
        listpack.addLong(same ? SAME_FIELDS : 0);
        listpack.addLong(cursor.millis - masterMillis);
        listpack.addLong(cursor.sequence - masterSequence);
        if (!same) {
            listpack.addLong(fields);
        }
        for (int i = 0; i < fields; i++) {
            if (!same) {
                listpack.add(parts[4 * i], parts[4 * i + 1]);
            }
            listpack.add(parts[4 * i + 2], parts[4 * i + 3]);
        }
        listpack.addLong(same ? fields + 3L : 2L * fields + 4);
    }

    /** The fields are written to compare them, and taken back. */
    private boolean hasMasterFields() {
        if (entries == 0) {
            return true;
        }
        if (fields != masterFields) {
            return false;
        }
        int at = out.captured();
        int elements = listpack.elements();
        for (int i = 0; i < fields; i++) {
            listpack.add(parts[4 * i], parts[4 * i + 1]);
        }
        int bytes = out.captured() - at;
        boolean same = bytes == masterEnd - masterStart
                && Mem.equal(out.capturedAddress() + masterStart, out.capturedAddress() + at, bytes);
        out.rewindCapture(at);
        listpack.setElements(elements);
        return same;
    }

    /** What listpacks would take, without writing them: fields of the first entry are remembered where they lie. */
    private final class Sizes {
        private long[] master = new long[0];
        private int masterCount;
        private long millis;
        private long sequence;

        long begin(StreamCursor cursor) {
            millis = cursor.millis;
            sequence = cursor.sequence;
            masterCount = fields;
            master = Arrays.copyOf(parts, 4 * fields);
            long bytes = ListpackWriter.FRAME_BYTES + ListpackWriter.longBytes(1) + ListpackWriter.longBytes(0)
                    + ListpackWriter.longBytes(fields) + ListpackWriter.longBytes(0);
            for (int i = 0; i < fields; i++) {
                bytes += ListpackWriter.elementBytes(parts[4 * i], parts[4 * i + 1]);
            }
            return bytes;
        }

        long add(StreamCursor cursor, long before, int entriesBefore) {
            boolean same = entriesBefore == 0 || isSame();
            long bytes = before + ListpackWriter.longBytes(same ? SAME_FIELDS : 0) + ListpackWriter.longBytes(cursor.millis - millis)
                    + ListpackWriter.longBytes(cursor.sequence - sequence)
                    + ListpackWriter.longBytes(same ? fields + 3L : 2L * fields + 4) + (same ? 0 : ListpackWriter.longBytes(fields));
            for (int i = 0; i < fields; i++) {
                bytes += (same ? 0 : ListpackWriter.elementBytes(parts[4 * i], parts[4 * i + 1]))
                        + ListpackWriter.elementBytes(parts[4 * i + 2], parts[4 * i + 3]);
            }
            return bytes;
        }

        private boolean isSame() {
            boolean same = fields == masterCount;
            for (int i = 0; same && i < fields; i++) {
                same = parts[4 * i + 1] == master[4 * i + 1] && Mem.equal(parts[4 * i], master[4 * i], parts[4 * i + 1]);
            }
            return same;
        }
    }

    // ---------------------------------------------------------------- groups

    private void groups(Key key) {
        StreamGroups groups = key.compartment().streamGroups();
        out.length(groups.groups(key));
        for (long i = 0, group = groups.groupAt(key, 0); group != 0; group = groups.groupAt(key, ++i)) {
            groups.nameOf(group, name);
            out.string(name.address, name.length);
            id(StreamGroups.groupMillis(group), StreamGroups.groupSequence(group));
            out.length(StreamGroups.groupRead(group));
            out.length(groups.pendingCount(key, group));
            pending(key, groups, group, 0);
            out.length(groups.consumers(key, group));
            for (long j = 0, consumer = groups.consumerAt(key, group, 0); consumer != 0; consumer = groups.consumerAt(key, group, ++j)) {
                groups.nameOf(consumer, name);
                out.string(name.address, name.length);
                out.number(StreamGroups.seenMillis(consumer), 8);
                out.length(groups.ownedCount(key, consumer));
                pending(key, groups, group, consumer);
            }
        }
    }

    /** What is pending of the group, with times; or of one consumer, without. */
    private void pending(Key key, StreamGroups groups, long group, long consumer) {
        for (long at = groups.pendingFrom(key, group, consumer, 0, 0); at != 0;) {
            long millis = StreamGroups.pendingMillis(at);
            long sequence = StreamGroups.pendingSequence(at);
            rawId(millis, sequence);
            if (consumer == 0) {
                out.number(StreamGroups.deliveredMillis(at), 8);
                out.length(StreamGroups.deliveries(at));
            }
            boolean last = millis == -1 && sequence == -1;
            at = last ? 0 : groups.pendingFrom(key, group, consumer, sequence == -1 ? millis + 1 : millis, sequence + 1);
        }
    }
}
