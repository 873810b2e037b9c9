// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.commands.pubsub;

import static dev.cofferdam.server.command.Argument.block;
import static dev.cofferdam.server.command.Argument.pattern;
import static dev.cofferdam.server.command.Argument.string;
import static dev.cofferdam.server.command.Arity.atLeast;
import static dev.cofferdam.server.command.Arity.exactly;
import static dev.cofferdam.server.command.Flag.ADMIN;
import static dev.cofferdam.server.command.Flag.FAST;
import static dev.cofferdam.server.command.Flag.LOADING;
import static dev.cofferdam.server.command.Flag.MAY_REPLICATE;
import static dev.cofferdam.server.command.Flag.NOSCRIPT;
import static dev.cofferdam.server.command.Flag.PUBSUB;
import static dev.cofferdam.server.command.Flag.STALE;
import static dev.cofferdam.server.command.Memory.NEUTRAL;
import static dev.cofferdam.server.pubsub.Subscriptions.CHANNELS;
import static dev.cofferdam.server.pubsub.Subscriptions.PATTERNS;
import static dev.cofferdam.server.pubsub.Subscriptions.SHARD_CHANNELS;

import dev.cofferdam.server.client.Client;
import dev.cofferdam.server.command.Arity;
import dev.cofferdam.server.command.Call;
import dev.cofferdam.server.command.ChannelUse;
import dev.cofferdam.server.command.CommandBuilder;
import dev.cofferdam.server.command.CommandTable;
import dev.cofferdam.server.command.KeySpec;
import dev.cofferdam.server.command.KeyUse;
import dev.cofferdam.server.pubsub.PubSub;
import dev.cofferdam.server.pubsub.Subscriptions;

/** Subscribing and publishing. */
public final class PubSubCommands {
    private PubSubCommands() {
    }

    public static void declare(CommandTable table) {
        table.group("pubsub");
        subscribing(table, "SUBSCRIBE", "Listens to channels.", "2.0.0", "O(N) for N channels",
                atLeast(2))
            .channels(ChannelUse.SUBSCRIBES).arguments(string("channel").multiple())
            .handledBy(call -> subscribe(call, CHANNELS, "subscribe"));
        subscribing(table, "UNSUBSCRIBE", "Stops listening to channels, or to all of them.", "2.0.0",
                "O(N) for N channels of this client", atLeast(1))
            .arguments(string("channel").multiple().optional()).handledBy(call -> unsubscribe(call, CHANNELS, "unsubscribe"));
        subscribing(table, "PSUBSCRIBE", "Listens to all channels that match patterns.", "2.0.0",
                "O(N) for N patterns", atLeast(2))
            .channels(ChannelUse.SUBSCRIBES_TO_PATTERNS).arguments(block("pattern", pattern("pattern")).multiple())
            .handledBy(call -> subscribe(call, PATTERNS, "psubscribe"));
        subscribing(table, "PUNSUBSCRIBE", "Stops listening to patterns, or to all of them.", "2.0.0",
                "O(N) for N patterns of this client",
                atLeast(1))
            .arguments(pattern("pattern").multiple().optional()).handledBy(call -> unsubscribe(call, PATTERNS, "punsubscribe"));
        subscribing(table, "SSUBSCRIBE", "Listens to shard channels.", "7.0.0",
                "O(N) for N channels",
                atLeast(2))
            .channels(ChannelUse.SUBSCRIBES).arguments(string("shardchannel").multiple())
            .shownKeys(KeySpec.keys(1, -1, 1, KeyUse.NAMES_NO_KEY)).handledBy(PubSubCommands::subscribeToShards);
        subscribing(table, "SUNSUBSCRIBE", "Stops listening to shard channels, or to all of them.", "7.0.0",
                "O(N) for N channels of this client", atLeast(1))
            .arguments(string("shardchannel").multiple().optional()).shownKeys(KeySpec.keys(1, -1, 1, KeyUse.NAMES_NO_KEY))
            .handledBy(call -> unsubscribe(call, SHARD_CHANNELS, "sunsubscribe"));
        table.command("PUBLISH").summary("Sends a message to all who listen to a channel.").since("2.0.0")
            .complexity("O(N+M) for N listeners and M patterns of all clients")
            .arity(exactly(3)).flags(PUBSUB, LOADING, STALE, FAST, MAY_REPLICATE).memory(NEUTRAL)
            .channels(ChannelUse.PUBLISHES).arguments(string("channel"), string("message")).handledBy(PubSubCommands::publish);
        table.command("SPUBLISH").summary("Sends a message to all who listen to a shard channel.").since("7.0.0")
            .complexity("O(N) for N listeners").arity(exactly(3))
            .flags(PUBSUB, LOADING, STALE, FAST, MAY_REPLICATE).memory(NEUTRAL).channels(ChannelUse.PUBLISHES)
            .arguments(string("shardchannel"), string("message"))
            .shownKeys(KeySpec.key(1, KeyUse.NAMES_NO_KEY)).handledBy(PubSubCommands::publishToShard);
        table.command("MONITOR").group("server").summary("Shows every command that the server executes.").since("1.0.0")
            .complexity("O(N)")
            .arity(exactly(1)).flags(ADMIN, NOSCRIPT, LOADING, STALE).memory(NEUTRAL).handledBy(PubSubCommands::monitor);
    }

