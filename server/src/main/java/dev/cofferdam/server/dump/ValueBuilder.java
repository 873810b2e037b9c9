// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.dump;

import dev.cofferdam.keyspace.Compartment;
import dev.cofferdam.keyspace.HashValues;
import dev.cofferdam.keyspace.Key;
import dev.cofferdam.keyspace.ListValues;
import dev.cofferdam.keyspace.SetValues;
import dev.cofferdam.keyspace.SortedSetValues;
import dev.cofferdam.keyspace.StreamGroups;
import dev.cofferdam.keyspace.StreamValues;
import dev.cofferdam.keyspace.StringValues;

/** Makes a key's value out of a dump, by the primitives that commands use. The key is absent at first, and what it takes was admitted. */
final class ValueBuilder implements ValueSink {
    private final Key key;
    private final boolean deadline;
    private final ListValues lists;
    private final SetValues sets;
    private final HashValues hashes;
    private final SortedSetValues sortedSets;
    private final StreamValues streams;
    private final StreamGroups groups;
    private boolean entryBegun;
    private long group;
    private long consumer;

    ValueBuilder(Key key, boolean deadline) {
        Compartment home = key.compartment();
        this.key = key;
        this.deadline = deadline;
        lists = home.lists();
        sets = home.sets();
        hashes = home.hashes();
        sortedSets = home.sortedSets();
        streams = home.streams();
        groups = home.streamGroups();
    }

    @Override
    public void string(long address, int length) {
        StringValues.set(key, address, length, deadline);
    }

    @Override
    public void compressedString(RdbInput input) {
        input.unpackTo(StringValues.beginBeside(key, input.length));
        StringValues.finishBeside(key);
    }

    @Override
    public void listElement(long address, int length) {
        lists.push(key, false, address, length);
    }

    @Override
    public void setMember(long address, int length) {
        sets.add(key, address, length);
    }

    @Override
    public void field(long field, int fieldLength, long value, int valueLength) {
        hashes.put(key, field, fieldLength, value, valueLength);
    }

    @Override
    public void scoredMember(long address, int length, double score) {
        if (sortedSets.find(key, address, length)) {
            sortedSets.setFound(key, score);
        } else {
            sortedSets.add(key, address, length, score);
        }
    }

    @Override
    public void beginStream() {
        streams.create(key);
    }

    @Override
    public void entryField(long field, int fieldLength, long value, int valueLength) {
        if (!entryBegun) {
            streams.beginEntry();
            entryBegun = true;
        }
        streams.addField(field, fieldLength, value, valueLength);
    }

    @Override
    public void endEntry(long millis, long sequence) {
        streams.append(key, millis, sequence);
        entryBegun = false;
    }

    @Override
    public void streamState(long millis, long sequence, long deletedMillis, long deletedSequence, long added) {
        streams.setState(key, millis, sequence, deletedMillis, deletedSequence, added);
    }

    @Override
    public void beginGroup(long name, int length, long millis, long sequence, long read) {
        group = groups.createGroup(key, name, length, millis, sequence, read);
    }

    @Override
    public void beginConsumer(long name, int length, long seenMillis) {
        consumer = groups.createConsumer(key, group, name, length, seenMillis);
    }

    @Override
    public void pending(long millis, long sequence, long deliveredMillis, int deliveries) {
        groups.setPending(key, group, consumer, millis, sequence, deliveredMillis, deliveries);
    }
}
