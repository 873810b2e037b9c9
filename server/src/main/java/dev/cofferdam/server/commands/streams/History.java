// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.commands.streams;

import dev.cofferdam.keyspace.Key;
import dev.cofferdam.keyspace.StreamCursor;
import dev.cofferdam.keyspace.StreamGroups;
import dev.cofferdam.keyspace.StreamValues;
import dev.cofferdam.server.command.Call;

/** What is pending for one consumer, with the entries as far as they are still there: XREADGROUP with an id. Reading it counts as a delivery. Owns nothing. */
final class History {
    private History() {
    }

    static void reply(Call call, Key key, long group, long consumer, StreamId after, long most) {
        StreamValues values = StreamCommands.values(key);
        StreamGroups groups = StreamCommands.groups(key);
        StreamId at = new StreamId(after.millis, after.sequence);
        long count = 0;
        if (at.increase()) {
            for (long pending = groups.pendingFrom(key, group, consumer, at.millis, at.sequence); pending != 0 && count < most; count++) {
                pending = next(groups, key, group, consumer, pending);
            }
        }
        call.reply().array(count);
        boolean changed = false;
        long pending = count == 0 ? 0 : groups.pendingFrom(key, group, consumer, at.millis, at.sequence);
        for (long i = 0; i < count; i++) {
            long millis = StreamGroups.pendingMillis(pending);
            long sequence = StreamGroups.pendingSequence(pending);
            StreamCursor cursor = values.cursor();
            if (cursor.seek(key, millis, sequence) && cursor.millis == millis && cursor.sequence == sequence) {
                StreamCommands.replyEntry(call.reply(), cursor);
                groups.setPending(key, group, consumer, millis, sequence, call.nowMillis(), StreamGroups.deliveries(pending) + 1);
                changed = true;
            } else {
                call.reply().array(2);
                call.reply().bulkPair(millis, sequence);
                call.reply().nilArray();
            }
            pending = next(groups, key, group, consumer, pending);
        }
        if (changed) {
            call.changed(key, "");
        }
    }

    /** The pending entry behind this one, of the same consumer or, when that is 0, of the group; or 0. */
    static long next(StreamGroups groups, Key key, long group, long consumer, long pending) {
        StreamId id = new StreamId(StreamGroups.pendingMillis(pending), StreamGroups.pendingSequence(pending));
        return id.increase() ? groups.pendingFrom(key, group, consumer, id.millis, id.sequence) : 0;
    }
}
