// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.dump;

import dev.cofferdam.memory.Mem;
import dev.cofferdam.resp.NumberParser;

/**
 * Reads a value in any form that servers of Redis 2.4 to 7.0 have written, and hands its parts to a {@link ValueSink}.
 *
 * <p>Owns nothing off-heap. One thread. What always holds: the same bytes give the same calls, so what was measured is what is made; nothing of the dump is trusted.
 */
final class ValueReader {
    /** Strings longer than this are unpacked in their place. */
    private static final int UNPACKED_FIRST_MAX_BYTES = 64 * 1024;
    private static final int FIRST_TEXT = 4;
    private static final int SECOND_TEXT = 5;
    private static final int NAN = 253;
    private static final int INFINITE = 254;
    private static final int MINUS_INFINITE = 255;

    private final RdbInput in;
    private final Workspace work;
    private final NumberParser numbers = new NumberParser();

    ValueReader(RdbInput in) {
        this.in = in;
        this.work = in.work;
    }

    /** False when something is wrong: the bytes, or the memory to unpack them; see {@link RdbInput#isFine}. */
    boolean read(ValueSink sink) {
        return read(in.unsignedByte(), sink);
    }

    /** As above, of a value whose type was read before. */
    boolean read(int type, ValueSink sink) {
        boolean done = switch (type) {
            case RdbFormat.STRING -> string(sink);
            case RdbFormat.LIST -> list(sink);
            case RdbFormat.SET -> set(sink);
            case RdbFormat.ZSET, RdbFormat.ZSET_2 -> sortedSet(sink, type == RdbFormat.ZSET_2);
            case RdbFormat.HASH -> hash(sink);
            case RdbFormat.HASH_ZIPMAP -> packedHash(sink, new ZipmapReader());
            case RdbFormat.HASH_ZIPLIST -> packedHash(sink, new ZiplistReader());
            case RdbFormat.HASH_LISTPACK -> packedHash(sink, new ListpackReader());
            case RdbFormat.LIST_ZIPLIST -> packedList(sink, new ZiplistReader()) > 0;
            case RdbFormat.SET_INTSET -> intset(sink);
            case RdbFormat.ZSET_ZIPLIST -> packedSortedSet(sink, new ZiplistReader());
            case RdbFormat.ZSET_LISTPACK -> packedSortedSet(sink, new ListpackReader());
            case RdbFormat.LIST_QUICKLIST, RdbFormat.LIST_QUICKLIST_2 -> quicklist(sink, type == RdbFormat.LIST_QUICKLIST_2);
            case RdbFormat.STREAM_LISTPACKS, RdbFormat.STREAM_LISTPACKS_2 ->
                new StreamReader(in).read(sink, type == RdbFormat.STREAM_LISTPACKS_2);
            default -> in.fail();
        };
        return done && in.isFine();
    }

    private boolean string(ValueSink sink) {
        if (in.isCompressedNext()) {
            long start = in.position();
            if (!in.skipCompressed()) {
                return false;
            }
            if (in.length > UNPACKED_FIRST_MAX_BYTES) {
                sink.compressedString(in);
                return true;
            }
            in.moveTo(start);
        }
        if (!in.string(Workspace.FIRST)) {
            return false;
        }
        sink.string(in.address, in.length);
        return true;
    }

    // ---------------------------------------------------------------- element by element

    /** An empty collection is none. */
    private long elements() {
        long count = in.count(1);
        if (count == 0) {
            in.fail();
        }
        return count;
    }

    private boolean list(ValueSink sink) {
        for (long left = elements(); left > 0; left--) {
            if (!in.string(Workspace.FIRST)) {
                return false;
            }
            sink.listElement(in.address, in.length);
        }
        return true;
    }

    private boolean set(ValueSink sink) {
        for (long left = elements(); left > 0; left--) {
            if (!in.string(Workspace.FIRST)) {
                return false;
            }
            sink.setMember(in.address, in.length);
        }
        return true;
    }

