// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.commands.streams;

import static dev.cofferdam.server.command.Argument.block;
import static dev.cofferdam.server.command.Argument.integer;
import static dev.cofferdam.server.command.Argument.key;
import static dev.cofferdam.server.command.Argument.string;
import static dev.cofferdam.server.command.Arity.atLeast;
import static dev.cofferdam.server.command.Flag.FAST;
import static dev.cofferdam.server.command.Flag.READONLY;
import static dev.cofferdam.server.command.Flag.WRITE;
import static dev.cofferdam.server.command.KeyUse.READS;
import static dev.cofferdam.server.command.KeyUse.UPDATES;
import static dev.cofferdam.server.command.Memory.FREES;
import static dev.cofferdam.server.command.Memory.NEUTRAL;

import dev.cofferdam.keyspace.Key;
import dev.cofferdam.keyspace.StreamGroups;
import dev.cofferdam.memory.Slice;
import dev.cofferdam.resp.ReplyWriter;
import dev.cofferdam.server.command.Call;
import dev.cofferdam.server.command.CommandTable;
import dev.cofferdam.server.command.KeySpec;

/** XACK and XPENDING: what was delivered and not acknowledged yet. */
final class PendingCommands {
    private static final String NO_GROUP = "NOGROUP No such key '%s' or consumer group '%s'";

    private PendingCommands() {
    }

    static void declare(CommandTable table) {
        table.command("XACK").summary("Acknowledges entries delivered to a consumer of a group.").since("5.0.0")
            .complexity("O(log N) for each id").arity(atLeast(4)).flags(WRITE, FAST).memory(FREES).keys(KeySpec.key(1, UPDATES))
            .arguments(key("key"), string("group"), string("id").multiple()).handledBy(PendingCommands::xack);
        table.command("XPENDING").summary("Tells what was delivered in a group and not acknowledged.").since("5.0.0")
            .complexity("O(log N + M) for M entries returned").arity(atLeast(3)).flags(READONLY).memory(NEUTRAL).keys(KeySpec.key(1, READS))
            .arguments(key("key"), string("group"),
                    block("filters", integer("min-idle-time").after("IDLE").since("6.2.0").optional(), string("start"), string("end"),
                            integer("count"),
                            string("consumer").optional())
                        .optional())
            .tips("nondeterministic_output").history("6.2.0", "Has IDLE; a bound may be excluded.").handledBy(PendingCommands::xpending);
    }

    private static void xack(Call call) {
        Key key = StreamCommands.key(call, 1);
        if (key == null) {
            return;
        }
        StreamGroups groups = StreamCommands.groups(key);
        long group = key.exists() ? groups.group(key, call.address(2), call.length(2)) : 0;
        if (group == 0) {
            call.reply().integer(0);
            return;
        }
        StreamId id = new StreamId();
        for (int i = 3; i < call.count(); i++) {
            if (!id.parse(call, i, 0)) {
                return;
            }
        }
        long acknowledged = 0;
        for (int i = 3; i < call.count(); i++) {
            id.tryParse(call, i);
            long pending = groups.pending(key, group, id.millis, id.sequence);
            if (pending != 0) {
                groups.removePending(key, group, pending);
                acknowledged++;
            }
        }
        if (acknowledged > 0) {
            call.changed(key, "");
        }
        call.reply().integer(acknowledged);
    }

