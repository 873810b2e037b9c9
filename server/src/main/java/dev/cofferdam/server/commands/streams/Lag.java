// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.commands.streams;

import dev.cofferdam.keyspace.Key;
import dev.cofferdam.keyspace.StreamCursor;
import dev.cofferdam.keyspace.StreamGroups;
import dev.cofferdam.keyspace.StreamValues;

/** How far groups are from a stream's beginning and end, where deletions do not make that unknowable. Owns nothing. */
final class Lag {
    private Lag() {
    }

    /** True when an entry from the id on may have been deleted. */
    static boolean mayHaveGaps(Key key, long millis, long sequence) {
        long deletedMillis = StreamValues.deletedMillis(key);
        long deletedSequence = StreamValues.deletedSequence(key);
        return StreamValues.length(key) > 0 && (deletedMillis | deletedSequence) != 0
                && StreamCursor.compare(millis, sequence, deletedMillis, deletedSequence) <= 0;
    }

    /** Entries added up to and including the id, as far as that is known without counting. */
    static long position(Key key, long millis, long sequence) {
        long added = StreamValues.added(key);
        long length = StreamValues.length(key);
        int last = StreamCursor.compare(millis, sequence, StreamValues.lastMillis(key), StreamValues.lastSequence(key));
        if (added == 0) {
            return 0;
        }
        if (length == 0 && last <= 0) {
            return added;
        }
        long deletedMillis = StreamValues.deletedMillis(key);
        long deletedSequence = StreamValues.deletedSequence(key);
        if ((millis | sequence) != 0 && StreamCursor.compare(millis, sequence, deletedMillis, deletedSequence) < 0) {
            return StreamGroups.UNKNOWN;
        }
        if (last >= 0) {
            return last == 0 ? added : StreamGroups.UNKNOWN;
        }
        StreamCursor cursor = StreamCommands.values(key).firstEntry(key);
        if ((deletedMillis | deletedSequence) == 0
                || StreamCursor.compare(deletedMillis, deletedSequence, cursor.millis, cursor.sequence) < 0) {
            int first = StreamCursor.compare(millis, sequence, cursor.millis, cursor.sequence);
            if (first <= 0) {
                return added - length + (first == 0 ? 1 : 0);
            }
        }
        return StreamGroups.UNKNOWN;
    }

    /** Entries the group has not been delivered yet, or {@link StreamGroups#UNKNOWN}. */
    static long of(Key key, long group) {
        if (StreamValues.added(key) == 0) {
            return 0;
        }
        long millis = StreamGroups.groupMillis(group);
        long sequence = StreamGroups.groupSequence(group);
        long read = StreamGroups.groupRead(group);
        if (read == StreamGroups.UNKNOWN || mayHaveGaps(key, millis, sequence)) {
            read = position(key, millis, sequence);
        }
        return read == StreamGroups.UNKNOWN ? StreamGroups.UNKNOWN : StreamValues.added(key) - read;
    }
}
