// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.commands.streams;

import static dev.cofferdam.server.command.Argument.integer;
import static dev.cofferdam.server.command.Argument.key;
import static dev.cofferdam.server.command.Argument.oneOf;
import static dev.cofferdam.server.command.Argument.string;
import static dev.cofferdam.server.command.Argument.token;
import static dev.cofferdam.server.command.Arity.atLeast;
import static dev.cofferdam.server.command.Arity.exactly;
import static dev.cofferdam.server.command.Flag.LOADING;
import static dev.cofferdam.server.command.Flag.STALE;
import static dev.cofferdam.server.command.Flag.WRITE;
import static dev.cofferdam.server.command.KeyUse.INSERTS;
import static dev.cofferdam.server.command.KeyUse.REMOVES;
import static dev.cofferdam.server.command.KeyUse.UPDATES;
import static dev.cofferdam.server.command.Memory.FREES;
import static dev.cofferdam.server.command.Memory.GROWS;
import static dev.cofferdam.server.command.Memory.NEUTRAL;

import dev.cofferdam.keyspace.Key;
import dev.cofferdam.keyspace.StreamGroups;
import dev.cofferdam.keyspace.StreamValues;
import dev.cofferdam.memory.Mem;
import dev.cofferdam.server.command.Arity;
import dev.cofferdam.server.command.Call;
import dev.cofferdam.server.command.CommandBuilder;
import dev.cofferdam.server.command.CommandTable;
import dev.cofferdam.server.command.KeySpec;
import dev.cofferdam.server.command.KeyUse;
import dev.cofferdam.server.command.Memory;

/** XGROUP: makes, changes and removes consumer groups and consumers. */
final class GroupCommands {
    private static final String NO_KEY = "ERR The XGROUP subcommand requires the key to exist. Note that for CREATE you may want to use the MKSTREAM option to"
            + " create an empty stream automatically.";
    private static final String NO_GROUP = "NOGROUP No such consumer group '%2$s' for key name '%1$s'";
    private static final String[] HELP = {"XGROUP CREATE <key> <group> <id|$> [MKSTREAM] [ENTRIESREAD <n>]: makes a consumer group",
        "XGROUP CREATECONSUMER <key> <group> <consumer>: makes a consumer of a group",
        "XGROUP DELCONSUMER <key> <group> <consumer>: removes one",
        "XGROUP DESTROY <key> <group>: removes a group", "XGROUP SETID <key> <group> <id|$> [ENTRIESREAD <n>]: sets the last id delivered",
        "XGROUP HELP: these lines"};

    private GroupCommands() {
    }

    static void declare(CommandTable table) {
        table.command("XGROUP").summary("Makes, changes and removes consumer groups.").since("5.0.0").complexity("Depends on subcommand.")
            .container();
        sub(table, "CREATE", "5.0.0", "Makes a consumer group.", atLeast(5), GROWS, INSERTS)
            .arguments(key("key"), string("groupname"), oneOf(string("id"), token("$").named("new_id")).named("id"),
                    token("MKSTREAM").optional(),
                    integer("entries_read").after("ENTRIESREAD").optional())
            .bound(call -> StreamGroups.pendingBound(call.peek(2), 1, call.length(3))).history("7.0.0", "Has ENTRIESREAD.")
            .handledBy(GroupCommands::create);
        sub(table, "SETID", "5.0.0", "Sets the last id delivered by a group.", atLeast(5), NEUTRAL, UPDATES)
            .arguments(key("key"), string("groupname"), oneOf(string("id"), token("$").named("new_id")).named("id"),
                    integer("entries_read").after("ENTRIESREAD").optional())
            .history("7.0.0", "Has ENTRIESREAD.").handledBy(GroupCommands::setId);
        sub(table, "DESTROY", "5.0.0", "Removes a consumer group.", exactly(4), FREES, REMOVES).arguments(key("key"), string("groupname"))
            .handledBy(GroupCommands::destroy);
        sub(table, "CREATECONSUMER", "6.2.0", "Makes a consumer of a group.", exactly(5), GROWS, INSERTS)
            .arguments(key("key"), string("groupname"), string("consumername"))
            .bound(call -> StreamGroups.pendingBound(call.peek(2), 1, call.length(4))).handledBy(GroupCommands::createConsumer);
        sub(table, "DELCONSUMER", "5.0.0", "Removes a consumer of a group.", exactly(5), FREES, REMOVES)
            .arguments(key("key"), string("groupname"), string("consumername")).handledBy(GroupCommands::removeConsumer);
        table.command("XGROUP|HELP").summary("Lists the subcommands.").since("5.0.0").complexity("O(1)").arity(exactly(2))
            .flags(LOADING, STALE)
            .memory(NEUTRAL).handledBy(call -> help(call, HELP));
    }

    static void help(Call call, String[] lines) {
        call.reply().array(lines.length);
        for (String line : lines) {
            call.reply().simple(line);
        }
    }

    private static CommandBuilder sub(CommandTable table, String name, String since, String summary, Arity arity, Memory memory,
            KeyUse use) {
        return table.command("XGROUP|" + name).summary(summary).since(since).complexity("O(1)").arity(arity).flags(WRITE).memory(memory)
            .keys(KeySpec.key(2, use));
    }

