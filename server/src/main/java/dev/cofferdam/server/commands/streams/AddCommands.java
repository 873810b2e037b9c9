// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.commands.streams;

import static dev.cofferdam.server.command.Argument.block;
import static dev.cofferdam.server.command.Argument.integer;
import static dev.cofferdam.server.command.Argument.key;
import static dev.cofferdam.server.command.Argument.oneOf;
import static dev.cofferdam.server.command.Argument.string;
import static dev.cofferdam.server.command.Argument.token;
import static dev.cofferdam.server.command.Arity.atLeast;
import static dev.cofferdam.server.command.Flag.DENYOOM;
import static dev.cofferdam.server.command.Flag.FAST;
import static dev.cofferdam.server.command.Flag.WRITE;
import static dev.cofferdam.server.command.KeyUse.REMOVES;
import static dev.cofferdam.server.command.KeyUse.UPDATES;
import static dev.cofferdam.server.command.Memory.FREES;
import static dev.cofferdam.server.command.Memory.GROWS;
import static dev.cofferdam.server.command.Memory.NEUTRAL;

import dev.cofferdam.keyspace.Key;
import dev.cofferdam.keyspace.StreamCursor;
import dev.cofferdam.keyspace.StreamValues;
import dev.cofferdam.server.command.Argument;
import dev.cofferdam.server.command.Call;
import dev.cofferdam.server.command.CommandTable;
import dev.cofferdam.server.command.KeySpec;

/** XADD, XDEL, XTRIM and XSETID: what changes the entries of a stream. */
final class AddCommands {
    private static final String TOO_SMALL = "ERR The ID specified in XADD is equal or smaller than the target stream top item";

    private AddCommands() {
    }

    private static Argument trim() {
        return block("trim", oneOf(token("MAXLEN"), token("MINID").since("6.2.0")).named("strategy"),
                oneOf(token("=").named("equal"), token("~").named("approximately")).named("operator").optional(), string("threshold"),
                integer("count").after("LIMIT").since("6.2.0").optional());
    }

    static void declare(CommandTable table) {
        table.command("XADD").summary("Adds an entry to a stream; creates it if need be.").since("5.0.0")
            .complexity("O(1), and O(N) for N entries dropped").arity(atLeast(5)).flags(WRITE, FAST).memory(GROWS)
            .keys(KeySpec.key(1, UPDATES).noted("Trimming drops entries, so this is more than adding.")).tips("nondeterministic_output")
            .arguments(key("key"), token("NOMKSTREAM").since("6.2.0").optional(), trim().optional(),
                    oneOf(token("*").named("auto_id"), string("id")).named("id_or_auto"),
                    block("field_value", string("field"), string("value")).multiple())
            .bound(AddCommands::bound)
            .history("6.2.0", "Has NOMKSTREAM, MINID and LIMIT.", "7.0.0", "Takes ids of which only the time is given.")
            .handledBy(AddCommands::xadd);
        table.command("XDEL").summary("Deletes entries of a stream.").since("5.0.0").complexity("O(1) for each entry").arity(atLeast(3))
            .flags(WRITE, FAST).memory(FREES).keys(KeySpec.key(1, REMOVES)).arguments(key("key"), string("id").multiple())
            .handledBy(AddCommands::xdel);
        table.command("XTRIM").summary("Drops the oldest entries of a stream.").since("5.0.0").complexity("O(N) for N entries dropped")
            .arity(atLeast(4)).flags(WRITE).memory(FREES).keys(KeySpec.key(1, REMOVES)).tips("nondeterministic_output")
            .arguments(key("key"), trim()).history("6.2.0", "Has MINID and LIMIT.").handledBy(AddCommands::xtrim);
        table.command("XSETID").summary("Sets the last id of a stream.").since("5.0.0").complexity("O(1)").arity(atLeast(3))
            .flags(WRITE, DENYOOM, FAST).memory(NEUTRAL).keys(KeySpec.key(1, UPDATES))
            .arguments(key("key"), string("last-id"), integer("entries_added").after("ENTRIESADDED").since("7.0.0").optional(),
                    string("max_deleted_entry_id").after("MAXDELETEDID").since("7.0.0").optional())
            .history("7.0.0", "Has ENTRIESADDED and MAXDELETEDID.").handledBy(AddCommands::xsetid);
    }

    private static long bound(Call call) {
        long bytes = 0;
        for (int i = 2; i < call.count(); i++) {
            bytes += call.length(i);
        }
        Key key = call.peek(1);
        return key.compartment().streams().appendBound(key, call.count() / 2, bytes);
    }

