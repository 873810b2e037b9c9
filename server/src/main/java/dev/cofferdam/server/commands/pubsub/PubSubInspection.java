// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.commands.pubsub;

import static dev.cofferdam.server.command.Argument.pattern;
import static dev.cofferdam.server.command.Argument.string;
import static dev.cofferdam.server.command.Arity.atLeast;
import static dev.cofferdam.server.command.Arity.exactly;
import static dev.cofferdam.server.command.Flag.LOADING;
import static dev.cofferdam.server.command.Flag.PUBSUB;
import static dev.cofferdam.server.command.Flag.STALE;
import static dev.cofferdam.server.command.Memory.NEUTRAL;
import static dev.cofferdam.server.pubsub.Subscriptions.CHANNELS;
import static dev.cofferdam.server.pubsub.Subscriptions.PATTERNS;
import static dev.cofferdam.server.pubsub.Subscriptions.SHARD_CHANNELS;

import dev.cofferdam.resp.Glob;
import dev.cofferdam.server.command.Arity;
import dev.cofferdam.server.command.Call;
import dev.cofferdam.server.command.CommandBuilder;
import dev.cofferdam.server.command.CommandTable;
import dev.cofferdam.server.command.HelpReply;
import dev.cofferdam.server.pubsub.Subscriptions;

/** PUBSUB and its sub-commands: who listens to what. */
public final class PubSubInspection {
    private PubSubInspection() {
    }

    public static void declare(CommandTable table) {
        table.group("pubsub");
        table.command("PUBSUB").summary("A container for commands about channels and their subscribers.").since("2.8.0")
            .complexity("Depends on subcommand.").container();
        sub(table, "CHANNELS", "Answers the channels somebody listens to.", "2.8.0",
                "O(N) for N channels that somebody listens to",
                atLeast(2))
            .arguments(pattern("pattern").optional()).handledBy(call -> channels(call, CHANNELS));
        sub(table, "NUMPAT", "Answers how many patterns somebody listens to.", "2.8.0", "O(1)", exactly(2))
            .handledBy(call -> call.reply().integer(call.server().pubsub().of(PATTERNS).names()));
        sub(table, "NUMSUB", "Answers how many listen to each of the channels.", "2.8.0",
                "O(N) for N channels named", atLeast(2))
            .arguments(string("channel").multiple().optional()).handledBy(call -> subscribers(call, CHANNELS));
        sub(table, "SHARDCHANNELS", "Answers the shard channels somebody listens to.", "7.0.0",
                "O(N) for N shard channels that somebody listens to",
                atLeast(2))
            .arguments(pattern("pattern").optional()).handledBy(call -> channels(call, SHARD_CHANNELS));
        sub(table, "SHARDNUMSUB", "Answers how many listen to each of the shard channels.", "7.0.0",
                "O(N) for N shard channels named", atLeast(2))
            .arguments(string("shardchannel").multiple().optional()).handledBy(call -> subscribers(call, SHARD_CHANNELS));
        table.command("PUBSUB|HELP").summary("Describes the sub-commands.").since("6.2.0").complexity("O(1)").arity(exactly(2))
            .flags(LOADING, STALE).memory(NEUTRAL).handledBy(HelpReply::write);
    }

    private static CommandBuilder sub(CommandTable table, String name, String summary, String since, String complexity, Arity arity) {
        return table.command("PUBSUB|" + name).summary(summary).since(since).complexity(complexity).arity(arity)
            .flags(PUBSUB, LOADING, STALE).memory(NEUTRAL);
    }

    private static void channels(Call call, int kind) {
        if (call.count() > 3) {
            call.reply()
                .error("ERR unknown subcommand or wrong number of arguments for '" + call.text(1) + "'. Try PUBSUB HELP.");
            return;
        }
        Subscriptions channels = call.server().pubsub().of(kind);
        int matching = 0;
        for (long name = channels.first(); name != 0; name = channels.next(name)) {
            matching += matches(call, name) ? 1 : 0;
        }
        call.reply().array(matching);
        for (long name = channels.first(); name != 0; name = channels.next(name)) {
            if (matches(call, name)) {
                call.reply().bulk(Subscriptions.address(name), Subscriptions.length(name));
            }
        }
    }

    private static boolean matches(Call call, long name) {
        return call.count() < 3
                || Glob.matches(call.address(2), call.length(2), Subscriptions.address(name), Subscriptions.length(name));
    }

    private static void subscribers(Call call, int kind) {
        call.reply().array(2L * (call.count() - 2));
        for (int i = 2; i < call.count(); i++) {
            call.reply().bulk(call.address(i), call.length(i));
            call.reply().integer(call.server().pubsub().of(kind).subscribers(call.address(i), call.length(i)));
        }
    }
}
