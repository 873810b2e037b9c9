// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.commands.streams;

import static dev.cofferdam.server.command.Argument.block;
import static dev.cofferdam.server.command.Argument.integer;
import static dev.cofferdam.server.command.Argument.key;
import static dev.cofferdam.server.command.Argument.string;
import static dev.cofferdam.server.command.Argument.token;
import static dev.cofferdam.server.command.Arity.atLeast;
import static dev.cofferdam.server.command.Flag.BLOCKING;
import static dev.cofferdam.server.command.Flag.MOVABLEKEYS;
import static dev.cofferdam.server.command.Flag.READONLY;
import static dev.cofferdam.server.command.Flag.WRITE;
import static dev.cofferdam.server.command.KeyUse.READS;
import static dev.cofferdam.server.command.Memory.MOVES;
import static dev.cofferdam.server.command.Memory.NEUTRAL;

import dev.cofferdam.keyspace.Key;
import dev.cofferdam.keyspace.StreamCursor;
import dev.cofferdam.keyspace.StreamGroups;
import dev.cofferdam.keyspace.StreamValues;
import dev.cofferdam.memory.Mem;
import dev.cofferdam.resp.ReplyWriter;
import dev.cofferdam.server.command.Argument;
import dev.cofferdam.server.command.Call;
import dev.cofferdam.server.command.CommandTable;
import dev.cofferdam.server.command.KeySpec;
import dev.cofferdam.server.command.ValueType;

/**
 * XREAD and XREADGROUP: what is new in streams, at once or after waiting, and what a consumer has not acknowledged. What becomes pending takes memory, little beside
 * its entry; it is taken from what is kept free in a full compartment, so that workers go on there, and refused when that is used up.
 */
final class ReadCommands {
    private static final String NO_GROUP = "NOGROUP No such key '%s' or consumer group '%s' in XREADGROUP with GROUP option";

    private static final int DELIVERED_AT_ONCE = 512;

    private ReadCommands() {
    }

    private static Argument streams() {
        return block("streams", key("key").multiple(), string("id").multiple()).after("STREAMS");
    }

    static void declare(CommandTable table) {
        table.command("XREAD").summary("Returns entries of streams behind given ids; waits for them.").since("5.0.0")
            .complexity("O(M) for M entries returned").arity(atLeast(4)).flags(READONLY, BLOCKING, MOVABLEKEYS).memory(NEUTRAL)
            .keys(KeySpec.keysAfter("STREAMS", 1, READS))
            .arguments(integer("count").after("COUNT").optional(), integer("milliseconds").after("BLOCK").optional(), streams())
            .handledBy(call -> read(call, false));
        table.command("XREADGROUP").summary("Returns entries of streams to a consumer of a group; waits for them.").since("5.0.0")
            .complexity("O(M) for M entries returned").arity(atLeast(7)).flags(WRITE, BLOCKING, MOVABLEKEYS).memory(MOVES)
            .keys(KeySpec.keysAfter("STREAMS", 4, READS))
            .arguments(block("group_consumer", string("group"), string("consumer")).after("GROUP"),
                    integer("count").after("COUNT").optional(),
                    integer("milliseconds").after("BLOCK").optional(), token("NOACK").optional(), streams())
            .bound(ReadCommands::bound).handledBy(call -> read(call, true));
    }

    /** The options of a call. */
    private static final class Options {
        int streams;
        int group;
        long most = Long.MAX_VALUE;
        long blockMillis = -1;
        boolean unacknowledged;

        int keys(Call call) {
            return (call.count() - streams) / 2;
        }

        /** Argument of the id for the key at that argument. */
        int id(Call call, int keyArgument) {
            return keyArgument + keys(call);
        }
    }

    private static boolean isSign(Call call, int argument, char sign) {
        return call.length(argument) == 1 && Mem.getByte(call.address(argument)) == sign;
    }

