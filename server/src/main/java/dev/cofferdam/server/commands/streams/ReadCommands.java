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
import dev.cofferdam.server.command.PerCall;
import dev.cofferdam.server.command.ValueType;
import java.util.Arrays;

/**
 * XREAD and XREADGROUP: what is new in streams, at once or after waiting, and what a consumer has not acknowledged. What becomes pending takes memory, little beside
 * its entry; it is taken from what is kept free in a full compartment, so that workers go on there, and refused when that is used up.
 */
final class ReadCommands {
    private static final String NO_GROUP = "NOGROUP No such key '%s' or consumer group '%s' in XREADGROUP with GROUP option";

    private static final int DELIVERED_AT_ONCE = 512;
    /** Streams of a command among which one that is named twice is noticed. */
    private static final int REPEATS_LOOKED_FOR = 256;
    private static final int SERVED_WORDS = REPEATS_LOOKED_FOR / Long.SIZE;

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

    private static final PerCall<Options> OPTIONS = new PerCall<>(Options::new);

    /** The options of a call, and where one of its streams is read: found anew for each, so that a command may name any number of them. */
    private static final class Options {
        int streams;
        int group;
        long most;
        long blockMillis;
        boolean unacknowledged;
        /** The argument that {@link #groupBlock} and {@link #after} are of; 0 for none. */
        int placed;
        /** Where a group's block is, 0 without one. */
        long groupBlock;
        /** Behind this id. */
        final StreamId after = new StreamId();
        final StreamId start = new StreamId();
        final StreamId at = new StreamId();
        /** A bit for each stream of which something is to be replied: what is read for a group cannot be asked again after another stream was. */
        long[] served = new long[SERVED_WORDS];
        /** Entries that were replied and become pending next: millis and sequences in turn. */
        final long[] delivered = new long[2 * DELIVERED_AT_ONCE];

        static Options of(Call call) {
            Options options = OPTIONS.of(call);
            options.streams = 0;
            options.group = 0;
            options.most = Long.MAX_VALUE;
            options.blockMillis = -1;
            options.unacknowledged = false;
            options.placed = 0;
            options.groupBlock = 0;
            if (options.served.length > SERVED_WORDS) {
                options.served = new long[SERVED_WORDS];
            }
            return options;
        }

        int keys(Call call) {
            return (call.count() - streams) / 2;
        }

        /** Argument of the id for the key at that argument. */
        int id(Call call, int keyArgument) {
            return keyArgument + keys(call);
        }

        void clearServed(Call call) {
            int words = keys(call) + Long.SIZE - 1 >>> 6;
            if (words > served.length) {
                served = new long[words];
            } else {
                Arrays.fill(served, 0);
            }
        }

        void setServed(int keyArgument) {
            int n = keyArgument - streams;
            served[n >>> 6] |= 1L << n;
        }

        boolean isServed(int keyArgument) {
            int n = keyArgument - streams;
            return (served[n >>> 6] & 1L << n) != 0;
        }

        /** The argument behind the last key's. */
        int end(Call call) {
            return streams + keys(call);
        }
    }

    private static boolean isSign(Call call, int argument, char sign) {
        return call.length(argument) == 1 && Mem.getByte(call.address(argument)) == sign;
    }

