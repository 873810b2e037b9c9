// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.commands.streams;

import static dev.cofferdam.server.command.Argument.block;
import static dev.cofferdam.server.command.Argument.integer;
import static dev.cofferdam.server.command.Argument.key;
import static dev.cofferdam.server.command.Argument.string;
import static dev.cofferdam.server.command.Arity.atLeast;
import static dev.cofferdam.server.command.Arity.exactly;
import static dev.cofferdam.server.command.Flag.LOADING;
import static dev.cofferdam.server.command.Flag.READONLY;
import static dev.cofferdam.server.command.Flag.STALE;
import static dev.cofferdam.server.command.KeyUse.READS;
import static dev.cofferdam.server.command.Memory.NEUTRAL;

import dev.cofferdam.keyspace.Key;
import dev.cofferdam.keyspace.StreamCursor;
import dev.cofferdam.keyspace.StreamGroups;
import dev.cofferdam.keyspace.StreamValues;
import dev.cofferdam.memory.Slice;
import dev.cofferdam.resp.ReplyWriter;
import dev.cofferdam.server.command.Arity;
import dev.cofferdam.server.command.Call;
import dev.cofferdam.server.command.CommandBuilder;
import dev.cofferdam.server.command.CommandTable;
import dev.cofferdam.server.command.KeySpec;
import dev.cofferdam.server.command.ValueType;
import org.jspecify.annotations.Nullable;

/** XINFO: what a stream, its groups and its consumers are. Where Redis counts nodes of its radix tree we count chunks. */
final class StreamInfoCommands {
    private static final String NO_GROUP = "NOGROUP No such consumer group '%2$s' for key name '%1$s'";
    private static final long FULL_COUNT_DEFAULT = 10;
    private static final String[] HELP = {"XINFO STREAM <key> [FULL [COUNT <n>]]: what the stream is, with all its groups and entries",
        "XINFO GROUPS <key>: its consumer groups", "XINFO CONSUMERS <key> <group>: the consumers of a group", "XINFO HELP: these lines"};

    private StreamInfoCommands() {
    }

    static void declare(CommandTable table) {
        table.command("XINFO").summary("Describes streams.").since("5.0.0").complexity("Depends on subcommand.").container();
        sub(table, "STREAM", "Describes a stream.", atLeast(3))
            .arguments(key("key"),
                    block("full", integer("count").after("COUNT").optional()).after("FULL").optional())
            .history("6.0.0", "Has FULL.", "7.0.0",
                    "Shows the greatest deleted id, how many entries were ever added, the first entry's id, and of groups what they read and lag behind.")
            .handledBy(StreamInfoCommands::stream);
        sub(table, "GROUPS", "Describes the groups of a stream.", exactly(3)).arguments(key("key"))
            .history("7.0.0", "Shows how many entries the group read and how many it lags behind.").handledBy(StreamInfoCommands::groups);
        sub(table, "CONSUMERS", "Describes the consumers of a group.", exactly(4)).arguments(key("key"), string("groupname"))
            .tips("nondeterministic_output").handledBy(StreamInfoCommands::consumers);
        table.command("XINFO|HELP").summary("Lists the subcommands.").since("5.0.0").complexity("O(1)").arity(exactly(2))
            .flags(LOADING, STALE)
            .memory(NEUTRAL).handledBy(call -> GroupCommands.help(call, HELP));
    }

    private static CommandBuilder sub(CommandTable table, String name, String summary, Arity arity) {
        return table.command("XINFO|" + name).summary(summary).since("5.0.0").complexity("O(1)").arity(arity).flags(READONLY)
            .memory(NEUTRAL)
            .keys(KeySpec.key(2, READS));
    }

    private static @Nullable Key existing(Call call) {
        Key key = call.key(2);
        if (!key.exists()) {
            call.reply().error("ERR no such key");
            return null;
        }
        return call.typeIs(key, ValueType.STREAM) ? key : null;
    }

    private static void stream(Call call) {
        Key key = existing(call);
        if (key == null) {
            return;
        }
        boolean full = call.count() > 3;
        long most = FULL_COUNT_DEFAULT;
        if (full) {
            if (!call.is(3, "FULL") || call.count() != 4 && !(call.count() == 6 && call.is(4, "COUNT"))) {
                call.reply().error("ERR unknown subcommand or wrong number of arguments for '" + call.text(1) + "'. Try XINFO HELP.");
                return;
            }
            if (call.count() == 6) {
                if (!call.parseLong(5)) {
                    return;
                }
                most = call.number < 0 ? FULL_COUNT_DEFAULT : call.number;
            }
        }
        if (full && call.heavy(Math.min(most == 0 ? Long.MAX_VALUE : most, StreamValues.length(key)))) {
            return;
        }
        ReplyWriter reply = call.reply();
        StreamValues values = StreamCommands.values(key);
        StreamGroups groups = StreamCommands.groups(key);
        reply.map(full ? 9 : 10);
        number(reply, "length", StreamValues.length(key));
        number(reply, "radix-tree-keys", values.chunks(key));
        number(reply, "radix-tree-nodes", values.chunks(key) + 1);
        reply.bulk("last-generated-id");
        reply.bulkPair(StreamValues.lastMillis(key), StreamValues.lastSequence(key));
        reply.bulk("max-deleted-entry-id");
        reply.bulkPair(StreamValues.deletedMillis(key), StreamValues.deletedSequence(key));
        number(reply, "entries-added", StreamValues.added(key));
        reply.bulk("recorded-first-entry-id");
        StreamCursor cursor = values.cursor();
        boolean any = cursor.seek(key, 0, 0);
        reply.bulkPair(any ? cursor.millis : 0, any ? cursor.sequence : 0);
        if (full) {
            long shown = most == 0 ? Long.MAX_VALUE : most;
            reply.bulk("entries");
            StreamCommands.replyRange(call, key, new StreamId(0, 0), new StreamId(-1, -1), false, shown);
            fullGroups(call, key, shown);
        } else {
            number(reply, "groups", groups.groups(key));
            reply.bulk("first-entry");
            entry(reply, cursor, any);
            reply.bulk("last-entry");
            entry(reply, cursor, cursor.seekBack(key, -1, -1));
        }
    }