    /** The stream at argument 2, which may be absent only when {@code mayCreate}; null after a reply. */
    private static @org.jspecify.annotations.Nullable Key stream(Call call, boolean mayCreate) {
        Key key = call.key(2);
        if (!call.typeIs(key, dev.cofferdam.server.command.ValueType.STREAM)) {
            return null;
        }
        if (!key.exists() && !mayCreate) {
            call.reply().error(NO_KEY);
            return null;
        }
        return key;
    }

    /** Sets {@code call.number} to the entries read that the options say; false after a reply. */
    private static boolean options(Call call, boolean create) {
        call.number = StreamGroups.UNKNOWN;
        long read = StreamGroups.UNKNOWN;
        for (int i = 5; i < call.count(); i++) {
            if (create && call.is(i, "MKSTREAM")) {
                continue;
            }
            if (!call.is(i, "ENTRIESREAD") || i + 1 == call.count()) {
                call.reply().error("ERR unknown subcommand or wrong number of arguments for '" + call.text(1) + "'. Try XGROUP HELP.");
                return false;
            }
            if (!call.parseLong(++i)) {
                return false;
            }
            read = call.number;
            if (read < -1) {
                call.reply().error("ERR value for ENTRIESREAD must be positive or -1");
                return false;
            }
        }
        call.number = read;
        return true;
    }

    private static boolean makesStream(Call call) {
        for (int i = 5; i < call.count(); i++) {
            if (call.is(i, "MKSTREAM")) {
                return true;
            }
        }
        return false;
    }

    private static boolean isDollar(Call call, int argument) {
        return call.length(argument) == 1 && Mem.getByte(call.address(argument)) == '$';
    }

    private static boolean isRangeEnd(Call call, int argument) {
        return call.length(argument) == 1 && (Mem.getByte(call.address(argument)) == '-' || Mem.getByte(call.address(argument)) == '+');
    }

    private static boolean id(Call call, Key key, StreamId id) {
        if (isDollar(call, 4)) {
            id.millis = key.exists() ? StreamValues.lastMillis(key) : 0;
            id.sequence = key.exists() ? StreamValues.lastSequence(key) : 0;
            return true;
        }
        return id.parse(call, 4, 0);
    }

    private static void create(Call call) {
        if (!options(call, true)) {
            return;
        }
        long read = call.number;
        Key key = stream(call, makesStream(call));
        StreamId id = new StreamId();
        if (key == null || !id(call, key, id)) {
            return;
        }
        StreamValues values = StreamCommands.values(key);
        StreamGroups groups = StreamCommands.groups(key);
        if (key.exists() && groups.group(key, call.address(3), call.length(3)) != 0) {
            call.reply().error("BUSYGROUP Consumer Group name already exists");
            return;
        }
        if (!key.exists()) {
            values.create(key);
        }
        groups.createGroup(key, call.address(3), call.length(3), id.millis, id.sequence, read);
        call.changed(key, "xgroup-create");
        call.reply().ok();
    }

    private static void setId(Call call) {
        if (!options(call, false)) {
            return;
        }
        long read = call.number;
        Key key = stream(call, false);
        long group = key == null ? 0 : StreamCommands.group(call, key, 3, 2, NO_GROUP);
        StreamId id = new StreamId();
        // The ends of a range are ids here too, though not where a group is made.
        if (key == null || group == 0 || !(isRangeEnd(call, 4) ? id.parseEnd(call, 4, true) : id(call, key, id))) {
            return;
        }
        StreamCommands.groups(key).setGroup(key, group, id.millis, id.sequence, read);
        call.changed(key, "xgroup-setid");
        call.reply().ok();
    }

    private static void destroy(Call call) {
        Key key = stream(call, false);
        if (key == null) {
            return;
        }
        long group = StreamCommands.groups(key).group(key, call.address(3), call.length(3));
        if (group != 0 && call.heavy(StreamCommands.groups(key).pendingCount(key, group))) {
            return;
        }
        if (group != 0) {
            StreamCommands.groups(key).removeGroup(key, group);
            call.changed(key, "xgroup-destroy");
        }
        call.reply().integer(group == 0 ? 0 : 1);
    }

    private static void createConsumer(Call call) {
        Key key = stream(call, false);
        long group = key == null ? 0 : StreamCommands.group(call, key, 3, 2, NO_GROUP);
        if (key == null || group == 0) {
            return;
        }
        StreamGroups groups = StreamCommands.groups(key);
        boolean there = groups.consumer(key, group, call.address(4), call.length(4)) != 0;
        if (!there) {
            groups.createConsumer(key, group, call.address(4), call.length(4), call.nowMillis());
            call.changed(key, "xgroup-createconsumer");
        }
        call.reply().integer(there ? 0 : 1);
    }

    private static void removeConsumer(Call call) {
        Key key = stream(call, false);
        long group = key == null ? 0 : StreamCommands.group(call, key, 3, 2, NO_GROUP);
        if (key == null || group == 0) {
            return;
        }
        StreamGroups groups = StreamCommands.groups(key);
        long consumer = groups.consumer(key, group, call.address(4), call.length(4));
        long pending = consumer == 0 ? 0 : groups.ownedCount(key, consumer);
        if (call.heavy(pending)) {
            return;
        }
        if (consumer != 0) {
            groups.removeConsumer(key, group, consumer);
            call.changed(key, "xgroup-delconsumer");
        }
        call.reply().integer(pending);
    }
}
