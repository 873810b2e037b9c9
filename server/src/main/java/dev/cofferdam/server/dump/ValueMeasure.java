// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.dump;

import dev.cofferdam.keyspace.HashValues;
import dev.cofferdam.keyspace.Key;
import dev.cofferdam.keyspace.ListValues;
import dev.cofferdam.keyspace.SetValues;
import dev.cofferdam.keyspace.SortedSetValues;
import dev.cofferdam.keyspace.StreamGroups;
import dev.cofferdam.keyspace.StringValues;

/** Adds up what making a value out of a dump can take. Owns nothing; changes nothing. */
final class ValueMeasure implements ValueSink {
    /** For the deadline: room for the entry once more, which is small where it is not the value itself. */
    private static final long DEADLINE_BYTES = 8192;

    /** The key as if it were absent. */
    private final Key key;
    private final ListValues lists;
    private long bound = -1;
    private long elements;
    private long bytes;
    private long listBytes;
    private long pendingEntries;
    private long names;
    private Form form = Form.STRING;

    private enum Form {
        STRING, LIST, SET, ZSET, HASH, STREAM
    }

    ValueMeasure(Key absent) {
        this.key = absent;
        this.lists = absent.compartment().lists();
    }

    /** The most it can take, of a dump that was read to its end. */
    long bytes() {
        return DEADLINE_BYTES + 2L * key.length + switch (form) {
            case STRING -> bound;
            case LIST -> lists.pushBound(key.length) + listBytes;
            case SET -> SetValues.addBound(key, elements, bytes);
            case ZSET -> SortedSetValues.growthBound(key, elements, bytes);
            case HASH -> HashValues.putBound(key, elements, bytes);
            case STREAM -> key.compartment().streams().appendManyBound(key.length, elements, bytes)
                    + StreamGroups.pendingBound(key, pendingEntries, names);
        };
    }

    @Override
    public void string(long address, int length) {
        bound = StringValues.growthBySet(key, address, length, true);
    }

    @Override
    public void compressedString(RdbInput input) {
        bound = StringValues.growthBeside(key, input.length);
    }

    @Override
    public void listElement(long address, int length) {
        form = Form.LIST;
        listBytes += lists.elementBound(length);
    }

    @Override
    public void setMember(long address, int length) {
        form = Form.SET;
        elements++;
        bytes += length;
    }

    @Override
    public void field(long field, int fieldLength, long value, int valueLength) {
        form = Form.HASH;
        elements++;
        bytes += (long) fieldLength + valueLength;
    }

    @Override
    public void scoredMember(long address, int length, double score) {
        form = Form.ZSET;
        elements++;
        bytes += length;
    }

    @Override
    public void beginStream() {
        form = Form.STREAM;
    }

    @Override
    public void entryField(long field, int fieldLength, long value, int valueLength) {
        bytes += StreamWriter.FIELD_BYTES + fieldLength + valueLength;
    }

    @Override
    public void endEntry(long millis, long sequence) {
        elements++;
    }

    @Override
    public void streamState(long millis, long sequence, long deletedMillis, long deletedSequence, long added) {
        // takes nothing
    }

    @Override
    public void beginGroup(long name, int length, long millis, long sequence, long read) {
        pendingEntries++;
        names += length + StreamWriter.NAME_BYTES;
    }

    @Override
    public void beginConsumer(long name, int length, long seenMillis) {
        pendingEntries++;
        names += length + StreamWriter.NAME_BYTES;
    }

    @Override
    public void pending(long millis, long sequence, long deliveredMillis, int deliveries) {
        pendingEntries++;
    }
}