    private static void entry(ReplyWriter reply, StreamCursor cursor, boolean there) {
        if (there) {
            StreamCommands.replyEntry(reply, cursor);
        } else {
            reply.nil();
        }
    }

    private static void number(ReplyWriter reply, String name, long number) {
        reply.bulk(name);
        reply.integer(number);
    }

    private static void known(ReplyWriter reply, String name, long number) {
        reply.bulk(name);
        if (number == StreamGroups.UNKNOWN) {
            reply.nil();
        } else {
            reply.integer(number);
        }
    }

    private static void name(ReplyWriter reply, StreamGroups groups, long block) {
        Slice name = new Slice();
        groups.nameOf(block, name);
        reply.bulk("name");
        reply.bulk(name.address, name.length);
    }

    private static void progress(ReplyWriter reply, Key key, long group) {
        reply.bulk("last-delivered-id");
        reply.bulkPair(StreamGroups.groupMillis(group), StreamGroups.groupSequence(group));
        known(reply, "entries-read", StreamGroups.groupRead(group));
        known(reply, "lag", Lag.of(key, group));
    }

    private static void fullGroups(Call call, Key key, long shown) {
        ReplyWriter reply = call.reply();
        StreamGroups groups = StreamCommands.groups(key);
        reply.bulk("groups");
        reply.array(groups.groups(key));
        for (long i = 0, group = groups.groupAt(key, 0); group != 0; group = groups.groupAt(key, ++i)) {
            reply.map(7);
            name(reply, groups, group);
            progress(reply, key, group);
            number(reply, "pel-count", groups.pendingCount(key, group));
            reply.bulk("pending");
            pending(call, key, group, 0, shown);
            reply.bulk("consumers");
            reply.array(groups.consumers(key, group));
            for (long j = 0, consumer = groups.consumerAt(key, group, 0); consumer != 0; consumer = groups.consumerAt(key, group, ++j)) {
                reply.map(4);
                name(reply, groups, consumer);
                number(reply, "seen-time", StreamGroups.seenMillis(consumer));
                number(reply, "pel-count", groups.ownedCount(key, consumer));
                reply.bulk("pending");
                pending(call, key, group, consumer, shown);
            }
        }
    }

    private static void pending(Call call, Key key, long group, long consumer, long shown) {
        StreamGroups groups = StreamCommands.groups(key);
        ReplyWriter reply = call.reply();
        long count = Math.min(shown, consumer == 0 ? groups.pendingCount(key, group) : groups.ownedCount(key, consumer));
        reply.array(count);
        Slice name = new Slice();
        long pending = groups.pendingFrom(key, group, consumer, 0, 0);
        for (long i = 0; i < count; i++) {
            reply.array(consumer == 0 ? 4 : 3);
            reply.bulkPair(StreamGroups.pendingMillis(pending), StreamGroups.pendingSequence(pending));
            if (consumer == 0) {
                groups.nameOf(groups.consumerOf(key, group, pending), name);
                reply.bulk(name.address, name.length);
            }
            reply.integer(StreamGroups.deliveredMillis(pending));
            reply.integer(StreamGroups.deliveries(pending));
            pending = History.next(groups, key, group, consumer, pending);
        }
    }

    private static void groups(Call call) {
        Key key = existing(call);
        if (key == null) {
            return;
        }
        StreamGroups groups = StreamCommands.groups(key);
        ReplyWriter reply = call.reply();
        reply.array(groups.groups(key));
        for (long i = 0, group = groups.groupAt(key, 0); group != 0; group = groups.groupAt(key, ++i)) {
            reply.map(6);
            name(reply, groups, group);
            number(reply, "consumers", groups.consumers(key, group));
            number(reply, "pending", groups.pendingCount(key, group));
            progress(reply, key, group);
        }
    }

    private static void consumers(Call call) {
        Key key = existing(call);
        long group = key == null ? 0 : StreamCommands.group(call, key, 3, 2, NO_GROUP);
        if (key == null || group == 0) {
            return;
        }
        StreamGroups groups = StreamCommands.groups(key);
        ReplyWriter reply = call.reply();
        reply.array(groups.consumers(key, group));
        for (long i = 0, consumer = groups.consumerAt(key, group, 0); consumer != 0; consumer = groups.consumerAt(key, group, ++i)) {
            reply.map(3);
            name(reply, groups, consumer);
            number(reply, "pending", groups.ownedCount(key, consumer));
            number(reply, "idle", Math.max(0, call.nowMillis() - StreamGroups.seenMillis(consumer)));
        }
    }
}