    private static long bound(Call call) {
        Options options = new Options();
        long bytes = StreamCommands.HEADROOM_MIN_BYTES;
        for (int i = 1; i + 1 < call.count(); i++) {
            if (call.is(i, "COUNT")) {
                long count = call.longOr(i + 1, 0);
                options.most = count > 0 ? count : Long.MAX_VALUE;
            } else if (call.is(i, "GROUP")) {
                options.group = i + 1;
                i += 2;
            } else if (call.is(i, "NOACK")) {
                options.unacknowledged = true;
            } else if (call.is(i, "STREAMS")) {
                options.streams = i + 1;
                break;
            }
        }
        if (options.streams == 0 || options.group == 0 || options.group + 1 >= call.count()) {
            return bytes;
        }
        for (int i = options.streams; i < options.streams + options.keys(call); i++) {
            Key key = call.peek(i);
            if (StreamValues.isStream(key)) {
                boolean fresh = isSign(call, options.id(call, i), '>') && !options.unacknowledged;
                bytes += StreamGroups.pendingBound(key, fresh ? newEntries(call, key, options) : 0, call.length(options.group + 1));
            }
        }
        return bytes;
    }

    /** The most that are new to the group. */
    private static long newEntries(Call call, Key key, Options options) {
        StreamGroups groups = StreamCommands.groups(key);
        long group = groups.group(key, call.address(options.group), call.length(options.group));
        if (group == 0) {
            return 0;
        }
        StreamId after = new StreamId(StreamGroups.groupMillis(group), StreamGroups.groupSequence(group));
        return after.compare(StreamValues.lastMillis(key), StreamValues.lastSequence(key)) >= 0
                ? 0
                : Math.min(options.most, StreamValues.length(key));
    }

    private static boolean parse(Call call, Options options, boolean grouped) {
        String name = grouped ? "XREADGROUP" : "XREAD";
        int i = 1;
        for (; i < call.count() && options.streams == 0; i++) {
            int more = call.count() - i - 1;
            if (call.is(i, "BLOCK") && more > 0) {
                if (!timeout(call, ++i)) {
                    return false;
                }
                options.blockMillis = call.number;
            } else if (call.is(i, "COUNT") && more > 0) {
                if (!call.parseLong(++i)) {
                    return false;
                }
                options.most = call.number <= 0 ? Long.MAX_VALUE : call.number;
            } else if (call.is(i, "STREAMS") && more > 0) {
                options.streams = i + 1;
                if ((call.count() - options.streams & 1) != 0) {
                    call.reply().error("ERR Unbalanced XREAD list of streams: for each stream key an ID or '$' must be specified.");
                    return false;
                }
            } else if (call.is(i, "GROUP") && more >= 2) {
                if (!grouped) {
                    call.reply().error("ERR The GROUP option is only supported by XREADGROUP. You called XREAD instead.");
                    return false;
                }
                options.group = i + 1;
                i += 2;
            } else if (call.is(i, "NOACK")) {
                if (!grouped) {
                    call.reply().error("ERR The NOACK option is only supported by XREADGROUP. You called XREAD instead.");
                    return false;
                }
                options.unacknowledged = true;
            } else {
                call.reply().error(StreamCommands.SYNTAX_ERROR);
                return false;
            }
        }
        if (options.streams == 0) {
            call.reply().error(StreamCommands.SYNTAX_ERROR);
            return false;
        }
        if (grouped && options.group == 0) {
            call.reply().error("ERR Missing GROUP option for " + name);
            return false;
        }
        return true;
    }

    private static boolean timeout(Call call, int argument) {
        if (!call.parseLong(argument, "ERR timeout is not an integer or out of range")) {
            return false;
        }
        if (call.number < 0) {
            call.reply().error("ERR timeout is negative");
            return false;
        }
        if (call.number > Long.MAX_VALUE - call.nowMillis()) {
            call.reply().error("ERR timeout is out of range");
            return false;
        }
        return true;
    }

