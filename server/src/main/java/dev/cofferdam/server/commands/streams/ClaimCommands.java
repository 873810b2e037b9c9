// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.commands.streams;

import static dev.cofferdam.server.command.Argument.integer;
import static dev.cofferdam.server.command.Argument.key;
import static dev.cofferdam.server.command.Argument.string;
import static dev.cofferdam.server.command.Argument.token;
import static dev.cofferdam.server.command.Argument.unixMillis;
import static dev.cofferdam.server.command.Arity.atLeast;
import static dev.cofferdam.server.command.Flag.FAST;
import static dev.cofferdam.server.command.Flag.WRITE;
import static dev.cofferdam.server.command.KeyUse.REMOVES;
import static dev.cofferdam.server.command.KeyUse.UPDATES;
import static dev.cofferdam.server.command.Memory.MOVES;

import dev.cofferdam.keyspace.Key;
import dev.cofferdam.keyspace.StreamCursor;
import dev.cofferdam.keyspace.StreamGroups;
import dev.cofferdam.keyspace.StreamValues;
import dev.cofferdam.server.command.Call;
import dev.cofferdam.server.command.CommandTable;
import dev.cofferdam.server.command.KeySpec;
import java.util.Arrays;

/** XCLAIM and XAUTOCLAIM: what is pending for one consumer and was not acknowledged in time becomes another's. */
final class ClaimCommands {
    private static final String NO_GROUP = "NOGROUP No such key '%s' or consumer group '%s'";
    private static final long ATTEMPTS_PER_ENTRY = 10;

    private ClaimCommands() {
    }

    static void declare(CommandTable table) {
        table.command("XCLAIM").summary("Makes a consumer the owner of pending entries.").since("5.0.0").complexity("O(log N) for each id")
            .arity(atLeast(6)).flags(WRITE, FAST).memory(MOVES).keys(KeySpec.key(1, UPDATES))
            .arguments(key("key"), string("group"), string("consumer"), string("min-idle-time"), string("id").multiple(),
                    integer("ms").after("IDLE").optional(), unixMillis("TIME").optional(), integer("count").after("RETRYCOUNT").optional(),
                    token("FORCE").optional(), token("JUSTID").optional(), string("id").after("LASTID").optional())
            .tips("nondeterministic_output").bound(call -> bound(call, call.count())).handledBy(ClaimCommands::xclaim);
        table.command("XAUTOCLAIM").summary("Makes a consumer the owner of entries that are pending for long.").since("6.2.0")
            .complexity("O(log N) for each entry returned").arity(atLeast(6)).flags(WRITE, FAST).memory(MOVES)
            .keys(KeySpec.key(1, REMOVES))
            .arguments(key("key"), string("group"), string("consumer"), string("min-idle-time"), string("start"),
                    integer("count").after("COUNT").optional(), token("JUSTID").optional())
            .tips("nondeterministic_output").bound(call -> bound(call, 1)).history("7.0.0", "Tells which pending entries no longer exist.")
            .handledBy(ClaimCommands::xautoclaim);
    }

    private static long bound(Call call, long entries) {
        return StreamCommands.HEADROOM_MIN_BYTES + StreamGroups.pendingBound(call.peek(1), entries, call.length(3));
    }

    /** Ids of what is claimed or gone, in pairs; made per command. */
    private static final class Ids {
        private long[] ids = new long[32];
        int count;

        void add(long millis, long sequence) {
            if (2 * count == ids.length) {
                ids = Arrays.copyOf(ids, ids.length * 2);
            }
            ids[2 * count] = millis;
            ids[2 * count++ + 1] = sequence;
        }

        void reply(Call call, Key key, boolean onlyIds) {
            call.reply().array(count);
            StreamCursor cursor = StreamCommands.values(key).cursor();
            for (int i = 0; i < count; i++) {
                if (onlyIds) {
                    call.reply().bulkPair(ids[2 * i], ids[2 * i + 1]);
                } else if (cursor.seek(key, ids[2 * i], ids[2 * i + 1])) {
                    StreamCommands.replyEntry(call.reply(), cursor);
                }
            }
        }
    }

    /** Sets {@code call.number} to the least idle time; false after a reply. */
    private static boolean idle(Call call, String name) {
        if (!call.parseLong(4, "ERR Invalid min-idle-time argument for " + name)) {
            return false;
        }
        call.number = Math.max(0, call.number);
        return true;
    }

    // ---------------------------------------------------------------- XCLAIM

    /** The options behind the ids. */
    private static final class Options {
        long deliveredMillis;
        long deliveries = -1;
        boolean force;
        boolean onlyIds;
        final StreamId last = new StreamId();

        boolean parse(Call call, int first) {
            deliveredMillis = -1;
            for (int i = first; i < call.count(); i++) {
                boolean more = i + 1 < call.count();
                if (call.is(i, "FORCE")) {
                    force = true;
                } else if (call.is(i, "JUSTID")) {
                    onlyIds = true;
                } else if (call.is(i, "IDLE") && more) {
                    if (!call.parseLong(++i, "ERR Invalid IDLE option argument for XCLAIM")) {
                        return false;
                    }
                    deliveredMillis = call.nowMillis() - call.number;
                } else if (call.is(i, "TIME") && more) {
                    if (!call.parseLong(++i, "ERR Invalid TIME option argument for XCLAIM")) {
                        return false;
                    }
                    deliveredMillis = call.number;
                } else if (call.is(i, "RETRYCOUNT") && more) {
                    if (!call.parseLong(++i, "ERR Invalid RETRYCOUNT option argument for XCLAIM")) {
                        return false;
                    }
                    deliveries = call.number;
                } else if (call.is(i, "LASTID") && more) {
                    if (!last.parse(call, ++i, 0)) {
                        return false;
                    }
                } else {
                    call.reply().error("ERR Unrecognized XCLAIM option '" + call.text(i) + "'");
                    return false;
                }
            }
            if (deliveredMillis < 0 || deliveredMillis > call.nowMillis()) {
                deliveredMillis = call.nowMillis();
            }
            return true;
        }
    }