    private static long bound(Call call) {
        Options options = Options.of(call);
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
        for (int i = options.streams; i < options.end(call); i++) {
            Key key = call.eachPeek(i);
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
        return StreamCursor.compare(StreamGroups.groupMillis(group), StreamGroups.groupSequence(group), StreamValues.lastMillis(key),
                StreamValues.lastSequence(key)) >= 0
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
        Options options = Options.of(call);
        if (!parse(call, options, grouped)) {
            return;
        }
        for (int i = options.streams; i < options.end(call); i++) {
            if (!place(call, options, i, call.eachKey(i))) {
                return;
            }
        }
        options.clearServed(call);
        long entries = 0;
        int served = 0;
        for (int i = options.streams; i < options.end(call); i++) {
            Key key = call.eachKey(i);
            if (place(call, options, i, key) && isServed(call, options, i, key)) {
                options.setServed(i);
                served++;
                entries += Math.min(options.most, StreamValues.length(key));
            }
        }
        if (served > 0) {
            if (options.blockMillis < 0 && call.heavy(entries)) {
                return;
            }
            reply(call, options, served);
        } else {
            seen(call, options);
            if (options.blockMillis < 0 || !wait(call, options)) {
                call.reply().nilArray();
            }
        }
    }

    /** Waits, and keeps what {@code $} was when the wait began. */
    private static boolean wait(Call call, Options options) {
        if (!call.block(ValueType.STREAM, options.streams, options.keys(call), options.blockMillis)) {
            return false;
        }
        if (call.isBlocked() && !call.isRerun() && !isGrouped(options)) {
            long[] ids = new long[2 * options.keys(call)];
            for (int i = 0; i < options.keys(call); i++) {
                place(call, options, options.streams + i, call.eachKey(options.streams + i));
                ids[2 * i] = options.after.millis;
                ids[2 * i + 1] = options.after.sequence;
            }
            call.client().awaitedIds = ids;
        }
        return true;
    }

    private static boolean isGrouped(Options options) {
        return options.group != 0;
    }

    private static boolean isHistory(Call call, Options options, int argument) {
        return isGrouped(options) && !isSign(call, options.id(call, argument), '>');
    }

    /** True when something of the stream, whose place was found, is to be replied. */
    private static boolean isServed(Call call, Options options, int argument, Key key) {
        return isHistory(call, options, argument) || hasNew(key, options.after) && leavesNew(call, options, argument, key);
    }

    private static boolean hasNew(Key key, StreamId after) {
        return StreamValues.isStream(key) && StreamValues.length(key) > 0
                && after.compare(StreamValues.lastMillis(key), StreamValues.lastSequence(key)) < 0
                && StreamCommands.values(key).lastEntryIsAfter(key, after.millis, after.sequence);
    }

    /**
     * A stream may be named more than once, and each time a group's next entries are its consumer's: true when those before leave something. Not looked for
     * beyond the first few hundred streams; of others named again the reply may say that there is nothing.
     */
    private static boolean leavesNew(Call call, Options options, int argument, Key key) {
        int before = isGrouped(options) && argument - options.streams < REPEATS_LOOKED_FOR ? timesBefore(call, options, argument) : 0;
        if (before == 0) {
            return true;
        }
        if (options.most > Integer.MAX_VALUE) {
            return false;
        }
        StreamId start = options.start;
        start.set(options.after.millis, options.after.sequence);
        StreamCursor cursor = StreamCommands.values(key).cursor();
        long taken = before * options.most;
        return start.increase()
                && StreamCommands.count(cursor, cursor.seek(key, start.millis, start.sequence), StreamId.LAST, false, taken + 1) > taken;
    }

    /** How often new entries of the same stream are asked for before an argument. */
    private static int timesBefore(Call call, Options options, int argument) {
        int times = 0;
        for (int i = options.streams; i < argument; i++) {
            if (call.length(i) == call.length(argument) && Mem.equal(call.address(i), call.address(argument), call.length(i))
                    && !isHistory(call, options, i)) {
                times++;
            }
        }
        return times;
    }

    /** Finds out in which group and after which id the stream at an argument is read; false after a reply, which only the first look at it gives. */
    private static boolean place(Call call, Options options, int argument, Key key) {
        if (options.placed == argument) {
            return true;
        }
        boolean grouped = isGrouped(options);
        int id = options.id(call, argument);
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
        if (grouped) {
            options.groupBlock = StreamCommands.group(call, key, options.group, argument, NO_GROUP);
            if (options.groupBlock == 0) {
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
            placeAtEnd(call, options, argument, key, key.exists() && !otherType);
        } else if (isSign(call, id, '>')) {
            if (!grouped) {
                call.reply()
                    .error("ERR The > ID can be specified only when calling XREADGROUP using the GROUP <group> <consumer> option.");
                return false;
            }
            options.after.set(StreamGroups.groupMillis(options.groupBlock), StreamGroups.groupSequence(options.groupBlock));
        } else if (!options.after.parse(call, id, 0)) {
            return false;
        }
        options.placed = argument;
        return true;
    }

    /** {@code $}: behind the last entry there is, or was when the client began to wait. */
    private static void placeAtEnd(Call call, Options options, int argument, Key key, boolean there) {
        long[] awaited = call.isRerun() ? call.client().awaitedIds : null;
        int at = 2 * (argument - options.streams);
        if (awaited != null) {
            options.after.set(awaited[at], awaited[at + 1]);
        } else {
            options.after.set(there ? StreamValues.lastMillis(key) : 0, there ? StreamValues.lastSequence(key) : 0);
        }
    }

    private static void reply(Call call, Options options, int served) {
        ReplyWriter reply = call.reply();
        if (reply.resp3()) {
            reply.map(served);
        } else {
            reply.array(served);
        }
        for (int i = options.streams; i < options.end(call); i++) {
            if (!options.isServed(i)) {
                continue;
            }
            Key key = call.eachKey(i);
            if (!place(call, options, i, key)) {
                throw new IllegalStateException("'" + call.text(i, 64) + "' was a stream to read, and is none now");
            }
            if (!reply.resp3()) {
                reply.array(2);
            }
            reply.bulk(call.address(i), call.length(i));
            StreamId start = options.start;
            start.set(options.after.millis, options.after.sequence);
            if (!isGrouped(options)) {
                start.increase();
                StreamCommands.replyRange(call, key, start, StreamId.LAST, false, options.most);
                continue;
            }
            long consumer = consumer(call, key, options.groupBlock, options.group + 1);
            if (isHistory(call, options, i)) {
                History.reply(call, key, options.groupBlock, consumer, start, options.most);
            } else if (hasNew(key, start)) {
                start.increase();
                deliver(call, key, consumer, options);
            } else {
                reply.emptyArray(); // named before, too far away to be noticed
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

    private static void seen(Call call, Options options) {
        for (int i = options.streams; isGrouped(options) && i < options.end(call); i++) {
            Key key = call.eachKey(i);
            place(call, options, i, key);
            consumer(call, key, options.groupBlock, options.group + 1);
        }
    }

    private static void deliver(Call call, Key key, long consumer, Options options) {
        StreamGroups groups = StreamCommands.groups(key);
        StreamCursor cursor = StreamCommands.values(key).cursor();
        StreamId at = options.at;
        at.set(options.start.millis, options.start.sequence);
        long group = options.groupBlock;
        long count = StreamCommands.count(cursor, cursor.seek(key, at.millis, at.sequence), StreamId.LAST, false, options.most);
        call.reply().array(count);
        long read = StreamGroups.groupRead(group);
        long[] ids = options.delivered;
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
