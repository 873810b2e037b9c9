// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.commands.sets;

import static dev.cofferdam.server.command.Argument.integer;
import static dev.cofferdam.server.command.Argument.key;
import static dev.cofferdam.server.command.Arity.atLeast;
import static dev.cofferdam.server.command.Flag.FAST;
import static dev.cofferdam.server.command.Flag.READONLY;
import static dev.cofferdam.server.command.Flag.WRITE;
import static dev.cofferdam.server.command.KeyUse.READS;
import static dev.cofferdam.server.command.KeyUse.TAKES;
import static dev.cofferdam.server.command.Memory.FREES;
import static dev.cofferdam.server.command.Memory.NEUTRAL;

import dev.cofferdam.keyspace.Key;
import dev.cofferdam.keyspace.SetValues;
import dev.cofferdam.keyspace.SetWalk;
import dev.cofferdam.server.command.Call;
import dev.cofferdam.server.command.CommandTable;
import dev.cofferdam.server.command.KeySpec;
import dev.cofferdam.server.command.RandomMembers;

/** SPOP and SRANDMEMBER: members chosen by position, so each is as likely as any other. */
final class RandomMemberCommands {
    private RandomMemberCommands() {
    }

    static void declare(CommandTable table) {
        table.command("SPOP").summary("Removes and returns one or several members chosen at random.").since("1.0.0")
            .complexity("O(N) for N members returned").arity(atLeast(2)).flags(WRITE, FAST).memory(FREES).keys(KeySpec.key(1, TAKES))
            .arguments(key("key"), integer("count").since("3.2.0").optional()).tips("nondeterministic_output")
            .history("3.2.0", "Takes how many members to remove.").handledBy(RandomMemberCommands::spop);
        table.command("SRANDMEMBER").summary("Returns one or several members chosen at random.").since("1.0.0")
            .complexity("O(N) for N members returned").arity(atLeast(2)).flags(READONLY).memory(NEUTRAL).keys(KeySpec.key(1, READS))
            .arguments(key("key"), integer("count").since("2.6.0").optional()).tips("nondeterministic_output")
            .history("2.6.0", "Takes how many members to return.").handledBy(RandomMemberCommands::srandmember);
    }

    private static void spop(Call call) {
        if (call.count() > 3) {
            call.reply().error("ERR syntax error");
            return;
        }
        if (call.count() == 3) {
            popSeveral(call);
            return;
        }
        Key key = SetFamily.key(call, 1);
        if (key == null) {
            return;
        }
        if (!key.exists()) {
            call.reply().nil();
            return;
        }
        popOne(call, key);
        SetFamily.removed(call, key, "spop");
    }

    private static void popOne(Call call, Key key) {
        SetWalk walk = SetFamily.values(key).walk(key);
        int position = call.random().nextInt(walk.count());
        walk.to(position);
        call.reply().bulk(walk.member.address, walk.member.length);
        SetFamily.values(key).removeAt(key, position);
    }

    private static void popSeveral(Call call) {
        if (!call.tryLong(2) || call.number < 0) {
            call.reply().error("ERR value is out of range, must be positive");
            return;
        }
        long count = call.number;
        Key key = SetFamily.key(call, 1);
        if (key == null) {
            return;
        }
        int size = SetValues.count(key);
        int wanted = (int) Math.min(count, size);
        if (call.heavy(wanted)) {
            return;
        }
        call.reply().set(wanted);
        if (wanted == 0) {
            return;
        }
        if (wanted == size) {
            SetWalk walk = SetFamily.values(key).walk(key);
            while (walk.next()) {
                call.reply().bulk(walk.member.address, walk.member.length);
            }
            key.compartment().delete(key);
        } else {
            for (int i = 0; i < wanted; i++) {
                popOne(call, key);
            }
        }
        SetFamily.removed(call, key, "spop");
    }

    private static void srandmember(Call call) {
        if (call.count() > 3) {
            call.reply().error("ERR syntax error");
            return;
        }
        boolean several = call.count() == 3;
        if (several && !RandomMembers.parseCount(call)) {
            return;
        }
        long count = call.number;
        Key key = SetFamily.key(call, 1);
        if (key == null) {
            return;
        }
        SetWalk walk = SetFamily.values(key).walk(key);
        if (several) {
            RandomMembers.several(call, count, walk, 1, SetFamily::replyMember);
        } else {
            RandomMembers.one(call, walk);
        }
    }
}
