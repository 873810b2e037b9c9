// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.commands.sets;

import static dev.cofferdam.server.command.Argument.key;
import static dev.cofferdam.server.command.Argument.string;
import static dev.cofferdam.server.command.Arity.atLeast;
import static dev.cofferdam.server.command.Arity.exactly;
import static dev.cofferdam.server.command.Flag.FAST;
import static dev.cofferdam.server.command.Flag.READONLY;
import static dev.cofferdam.server.command.Flag.WRITE;
import static dev.cofferdam.server.command.KeyUse.INSERTS;
import static dev.cofferdam.server.command.KeyUse.INSPECTS;
import static dev.cofferdam.server.command.KeyUse.READS;
import static dev.cofferdam.server.command.KeyUse.REMOVES;
import static dev.cofferdam.server.command.KeyUse.TAKES;
import static dev.cofferdam.server.command.Memory.FREES;
import static dev.cofferdam.server.command.Memory.GROWS;
import static dev.cofferdam.server.command.Memory.MOVES;
import static dev.cofferdam.server.command.Memory.NEUTRAL;

import dev.cofferdam.keyspace.Key;
import dev.cofferdam.keyspace.SetValues;
import dev.cofferdam.keyspace.SetWalk;
import dev.cofferdam.server.command.Call;
import dev.cofferdam.server.command.CommandTable;
import dev.cofferdam.server.command.KeySpec;
import dev.cofferdam.server.command.ValueType;

/** SADD to SMOVE: commands on named members of one set or two. */
final class MemberCommands {
    /** Up to so many arguments and bytes, the room every admission leaves is enough: the key need not be looked at. */
    private static final int SMALL_ARGUMENTS = 34;
    private static final long SMALL_BYTES = 2048;
    private static final long SMALL_BOUND_BYTES = 4096;

    private MemberCommands() {
    }

    static void declare(CommandTable table) {
        table.command("SADD").summary("Adds members to a set; creates the set when it is absent.").since("1.0.0")
            .complexity("O(N) for N members").arity(atLeast(3)).flags(WRITE, FAST).memory(GROWS).keys(KeySpec.key(1, INSERTS))
            .arguments(key("key"), string("member").multiple()).bound(MemberCommands::bound).need(MemberCommands::need)
            .history("2.4.0", "Takes several members.").handledBy(MemberCommands::sadd);
        table.command("SREM").summary("Removes members, and the key with the last of them.").since("1.0.0")
            .complexity("O(N) for N members").arity(atLeast(3)).flags(WRITE, FAST).memory(FREES).keys(KeySpec.key(1, REMOVES))
            .arguments(key("key"), string("member").multiple()).history("2.4.0", "Takes several members.").handledBy(MemberCommands::srem);
        table.command("SCARD").summary("Returns the number of members.").since("1.0.0").complexity("O(1)").arity(exactly(2))
            .flags(READONLY, FAST).memory(NEUTRAL).keys(KeySpec.key(1, INSPECTS)).arguments(key("key")).handledBy(MemberCommands::scard);
        table.command("SISMEMBER").summary("Tells whether something is a member.").since("1.0.0").complexity("O(1)").arity(exactly(3))
            .flags(READONLY, FAST).memory(NEUTRAL).keys(KeySpec.key(1, INSPECTS)).arguments(key("key"), string("member"))
            .handledBy(MemberCommands::sismember);
        table.command("SMISMEMBER").summary("Tells of several things whether they are members.").since("6.2.0")
            .complexity("O(N) for N members asked for").arity(atLeast(3)).flags(READONLY, FAST).memory(NEUTRAL)
            .keys(KeySpec.key(1, READS)).arguments(key("key"), string("member").multiple()).handledBy(MemberCommands::smismember);
        table.command("SMEMBERS").summary("Returns all members.").since("1.0.0").complexity("O(N) for a set of N members")
            .arity(exactly(2)).flags(READONLY).memory(NEUTRAL).keys(KeySpec.key(1, READS)).arguments(key("key"))
            .tips("nondeterministic_output_order").handledBy(MemberCommands::smembers);
        table.command("SMOVE").summary("Moves a member from one set to another.").since("1.0.0").complexity("O(1)").arity(exactly(4))
            .flags(WRITE, FAST).memory(MOVES).keys(KeySpec.key(1, TAKES), KeySpec.key(2, INSERTS))
            .arguments(key("source"), key("destination"), string("member"))
            .bound(call -> SMALL_BOUND_BYTES + call.length(2) + call.length(3)).handledBy(MemberCommands::smove);
    }