    private static void read(Call call, boolean grouped) {
        Options options = new Options();
        if (!parse(call, options, grouped)) {
            return;
        }
        int keys = options.keys(call);
        StreamId[] after = new StreamId[keys];
        long[] groups = new long[keys];
        if (!positions(call, options, grouped, after, groups)) {
            return;
        }
        long entries = 0;
        int served = 0;
        for (int i = 0; i < keys; i++) {
            Key key = call.eachKey(options.streams + i);
            if (isHistory(call, options, i, grouped) || hasNew(key, after[i])) {
                served++;
                entries += Math.min(options.most, StreamValues.length(key));
            }
        }
        if (served > 0) {
            if (options.blockMillis < 0 && call.heavy(entries)) {
                return;
            }
            reply(call, options, grouped, after, groups, served);
        } else {
            seen(call, options, grouped, groups);
            if (options.blockMillis < 0 || !wait(call, options, after)) {
                call.reply().nilArray();
            }
        }
    }

    private static boolean wait(Call call, Options options, StreamId[] after) {
        if (!call.isRerun()) {
            long[] ids = new long[2 * after.length];
            for (int i = 0; i < after.length; i++) {
                ids[2 * i] = after[i].millis;
                ids[2 * i + 1] = after[i].sequence;
            }
            call.client().awaitedIds = ids;
        }
        return call.block(ValueType.STREAM, options.streams, options.keys(call), options.blockMillis);
    }

    private static boolean isHistory(Call call, Options options, int n, boolean grouped) {
        return grouped && !isSign(call, options.id(call, options.streams + n), '>');
    }

    private static boolean hasNew(Key key, StreamId after) {
        return StreamValues.isStream(key) && StreamValues.length(key) > 0
                && after.compare(StreamValues.lastMillis(key), StreamValues.lastSequence(key)) < 0
                && StreamCommands.values(key).lastEntryIsAfter(key, after.millis, after.sequence);
    }

    /** After which id each stream is read, and in which group; false after a reply. */
    private static boolean positions(Call call, Options options, boolean grouped, StreamId[] after, long[] groups) {
        long[] awaited = call.isRerun() ? call.client().awaitedIds : null;
        for (int i = 0; i < after.length; i++) {
            int argument = options.streams + i;
            int id = options.id(call, argument);
            Key key = call.eachKey(argument);
            boolean otherType = key.exists() && !StreamValues.isStream(key);
            if (grouped && call.isRerun() && (otherType || !key.exists())) {
                call.reply().error("UNBLOCKED the stream key no longer exists");
                return false;
            }
            // A waiting reader does not see a key of another type that turned up meanwhile; a consumer, whose group is gone by it, was told.
            if (otherType && !call.isRerun()) {
                call.typeIs(key, ValueType.STREAM);
                return false;
            }
            boolean there = key.exists() && !otherType;
            after[i] = new StreamId();
            if (grouped) {
                groups[i] = StreamCommands.group(call, key, options.group, argument, NO_GROUP);
                if (groups[i] == 0) {
                    return false;
                }
            }
            if (isSign(call, id, '$')) {
                if (grouped) {
                    call.reply().error(
                            "ERR The $ ID is meaningless in the context of XREADGROUP: you want to read the history of this consumer by specifying"
                                    + " a proper ID, or use the > ID to get new messages. The $ ID would just return an empty result set.");
                    return false;
                }
                after[i].millis = awaited != null ? awaited[2 * i] : there ? StreamValues.lastMillis(key) : 0;
                after[i].sequence = awaited != null ? awaited[2 * i + 1] : there ? StreamValues.lastSequence(key) : 0;
            } else if (isSign(call, id, '>')) {
                if (!grouped) {
                    call.reply()
                        .error("ERR The > ID can be specified only when calling XREADGROUP using the GROUP <group> <consumer> option.");
                    return false;
                }
                after[i].millis = StreamGroups.groupMillis(groups[i]);
                after[i].sequence = StreamGroups.groupSequence(groups[i]);
            } else if (!after[i].parse(call, id, 0)) {
                return false;
            }
        }
        return true;
    }