    private static void xpending(Call call) {
        long idleMillis = 0;
        int at = 3;
        if (call.count() > 3) {
            boolean idle = call.is(3, "IDLE");
            if (call.count() < 6) {
                call.reply().error(StreamCommands.SYNTAX_ERROR);
                return;
            }
            if (idle) {
                if (!call.parseLong(4)) {
                    return;
                }
                idleMillis = call.number;
                if (call.count() < 8) {
                    call.reply().error(StreamCommands.SYNTAX_ERROR);
                    return;
                }
                at = 5;
            }
        }
        StreamId start = new StreamId();
        StreamId end = new StreamId();
        long most = 0;
        if (call.count() > 3) {
            if (!call.parseLong(at + 2)) {
                return;
            }
            most = Math.max(0, call.number);
            if (!start.parseEnd(call, at, true) || !end.parseEnd(call, at + 1, false)) {
                return;
            }
        }
        Key key = StreamCommands.key(call, 1);
        long group = key == null ? 0 : StreamCommands.group(call, key, 2, 1, NO_GROUP);
        if (key == null || group == 0) {
            return;
        }
        if (call.count() == 3) {
            summary(call, key, group);
            return;
        }
        StreamGroups groups = StreamCommands.groups(key);
        long consumer = 0;
        if (call.count() > at + 3) {
            consumer = groups.consumer(key, group, call.address(at + 3), call.length(at + 3));
            if (consumer == 0) {
                call.reply().emptyArray();
                return;
            }
        }
        if (!call.heavy(Math.min(most, groups.pendingCount(key, group)))) {
            list(call, key, group, consumer, start, end, most, idleMillis);
        }
    }

    private static void summary(Call call, Key key, long group) {
        StreamGroups groups = StreamCommands.groups(key);
        ReplyWriter reply = call.reply();
        long count = groups.pendingCount(key, group);
        reply.array(4);
        reply.integer(count);
        if (count == 0) {
            reply.nil();
            reply.nil();
            reply.nilArray();
            return;
        }
        long first = groups.pendingFrom(key, group, 0, 0, 0);
        reply.bulkPair(StreamGroups.pendingMillis(first), StreamGroups.pendingSequence(first));
        long last = groups.lastPending(key, group);
        reply.bulkPair(StreamGroups.pendingMillis(last), StreamGroups.pendingSequence(last));
        long consumers = 0;
        for (long i = 0, consumer = groups.consumerAt(key, group, 0); consumer != 0; consumer = groups.consumerAt(key, group, ++i)) {
            consumers += groups.ownedCount(key, consumer) > 0 ? 1 : 0;
        }
        reply.array(consumers);
        Slice name = new Slice();
        for (long i = 0, consumer = groups.consumerAt(key, group, 0); consumer != 0; consumer = groups.consumerAt(key, group, ++i)) {
            long owned = groups.ownedCount(key, consumer);
            if (owned > 0) {
                groups.nameOf(consumer, name);
                reply.array(2);
                reply.bulk(name.address, name.length);
                reply.bulkLong(owned);
            }
        }
    }

    private static void list(Call call, Key key, long group, long consumer, StreamId start, StreamId end, long most, long idleMillis) {
        call.reply().array(walk(call, key, group, consumer, start, end, most, idleMillis, false));
        walk(call, key, group, consumer, start, end, most, idleMillis, true);
    }

    private static long walk(Call call, Key key, long group, long consumer, StreamId start, StreamId end, long most, long idleMillis,
            boolean replies) {
        StreamGroups groups = StreamCommands.groups(key);
        long count = 0;
        Slice name = new Slice();
        for (long pending = groups.pendingFrom(key, group, consumer, start.millis, start.sequence); pending != 0
                && count < most; pending = History.next(groups, key, group, consumer, pending)) {
            if (end.compare(StreamGroups.pendingMillis(pending), StreamGroups.pendingSequence(pending)) < 0) {
                break;
            }
            long idle = call.nowMillis() - StreamGroups.deliveredMillis(pending);
            if (idle < idleMillis) {
                continue;
            }
            count++;
            if (replies) {
                groups.nameOf(groups.consumerOf(key, group, pending), name);
                call.reply().array(4);
                call.reply().bulkPair(StreamGroups.pendingMillis(pending), StreamGroups.pendingSequence(pending));
                call.reply().bulk(name.address, name.length);
                call.reply().integer(Math.max(0, idle));
                call.reply().integer(StreamGroups.deliveries(pending));
            }
        }
        return count;
    }
}