    private static void xclaim(Call call) {
        Key key = StreamCommands.key(call, 1);
        long group = key == null ? 0 : StreamCommands.group(call, key, 2, 1, NO_GROUP);
        if (key == null || group == 0 || !idle(call, "XCLAIM")) {
            return;
        }
        long idleMillis = call.number;
        StreamId id = new StreamId();
        int ids = 5;
        while (ids < call.count() && id.tryParse(call, ids)) {
            ids++;
        }
        Options options = new Options();
        if (!options.parse(call, ids)) {
            return;
        }
        StreamGroups groups = StreamCommands.groups(key);
        boolean changed = false;
        if (options.last.compare(StreamGroups.groupMillis(group), StreamGroups.groupSequence(group)) > 0) {
            groups.setGroup(key, group, options.last.millis, options.last.sequence, StreamGroups.groupRead(group));
            changed = true;
        }
        Ids claimed = new Ids();
        for (int i = 5; i < ids; i++) {
            id.tryParse(call, i);
            changed |= claim(call, key, group, id, idleMillis, options, claimed);
        }
        if (changed) {
            call.changed(key, "");
        }
        claimed.reply(call, key, options.onlyIds);
    }

    private static boolean claim(Call call, Key key, long group, StreamId id, long idleMillis, Options options, Ids claimed) {
        StreamValues values = StreamCommands.values(key);
        StreamGroups groups = StreamCommands.groups(key);
        long pending = groups.pending(key, group, id.millis, id.sequence);
        if (!values.contains(key, id.millis, id.sequence)) {
            if (pending == 0) {
                return false;
            }
            groups.removePending(key, group, pending);
            return true;
        }
        if (pending == 0 && !options.force) {
            return false;
        }
        if (pending != 0 && idleMillis > 0 && call.nowMillis() - StreamGroups.deliveredMillis(pending) < idleMillis) {
            return false;
        }
        int before = pending == 0 ? 0 : StreamGroups.deliveries(pending);
        int deliveries = options.deliveries >= 0 ? (int) options.deliveries : options.onlyIds ? before : before + 1;
        long consumer = ReadCommands.consumer(call, key, group, 3);
        groups.setPending(key, group, consumer, id.millis, id.sequence, options.deliveredMillis, deliveries);
        claimed.add(id.millis, id.sequence);
        return true;
    }

    // ---------------------------------------------------------------- XAUTOCLAIM

    private static void xautoclaim(Call call) {
        if (!idle(call, "XAUTOCLAIM")) {
            return;
        }
        long idleMillis = call.number;
        StreamId start = new StreamId();
        if (!start.parseEnd(call, 5, true)) {
            return;
        }
        long most = 100;
        boolean onlyIds = false;
        for (int i = 6; i < call.count(); i++) {
            if (call.is(i, "COUNT") && i + 1 < call.count()) {
                if (!call.parseLong(++i, "ERR COUNT must be > 0")) {
                    return;
                }
                most = call.number;
                if (most < 1 || most > Long.MAX_VALUE / ATTEMPTS_PER_ENTRY / 16) {
                    call.reply().error("ERR COUNT must be > 0");
                    return;
                }
            } else if (call.is(i, "JUSTID")) {
                onlyIds = true;
            } else {
                call.reply().error(StreamCommands.SYNTAX_ERROR);
                return;
            }
        }
        Key key = StreamCommands.key(call, 1);
        long group = key == null ? 0 : StreamCommands.group(call, key, 2, 1, NO_GROUP);
        if (key == null || group == 0 || call.heavy(Math.min(most, StreamCommands.groups(key).pendingCount(key, group)))) {
            return;
        }
        StreamValues values = StreamCommands.values(key);
        StreamGroups groups = StreamCommands.groups(key);
        long consumer = ReadCommands.consumer(call, key, group, 3);
        Ids claimed = new Ids();
        Ids gone = new Ids();
        StreamId at = new StreamId(start.millis, start.sequence);
        long pending = groups.pendingFrom(key, group, 0, at.millis, at.sequence);
        for (long attempts = most * ATTEMPTS_PER_ENTRY; attempts > 0 && most > 0 && pending != 0; attempts--) {
            at.millis = StreamGroups.pendingMillis(pending);
            at.sequence = StreamGroups.pendingSequence(pending);
            if (!values.contains(key, at.millis, at.sequence)) {
                groups.removePending(key, group, pending);
                gone.add(at.millis, at.sequence);
                most--;
            } else if (idleMillis == 0 || call.nowMillis() - StreamGroups.deliveredMillis(pending) >= idleMillis) {
                groups.setPending(key, group, consumer, at.millis, at.sequence, call.nowMillis(),
                        StreamGroups.deliveries(pending) + (onlyIds ? 0 : 1));
                claimed.add(at.millis, at.sequence);
                most--;
            }
            pending = at.increase() ? groups.pendingFrom(key, group, 0, at.millis, at.sequence) : 0;
        }
        if (claimed.count + gone.count > 0) {
            call.changed(key, "");
        }
        call.reply().array(3);
        if (pending == 0) {
            call.reply().bulkPair(0, 0);
        } else {
            call.reply().bulkPair(StreamGroups.pendingMillis(pending), StreamGroups.pendingSequence(pending));
        }
        claimed.reply(call, key, onlyIds);
        gone.reply(call, key, true);
    }
}