    private static void monitor(Call call) {
        if (call.inTransaction()) {
            call.reply().error("ERR MONITOR isn't allowed for DENY BLOCKING client");
        } else if (call.client().isMonitor()) {
            // As Redis: asked for twice it is not answered twice.
            return;
        } else if (call.server().pubsub().monitors().add(call.client())) {
            call.reply().ok();
        } else {
            call.reply().error("ERR no memory for MONITOR: 'connections' uses " + call.server().connections().usedBytes() + " of "
                    + call.server().connections().maxBytes() + " bytes");
        }
    }

    private static CommandBuilder subscribing(CommandTable table, String name, String summary, String since, String complexity,
            Arity arity) {
        return table.command(name).summary(summary).since(since).complexity(complexity).arity(arity)
            .flags(PUBSUB, NOSCRIPT, LOADING, STALE).memory(NEUTRAL);
    }

    private static void subscribe(Call call, int kind, String word) {
        PubSub pubsub = call.server().pubsub();
        for (int i = 1; i < call.count(); i++) {
            if (!pubsub.subscribe(call.client(), kind, call.address(i), call.length(i))) {
                call.reply()
                    .error("ERR no memory for another subscription: all take " + pubsub.memory().usedBytes() + " bytes, a quarter of what"
                            + " 'connections' may use is the most (" + pubsub.memory().maxBytes() + "); UNSUBSCRIBE, or raise its max");
                return;
            }
            call.reply().push(3);
            call.reply().bulk(word);
            call.reply().bulk(call.address(i), call.length(i));
            call.reply().integer(count(call.client(), kind));
        }
    }

    private static void subscribeToShards(Call call) {
        if (call.inTransaction()) {
            call.reply().error("ERR SSUBSCRIBE isn't allowed for a DENY BLOCKING client");
            return;
        }
        subscribe(call, SHARD_CHANNELS, "ssubscribe");
    }

    /** What replies count: channels and patterns together, shard channels by themselves. */
    private static int count(Client client, int kind) {
        return kind == SHARD_CHANNELS
                ? PubSub.count(client, SHARD_CHANNELS)
                : PubSub.count(client, CHANNELS) + PubSub.count(client, PATTERNS);
    }

    private static void unsubscribe(Call call, int kind, String word) {
        PubSub pubsub = call.server().pubsub();
        Client client = call.client();
        for (int i = 1; i < call.count(); i++) {
            pubsub.unsubscribe(client, kind, call.address(i), call.length(i));
            unsubscribed(call, kind, word, call.address(i), call.length(i));
        }
        if (call.count() > 1) {
            return;
        }
        long name = PubSub.anyName(client, kind);
        if (name == 0) {
            call.reply().push(3);
            call.reply().bulk(word);
            call.reply().nil();
            call.reply().integer(count(client, kind));
        }
        while (name != 0) {
            long address = Subscriptions.address(name);
            int length = Subscriptions.length(name);
            call.reply().push(3);
            call.reply().bulk(word);
            call.reply().bulk(address, length);
            pubsub.unsubscribe(client, kind, address, length);
            call.reply().integer(count(client, kind));
            name = PubSub.anyName(client, kind);
        }
    }

    private static void unsubscribed(Call call, int kind, String word, long address, int length) {
        call.reply().push(3);
        call.reply().bulk(word);
        call.reply().bulk(address, length);
        call.reply().integer(count(call.client(), kind));
    }

    private static void publish(Call call) {
        call.reply().integer(call.server().pubsub().publish(call.address(1), call.length(1), call.address(2), call.length(2)));
    }

    private static void publishToShard(Call call) {
        call.reply().integer(call.server().pubsub().publishToShard(call.address(1), call.length(1), call.address(2), call.length(2)));
    }
}