    private static long bound(Call call) {
        long bytes = 0;
        for (int i = 2; i < call.count(); i++) {
            bytes += call.length(i);
        }
        if (call.count() <= SMALL_ARGUMENTS && bytes + call.length(1) <= SMALL_BYTES) {
            return SMALL_BOUND_BYTES + bytes;
        }
        return SetValues.addBound(call.peek(1), call.count() - 2, bytes);
    }

    /** Nothing when all of them are members already, or when the command will fail. */
    private static long need(Call call) {
        Key key = call.peek(1);
        if (key.exists() && ValueType.of(key.kind()) != ValueType.SET) {
            return 0;
        }
        long growth = 0;
        for (int i = 2; i < call.count(); i++) {
            growth += SetFamily.contains(call, key, i) ? 0 : call.length(i) + 1L;
        }
        return growth;
    }

    private static void sadd(Call call) {
        Key key = SetFamily.key(call, 1);
        if (key == null || call.heavy(call.count())) {
            return;
        }
        SetValues values = SetFamily.values(key);
        int added = 0;
        for (int i = 2; i < call.count(); i++) {
            if (values.add(key, call.address(i), call.length(i))) {
                added++;
            }
        }
        if (added > 0) {
            call.changed(key, "sadd");
        }
        call.reply().integer(added);
    }

    private static void srem(Call call) {
        Key key = SetFamily.key(call, 1);
        if (key == null || call.heavy(call.count())) {
            return;
        }
        SetValues values = SetFamily.values(key);
        int removed = 0;
        for (int i = 2; i < call.count() && key.exists(); i++) {
            if (values.remove(key, call.address(i), call.length(i))) {
                removed++;
            }
        }
        if (removed > 0) {
            SetFamily.removed(call, key, "srem");
        }
        call.reply().integer(removed);
    }

    private static void scard(Call call) {
        Key key = SetFamily.key(call, 1);
        if (key != null) {
            call.reply().integer(SetValues.count(key));
        }
    }

    private static void sismember(Call call) {
        Key key = SetFamily.key(call, 1);
        if (key != null) {
            call.reply().integer(SetFamily.contains(call, key, 2) ? 1 : 0);
        }
    }

    private static void smismember(Call call) {
        Key key = SetFamily.key(call, 1);
        if (key == null || call.heavy(call.count())) {
            return;
        }
        call.reply().array(call.count() - 2);
        for (int i = 2; i < call.count(); i++) {
            call.reply().integer(SetFamily.contains(call, key, i) ? 1 : 0);
        }
    }

    private static void smembers(Call call) {
        Key key = SetFamily.key(call, 1);
        if (key == null || call.heavy(SetValues.count(key))) {
            return;
        }
        call.reply().set(SetValues.count(key));
        SetWalk walk = SetFamily.values(key).walk(key);
        while (walk.next()) {
            call.reply().bulk(walk.member.address, walk.member.length);
        }
    }

    private static void smove(Call call) {
        Key source = call.key(1);
        if (!source.exists()) {
            call.reply().integer(0);
            return;
        }
        Key destination = call.key(2);
        if (!call.typeIs(source, ValueType.SET) || !call.typeIs(destination, ValueType.SET)) {
            return;
        }
        if (source.entry == destination.entry) {
            call.reply().integer(SetFamily.contains(call, source, 3) ? 1 : 0);
            return;
        }
        if (!SetFamily.values(source).remove(source, call.address(3), call.length(3))) {
            call.reply().integer(0);
            return;
        }
        SetFamily.removed(call, source, "srem");
        if (SetFamily.values(destination).add(destination, call.address(3), call.length(3))) {
            call.changed(destination, "sadd");
        }
        call.reply().integer(1);
    }
}
