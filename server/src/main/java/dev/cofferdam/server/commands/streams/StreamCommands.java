// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.commands.streams;

import dev.cofferdam.keyspace.Key;
import dev.cofferdam.keyspace.StreamCursor;
import dev.cofferdam.keyspace.StreamGroups;
import dev.cofferdam.keyspace.StreamValues;
import dev.cofferdam.resp.ReplyWriter;
import dev.cofferdam.server.command.Call;
import dev.cofferdam.server.command.CommandTable;
import dev.cofferdam.server.command.ValueType;
import org.jspecify.annotations.Nullable;

/** The family of stream commands, a class for each idea, and what they share. Handlers run on the thread that owns the key's compartment. */
public final class StreamCommands {
    static final String SYNTAX_ERROR = "ERR syntax error";
    /** What a command asks for at least when it grows in what is kept free: so much is never given without being asked for. */
    static final long HEADROOM_MIN_BYTES = 4097;

    private StreamCommands() {
    }

    public static void declare(CommandTable table) {
        table.group("stream");
        AddCommands.declare(table);
        RangeCommands.declare(table);
        GroupCommands.declare(table);
        ReadCommands.declare(table);
        PendingCommands.declare(table);
        ClaimCommands.declare(table);
        StreamInfoCommands.declare(table);
    }

    /** The key at an argument, absent or a stream; null when it is of another type, which was replied then. */
    static @Nullable Key key(Call call, int argument) {
        Key key = call.key(argument);
        return call.typeIs(key, ValueType.STREAM) ? key : null;
    }

    static StreamValues values(Key key) {
        return key.compartment().streams();
    }

    static StreamGroups groups(Key key) {
        return key.compartment().streamGroups();
    }

    static void reply(ReplyWriter reply, StreamId id) {
        reply.bulkPair(id.millis, id.sequence);
    }

    /** The entry a cursor is at: its id, and an array of its fields and values in turn. */
    static void replyEntry(ReplyWriter reply, StreamCursor cursor) {
        reply.array(2);
        reply.bulkPair(cursor.millis, cursor.sequence);
        reply.array(2L * cursor.fields());
        while (cursor.nextField()) {
            reply.bulk(cursor.field.address, cursor.field.length);
            reply.bulk(cursor.contents.address, cursor.contents.length);
        }
    }

    /** Entries from a cursor on up to an id, but at most {@code most}; the cursor is at the first. */
    static long count(StreamCursor cursor, boolean found, StreamId end, boolean backwards, long most) {
        long count = 0;
        for (boolean more = found; more && count < most; more = cursor.next()) {
            int side = end.compare(cursor.millis, cursor.sequence);
            if (backwards ? side > 0 : side < 0) {
                break;
            }
            count++;
        }
        return count;
    }

    /** Replies the range as an array of entries. */
    static void replyRange(Call call, Key key, StreamId start, StreamId end, boolean backwards, long most) {
        StreamCursor cursor = values(key).cursor();
        StreamId first = backwards ? end : start;
        StreamId last = backwards ? start : end;
        long count = count(cursor, seek(cursor, key, first, backwards), last, backwards, most);
        call.reply().array(count);
        boolean more = count > 0 && seek(cursor, key, first, backwards);
        for (long i = 0; i < count && more; i++) {
            replyEntry(call.reply(), cursor);
            more = cursor.next();
        }
    }

    private static boolean seek(StreamCursor cursor, Key key, StreamId id, boolean backwards) {
        return backwards ? cursor.seekBack(key, id.millis, id.sequence) : cursor.seek(key, id.millis, id.sequence);
    }

    /** A group of a key, both named by arguments; 0 after a reply of NOGROUP or of another type. {@code names} says what is missing, with two %s. */
    static long group(Call call, Key key, int group, int keyArgument, String names) {
        long found = key.exists() ? groups(key).group(key, call.address(group), call.length(group)) : 0;
        if (found == 0) {
            call.reply().error(String.format(names, call.text(keyArgument), call.text(group)));
        }
        return found;
    }
}