    private boolean hash(ValueSink sink) {
        for (long left = elements(); left > 0; left--) {
            if (!in.string(Workspace.FIRST)) {
                return false;
            }
            long field = in.address;
            int fieldLength = in.length;
            if (!in.string(Workspace.SECOND)) {
                return false;
            }
            sink.field(field, fieldLength, in.address, in.length);
        }
        return true;
    }

    private boolean sortedSet(ValueSink sink, boolean binary) {
        for (long left = elements(); left > 0; left--) {
            if (!in.string(Workspace.FIRST)) {
                return false;
            }
            double score = binary ? Double.longBitsToDouble(in.lowFirst(8)) : textScore();
            if (in.corrupt || Double.isNaN(score)) {
                return in.fail();
            }
            sink.scoredMember(in.address, in.length, score);
        }
        return true;
    }

    private double textScore() {
        int length = in.unsignedByte();
        if (length >= NAN) {
            return length == INFINITE ? Double.POSITIVE_INFINITY : length == MINUS_INFINITE ? Double.NEGATIVE_INFINITY : Double.NaN;
        }
        long from = in.position();
        if (length > in.left()) {
            in.fail();
            return 0;
        }
        in.moveTo(from + length);
        return numbers.parseDouble(from, length) ? numbers.real : Double.NaN;
    }

    // ---------------------------------------------------------------- compact forms

    private boolean begin(ElementReader reader) {
        return in.string(Workspace.FIRST) && (reader.begin(in.address, in.length) || in.fail());
    }

    /** Answers how many elements there were, -1 when something is wrong. */
    private long packedList(ValueSink sink, ElementReader reader) {
        if (!begin(reader)) {
            return -1;
        }
        long count = 0;
        while (reader.next(work.text(FIRST_TEXT))) {
            sink.listElement(reader.address, reader.length);
            count++;
        }
        if (reader.corrupt || count == 0) {
            in.fail();
            return -1;
        }
        return count;
    }

    private boolean quicklist(ValueSink sink, boolean second) {
        for (long left = elements(); left > 0; left--) {
            long container = second ? in.number() : RdbFormat.NODE_PACKED;
            if (container == RdbFormat.NODE_PLAIN) {
                if (!in.string(Workspace.FIRST)) {
                    return false;
                }
                sink.listElement(in.address, in.length);
            } else if (container != RdbFormat.NODE_PACKED) {
                return in.fail();
            } else if (packedList(sink, second ? new ListpackReader() : new ZiplistReader()) < 0) {
                return false;
            }
        }
        return true;
    }

    private boolean intset(ValueSink sink) {
        IntsetReader reader = new IntsetReader();
        if (!begin(reader)) {
            return false;
        }
        boolean any = false;
        while (reader.next(work.text(FIRST_TEXT))) {
            sink.setMember(reader.address, reader.length);
            any = true;
        }
        return any && !reader.corrupt || in.fail();
    }

    private boolean packedHash(ValueSink sink, ElementReader reader) {
        if (!begin(reader)) {
            return false;
        }
        boolean any = false;
        while (reader.next(work.text(FIRST_TEXT))) {
            long field = reader.address;
            int fieldLength = reader.length;
            if (!reader.next(work.text(SECOND_TEXT))) {
                return in.fail();
            }
            sink.field(field, fieldLength, reader.address, reader.length);
            any = true;
        }
        return any && !reader.corrupt || in.fail();
    }

    private boolean packedSortedSet(ValueSink sink, ElementReader reader) {
        if (!begin(reader)) {
            return false;
        }
        boolean any = false;
        while (reader.next(work.text(FIRST_TEXT))) {
            long member = reader.address;
            int memberLength = reader.length;
            if (!reader.next(work.text(SECOND_TEXT)) || !numbers.parseDouble(reader.address, reader.length) || Double.isNaN(numbers.real)) {
                return in.fail();
            }
            sink.scoredMember(member, memberLength, numbers.real);
            any = true;
        }
        return any && !reader.corrupt || in.fail();
    }

    /** The id at an address: two words, high first. */
    static long word(long address) {
        return Long.reverseBytes(Mem.getLong(address));
    }
}
