// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.dump;

import dev.cofferdam.keyspace.BlockKind;
import dev.cofferdam.keyspace.DecimalText;
import dev.cofferdam.keyspace.HashValues;
import dev.cofferdam.keyspace.HashWalk;
import dev.cofferdam.keyspace.Key;
import dev.cofferdam.keyspace.ListCursor;
import dev.cofferdam.keyspace.ListValues;
import dev.cofferdam.keyspace.SetValues;
import dev.cofferdam.keyspace.SetWalk;
import dev.cofferdam.keyspace.SortedSetCursor;
import dev.cofferdam.keyspace.SortedSetValues;
import dev.cofferdam.keyspace.StreamValues;
import dev.cofferdam.keyspace.StringValues;
import dev.cofferdam.resp.NumberPrinter;
import dev.cofferdam.server.command.ValueType;
import org.jspecify.annotations.Nullable;

/**
 * Writes a value as Redis 7.0 does: what it would keep compact as a listpack or intset, all else element by element. Owns nothing; one thread.
 *
 * <p>What always holds: nothing is changed, and two passes write the same. False when memory for what is put together was refused.
 */
final class ValueWriter {
    /** A quicklist's node holds so many bytes; as Redis fills it by pushing. */
    private static final int NODE_BYTES = 8192;
    /** What Redis reckons for an element beside its bytes. */
    private static final int NODE_ELEMENT_BYTES = 8;
    private static final int TEXT = 7;

    private final DumpOutput out;
    private final Workspace work;
    private final ListpackWriter listpack;
    private @Nullable StreamWriter streams;
    /** The key stands between a value's type and the rest, as in a file. */
    private final boolean withKey;

    ValueWriter(DumpOutput out, Workspace work, boolean withKey) {
        this.out = out;
        this.work = work;
        this.listpack = new ListpackWriter(out);
        this.withKey = withKey;
    }

    boolean write(Key key) {
        return switch (ValueType.of(key.kind())) {
            case STRING -> string(key);
            case LIST -> list(key);
            case SET -> set(key);
            case ZSET -> sortedSet(key);
            case HASH -> hash(key);
            case STREAM -> stream(key);
        };
    }

    private void type(int type, Key key) {
        out.put(type);
        if (withKey) {
            out.string(key.address, key.length);
        }
    }

    private boolean stream(Key key) {
        type(RdbFormat.STREAM_LISTPACKS_2, key);
        StreamWriter writer = streams;
        if (writer == null) {
            writer = new StreamWriter(out, listpack);
            streams = writer;
        }
        return writer.write(key);
    }

    private boolean string(Key key) {
        type(RdbFormat.STRING, key);
        if (StringValues.isInteger(key)) {
            long text = work.text(TEXT);
            DecimalText.write(text, StringValues.integer(key));
            out.string(text, StringValues.length(key));
        } else {
            out.string(key.valueAddress(), key.valueLength());
        }
        return true;
    }

    // ---------------------------------------------------------------- lists

    private boolean list(Key key) {
        ListCursor cursor = key.compartment().lists().cursor();
        type(RdbFormat.LIST_QUICKLIST_2, key);
        out.length(nodes(key, cursor));
        boolean open = false;
        for (boolean more = cursor.first(key); more; more = cursor.next()) {
            if (open && !fits(listpack.bytes(), cursor.length)) {
                listpack.end();
                open = false;
            }
            if (isPlain(cursor.length)) {
                out.length(RdbFormat.NODE_PLAIN);
                out.string(cursor.address, cursor.length);
                continue;
            }
            if (!open) {
                out.length(RdbFormat.NODE_PACKED);
                if (!listpack.begin(2L * NODE_BYTES)) {
                    return false;
                }
                open = true;
            }
            listpack.add(cursor.address, cursor.length);
        }
        if (open) {
            listpack.end();
        }
        return true;
    }

    private static boolean isPlain(int length) {
        return length > NODE_BYTES;
    }

    private static boolean fits(long nodeBytes, int length) {
        return nodeBytes + length + NODE_ELEMENT_BYTES <= NODE_BYTES;
    }

    private static long nodes(Key key, ListCursor cursor) {
        long nodes = 0;
        long bytes = 0;
        for (boolean more = cursor.first(key); more; more = cursor.next()) {
            if (bytes > 0 && !fits(bytes, cursor.length)) {
                bytes = 0;
            }
            if (isPlain(cursor.length)) {
                nodes++;
                continue;
            }
            if (bytes == 0) {
                nodes++;
                bytes = ListpackWriter.FRAME_BYTES;
            }
            bytes += ListpackWriter.elementBytes(cursor.address, cursor.length);
        }
        return nodes;
    }