    private static void reply(Call call, Options options, boolean grouped, StreamId[] after, long[] groups, int served) {
        ReplyWriter reply = call.reply();
        if (reply.resp3()) {
            reply.map(served);
        } else {
            reply.array(served);
        }
        for (int i = 0; i < after.length; i++) {
            int argument = options.streams + i;
            Key key = call.eachKey(argument);
            boolean history = isHistory(call, options, i, grouped);
            if (!history && !hasNew(key, after[i])) {
                continue;
            }
            if (!reply.resp3()) {
                reply.array(2);
            }
            reply.bulk(call.address(argument), call.length(argument));
            long consumer = grouped ? consumer(call, key, groups[i], options.group + 1) : 0;
            if (history) {
                History.reply(call, key, groups[i], consumer, after[i], options.most);
            } else {
                StreamId start = new StreamId(after[i].millis, after[i].sequence);
                start.increase();
                if (grouped) {
                    deliver(call, key, groups[i], consumer, start, options);
                } else {
                    StreamCommands.replyRange(call, key, start, new StreamId(-1, -1), false, options.most);
                }
            }
        }
    }

    /** The consumer, made when there is none; seen now. */
    static long consumer(Call call, Key key, long group, int argument) {
        StreamGroups groups = StreamCommands.groups(key);
        long consumer = groups.consumer(key, group, call.address(argument), call.length(argument));
        if (consumer == 0) {
            consumer = groups.createConsumer(key, group, call.address(argument), call.length(argument), call.nowMillis());
            call.changed(key, "xgroup-createconsumer");
        }
        groups.seen(key, consumer, call.nowMillis());
        return consumer;
    }

    private static void seen(Call call, Options options, boolean grouped, long[] groups) {
        for (int i = 0; grouped && i < groups.length; i++) {
            consumer(call, call.eachKey(options.streams + i), groups[i], options.group + 1);
        }
    }

    private static void deliver(Call call, Key key, long group, long consumer, StreamId start, Options options) {
        StreamValues values = StreamCommands.values(key);
        StreamGroups groups = StreamCommands.groups(key);
        StreamCursor cursor = values.cursor();
        StreamId end = new StreamId(-1, -1);
        long count = StreamCommands.count(cursor, cursor.seek(key, start.millis, start.sequence), end, false, options.most);
        call.reply().array(count);
        long read = StreamGroups.groupRead(group);
        StreamId at = new StreamId(start.millis, start.sequence);
        long[] ids = new long[(int) Math.min(count, DELIVERED_AT_ONCE) * 2];
        for (long left = count; left > 0;) {
            // What becomes pending changes the tree the cursor walks on, so it is done for some entries at a time.
            int some = (int) Math.min(left, DELIVERED_AT_ONCE);
            cursor.seek(key, at.millis, at.sequence);
            for (int i = 0; i < some; i++) {
                at.millis = cursor.millis;
                at.sequence = cursor.sequence;
                ids[2 * i] = at.millis;
                ids[2 * i + 1] = at.sequence;
                StreamCommands.replyEntry(call.reply(), cursor);
                if (read != StreamGroups.UNKNOWN && !Lag.mayHaveGaps(key, at.millis, at.sequence)) {
                    read++;
                } else if (StreamValues.added(key) > 0) {
                    read = Lag.position(key, at.millis, at.sequence);
                }
                cursor.next();
            }
            for (int i = 0; i < some && !options.unacknowledged; i++) {
                groups.setPending(key, group, consumer, ids[2 * i], ids[2 * i + 1], call.nowMillis(), 1);
            }
            left -= some;
            if (left > 0) {
                at.increase();
            }
        }
        groups.setGroup(key, group, at.millis, at.sequence, read);
        call.changed(key, "");
    }
}