    private static void xadd(Call call) {
        TrimOptions options = TrimOptions.of(call, true);
        if (options == null) {
            return;
        }
        int first = options.idArgument + 1;
        if (call.count() - first < 2 || (call.count() - first & 1) != 0) {
            call.reply().error("ERR wrong number of arguments for 'xadd' command");
            return;
        }
        StreamId id = options.id;
        if (!options.automatic && !id.sequenceOpen && id.isZero()) {
            call.reply().error("ERR The ID specified in XADD must be greater than 0-0");
            return;
        }
        Key key = StreamCommands.key(call, 1);
        if (key == null) {
            return;
        }
        if (!key.exists() && options.onlyExisting) {
            call.reply().nil();
            return;
        }
        long lastMillis = key.exists() ? StreamValues.lastMillis(key) : 0;
        long lastSequence = key.exists() ? StreamValues.lastSequence(key) : 0;
        if (lastMillis == -1 && lastSequence == -1) {
            call.reply().error("ERR The stream has exhausted the last possible ID, unable to add more items");
            return;
        }
        if (!choose(call, options, lastMillis, lastSequence)) {
            call.reply().error(TOO_SMALL);
            return;
        }
        StreamValues values = StreamCommands.values(key);
        if (!key.exists()) {
            values.create(key);
        }
        values.beginEntry();
        for (int i = first; i < call.count(); i += 2) {
            values.addField(call.address(i), call.length(i), call.address(i + 1), call.length(i + 1));
        }
        values.append(key, id.millis, id.sequence);
        StreamCommands.reply(call.reply(), id);
        call.changed(key, "xadd");
        if (options.apply(key) > 0) {
            call.changed(key, "xtrim");
        }
    }

    /** Completes the id; false when it would not be greater than the last. */
    private static boolean choose(Call call, TrimOptions options, long lastMillis, long lastSequence) {
        StreamId id = options.id;
        if (options.automatic) {
            id.millis = call.nowMillis();
            id.sequence = 0;
            if (id.compare(lastMillis, lastSequence) <= 0) {
                id.millis = lastMillis;
                id.sequence = lastSequence;
                return id.increase();
            }
            return true;
        }
        if (id.sequenceOpen) {
            if (id.millis == lastMillis) {
                id.sequence = lastSequence + 1;
                return lastSequence != -1;
            }
            return Long.compareUnsigned(id.millis, lastMillis) > 0;
        }
        return id.compare(lastMillis, lastSequence) > 0;
    }

    private static void xdel(Call call) {
        Key key = StreamCommands.key(call, 1);
        if (key == null) {
            return;
        }
        if (!key.exists()) {
            call.reply().integer(0);
            return;
        }
        StreamId id = new StreamId();
        for (int i = 2; i < call.count(); i++) {
            if (!id.parse(call, i, 0)) {
                return;
            }
        }
        long deleted = 0;
        for (int i = 2; i < call.count(); i++) {
            id.tryParse(call, i);
            deleted += StreamCommands.values(key).remove(key, id.millis, id.sequence) ? 1 : 0;
        }
        if (deleted > 0) {
            call.changed(key, "xdel");
        }
        call.reply().integer(deleted);
    }

    private static void xtrim(Call call) {
        TrimOptions options = TrimOptions.of(call, false);
        if (options == null) {
            return;
        }
        Key key = StreamCommands.key(call, 1);
        if (key == null) {
            return;
        }
        long dropped = key.exists() ? options.apply(key) : 0;
        if (dropped > 0) {
            call.changed(key, "xtrim");
        }
        call.reply().integer(dropped);
    }

    private static void xsetid(Call call) {
        StreamId id = new StreamId();
        if (!id.parse(call, 2, 0)) {
            return;
        }
        StreamId deleted = new StreamId();
        long added = -1;
        boolean deletedGiven = false;
        for (int i = 3; i < call.count(); i += 2) {
            boolean more = i + 1 < call.count();
            if (more && call.is(i, "ENTRIESADDED")) {
                if (!call.parseLong(i + 1)) {
                    return;
                }
                added = call.number;
                if (added < 0) {
                    call.reply().error("ERR entries_added must be positive");
                    return;
                }
            } else if (more && call.is(i, "MAXDELETEDID")) {
                if (!deleted.parse(call, i + 1, 0)) {
                    return;
                }
                deletedGiven = true;
                if (id.compare(deleted.millis, deleted.sequence) < 0) {
                    call.reply().error("ERR The ID specified in XSETID is smaller than the provided max_deleted_entry_id");
                    return;
                }
            } else {
                call.reply().error(StreamCommands.SYNTAX_ERROR);
                return;
            }
        }
        setId(call, id, added, deletedGiven && !deleted.isZero() ? deleted : null);
    }

    private static void setId(Call call, StreamId id, long added, @org.jspecify.annotations.Nullable StreamId deleted) {
        Key key = call.key(1);
        if (!key.exists()) {
            call.reply().error("ERR no such key");
            return;
        }
        if (!call.typeIs(key, dev.cofferdam.server.command.ValueType.STREAM)) {
            return;
        }
        StreamCursor cursor = StreamCommands.values(key).cursor();
        if (cursor.seekBack(key, -1, -1)) {
            if (id.compare(cursor.millis, cursor.sequence) < 0) {
                call.reply().error("ERR The ID specified in XSETID is smaller than the target stream top item");
                return;
            }
            if (added >= 0 && added < StreamValues.length(key)) {
                call.reply().error("ERR The entries_added specified in XSETID is smaller than the target stream length");
                return;
            }
        }
        StreamCommands.values(key).setState(key, id.millis, id.sequence, deleted == null ? StreamValues.deletedMillis(key) : deleted.millis,
                deleted == null ? StreamValues.deletedSequence(key) : deleted.sequence, added < 0 ? StreamValues.added(key) : added);
        call.changed(key, "xsetid");
        call.reply().ok();
    }
}