    // ---------------------------------------------------------------- sets

    private boolean set(Key key) {
        SetWalk walk = key.compartment().sets().walk(key);
        if (key.kind() == BlockKind.SET_INTS && SetValues.isIntset(key)) {
            type(RdbFormat.SET_INTSET, key);
            return integers(key, walk);
        }
        type(RdbFormat.SET, key);
        out.length(SetValues.count(key));
        while (walk.next()) {
            out.string(walk.member.address, walk.member.length);
        }
        return true;
    }

    /** In order, in the fewest bytes that hold all. */
    private boolean integers(Key key, SetWalk walk) {
        int width = 2;
        while (walk.next()) {
            long value = DecimalText.parse(walk.member.address, walk.member.length);
            width = Math.max(width, value == (short) value ? 2 : value == (int) value ? 4 : 8);
        }
        int count = SetValues.count(key);
        if (!out.capture(8 + (long) width * count)) {
            return false;
        }
        out.number(width, 4);
        out.number(count, 4);
        SetWalk again = key.compartment().sets().walk(key);
        while (again.next()) {
            out.number(DecimalText.parse(again.member.address, again.member.length), width);
        }
        out.endCapture();
        return true;
    }

    // ---------------------------------------------------------------- hashes

    private boolean hash(Key key) {
        HashValues hashes = key.compartment().hashes();
        HashWalk walk = hashes.walk(key);
        if (HashValues.isListpack(key)) {
            if (!listpack.begin(DumpOutput.PACKED_MAX_BYTES)) {
                return false;
            }
            boolean fits = true;
            while (fits && walk.next()) {
                fits = listpack.hasRoom(walk.field.length + (long) walk.value.length + ListpackWriter.ELEMENT_MAX_BYTES);
                if (fits) {
                    listpack.add(walk.field.address, walk.field.length);
                    listpack.add(walk.value.address, walk.value.length);
                }
            }
            if (fits) {
                out.dropCapture();
                type(RdbFormat.HASH_LISTPACK, key);
                out.resumeCapture();
                listpack.end();
                return true;
            }
            out.dropCapture();
            walk = hashes.walk(key);
        }
        type(RdbFormat.HASH, key);
        out.length(HashValues.count(key));
        while (walk.next()) {
            out.string(walk.field.address, walk.field.length);
            out.string(walk.value.address, walk.value.length);
        }
        return true;
    }

    // ---------------------------------------------------------------- sorted sets

    private boolean sortedSet(Key key) {
        SortedSetValues sets = key.compartment().sortedSets();
        SortedSetCursor cursor = sets.cursor();
        if (!SortedSetValues.isSkiplist(key)) {
            if (!listpack.begin(DumpOutput.PACKED_MAX_BYTES)) {
                return false;
            }
            boolean fits = true;
            for (boolean more = sets.seek(key, 0, cursor); fits && more; more = cursor.next()) {
                fits = listpack.hasRoom(cursor.length + NumberPrinter.REAL_MAX_BYTES + (long) ListpackWriter.ELEMENT_MAX_BYTES);
                if (fits) {
                    long text = work.text(TEXT);
                    listpack.add(cursor.address, cursor.length);
                    listpack.add(text, NumberPrinter.writeReal(text, cursor.score));
                }
            }
            if (fits) {
                out.dropCapture();
                type(RdbFormat.ZSET_LISTPACK, key);
                out.resumeCapture();
                listpack.end();
                return true;
            }
            out.dropCapture();
        }
        type(RdbFormat.ZSET_2, key);
        long count = SortedSetValues.count(key);
        out.length(count);
        for (boolean more = sets.seek(key, count - 1, cursor); more; more = cursor.previous()) {
            out.string(cursor.address, cursor.length);
            out.number(Double.doubleToRawLongBits(cursor.score), 8);
        }
        return true;
    }

    /** A measure of how long writing takes: elements, or pieces of 32 bytes. */
    static long work(Key key) {
        return switch (ValueType.of(key.kind())) {
            case STRING -> StringValues.length(key) / 32;
            case LIST -> ListValues.length(key) + ListValues.nodeBytes(key.entry) / 32;
            case SET -> SetValues.count(key) + SetValues.memoryBytes(key) / 64;
            case ZSET -> SortedSetValues.count(key) + SortedSetValues.memoryBytes(key) / 64;
            case HASH -> HashValues.count(key) + HashValues.memoryBytes(key) / 64;
            case STREAM -> StreamValues.memoryBytes(key) / 32;
        };
    }
}
