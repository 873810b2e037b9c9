// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.commands.admin;

import static dev.cofferdam.server.command.Argument.block;
import static dev.cofferdam.server.command.Argument.integer;
import static dev.cofferdam.server.command.Argument.oneOf;
import static dev.cofferdam.server.command.Argument.string;
import static dev.cofferdam.server.command.Argument.token;
import static dev.cofferdam.server.command.Arity.atLeast;
import static dev.cofferdam.server.command.Arity.exactly;
import static dev.cofferdam.server.command.Flag.ADMIN;
import static dev.cofferdam.server.command.Flag.FAST;
import static dev.cofferdam.server.command.Flag.LOADING;
import static dev.cofferdam.server.command.Flag.NOSCRIPT;
import static dev.cofferdam.server.command.Flag.NO_ASYNC_LOADING;
import static dev.cofferdam.server.command.Flag.STALE;
import static dev.cofferdam.server.command.Memory.NEUTRAL;

import dev.cofferdam.server.command.Argument;
import dev.cofferdam.server.command.Arity;
import dev.cofferdam.server.command.Call;
import dev.cofferdam.server.command.CommandBuilder;
import dev.cofferdam.server.command.CommandTable;
import dev.cofferdam.server.command.Flag;

/**
 * CLUSTER, READONLY, READWRITE and ASKING, as a Redis answers them that is part of no cluster: every client that knows clusters asks first. Stateless.
 */
final class ClusterCommands {
    private static final String DISABLED = "ERR This instance has cluster support disabled";
    private static final String CHANGES = "nondeterministic_output";
    private static final Argument SLOT = integer("slot");
    private static final Argument SLOTS = block("start-slot_end-slot", integer("start-slot"), integer("end-slot")).multiple();
    private static final Argument NODE = string("node-id");

    private ClusterCommands() {
    }

    static void declare(CommandTable table) {
        table.group("cluster");
        table.command("CLUSTER").summary("Commands about a cluster, of which this server is no part.").since("3.0.0")
            .complexity("Depends on subcommand.").arity(atLeast(2)).memory(NEUTRAL).container();
        asks(table, "MYID", "3.0.0", exactly(2)).handledBy(ClusterCommands::refuse);
        asks(table, "SLOTS", "3.0.0", exactly(2)).tips(CHANGES).deprecated("7.0.0", "`CLUSTER SHARDS`")
            .history("4.0.0", "Shows the numbers of nodes.", "7.0.0", "Shows more about each node's network.")
            .handledBy(ClusterCommands::refuse);
        asks(table, "SHARDS", "7.0.0", exactly(2)).tips(CHANGES).handledBy(ClusterCommands::refuse);
        asks(table, "INFO", "3.0.0", exactly(2)).tips(CHANGES).handledBy(ClusterCommands::refuse);
        asks(table, "LINKS", "7.0.0", exactly(2)).tips(CHANGES).handledBy(ClusterCommands::refuse);
        asks(table, "NODES", "3.0.0", exactly(2)).tips(CHANGES).handledBy(ClusterCommands::refuse);
        asks(table, "KEYSLOT", "3.0.0", exactly(3)).arguments(string("key")).handledBy(ClusterCommands::refuse);
        asks(table, "COUNTKEYSINSLOT", "3.0.0", exactly(3)).arguments(SLOT).handledBy(ClusterCommands::refuse);
        asks(table, "GETKEYSINSLOT", "3.0.0", exactly(4)).tips(CHANGES).arguments(SLOT, integer("count"))
            .handledBy(ClusterCommands::refuse);
        changes(table, "FLUSHSLOTS", "3.0.0", exactly(2)).handledBy(ClusterCommands::refuse);
        changes(table, "BUMPEPOCH", "3.0.0", exactly(2)).tips(CHANGES).handledBy(ClusterCommands::refuse);
        changes(table, "SAVECONFIG", "3.0.0", exactly(2)).handledBy(ClusterCommands::refuse);
        changes(table, "REPLICATE", "3.0.0", exactly(3)).arguments(NODE).handledBy(ClusterCommands::refuse);
        changes(table, "FORGET", "3.0.0", exactly(3)).arguments(NODE).handledBy(ClusterCommands::refuse);
        changes(table, "SET-CONFIG-EPOCH", "3.0.0", exactly(3)).arguments(integer("config-epoch")).handledBy(ClusterCommands::refuse);
        changes(table, "ADDSLOTS", "3.0.0", atLeast(3)).arguments(SLOT.multiple()).handledBy(ClusterCommands::refuse);
        changes(table, "DELSLOTS", "3.0.0", atLeast(3)).arguments(SLOT.multiple()).handledBy(ClusterCommands::refuse);
        changes(table, "ADDSLOTSRANGE", "7.0.0", atLeast(4)).arguments(SLOTS).handledBy(ClusterCommands::refuse);
        changes(table, "DELSLOTSRANGE", "7.0.0", atLeast(4)).arguments(SLOTS).handledBy(ClusterCommands::refuse);
        changes(table, "MEET", "3.0.0", atLeast(4)).history("4.0.0", "Takes the port of the nodes among themselves.")
            .arguments(string("ip"), integer("port"), integer("cluster_bus_port").since("4.0.0").optional())
            .handledBy(ClusterCommands::refuse);
        changes(table, "SETSLOT", "3.0.0", atLeast(4))
            .arguments(SLOT,
                    oneOf(NODE.after("IMPORTING"), NODE.after("MIGRATING"), NODE.after("NODE"), token("STABLE")).named("subcommand"))
            .handledBy(ClusterCommands::refuse);
        changes(table, "FAILOVER", "3.0.0", atLeast(2)).arguments(oneOf(token("FORCE"), token("TAKEOVER")).named("options").optional())
            .handledBy(ClusterCommands::refuse);
        sub(table, "RESET", "3.0.0", atLeast(2), ADMIN, NOSCRIPT, STALE)
            .arguments(oneOf(token("HARD"), token("SOFT")).named("hard_soft").optional()).handledBy(ClusterCommands::refuse);
        sub(table, "HELP", "5.0.0", exactly(2), LOADING, STALE).handledBy(ClusterCommands::refuse);
        sub(table, "REPLICAS", "5.0.0", exactly(3), ADMIN, STALE).tips(CHANGES).arguments(NODE).handledBy(ClusterCommands::refuse);
        sub(table, "SLAVES", "3.0.0", exactly(3), ADMIN, STALE).tips(CHANGES).deprecated("5.0.0", "`CLUSTER REPLICAS`").arguments(NODE)
            .handledBy(ClusterCommands::refuse);
        sub(table, "COUNT-FAILURE-REPORTS", "3.0.0", exactly(3), ADMIN, STALE).tips(CHANGES).arguments(NODE)
            .handledBy(ClusterCommands::refuse);
        for (String name : new String[] {"READONLY", "READWRITE"}) {
            table.command(name).summary("Says how reads on a cluster's replica go; there is no cluster.").since("3.0.0").complexity("O(1)")
                .arity(exactly(1)).flags(LOADING, STALE, FAST).memory(NEUTRAL).handledBy(ClusterCommands::refuse);
        }
        table.command("ASKING").summary("Follows a cluster's redirection; there is no cluster.").since("3.0.0").complexity("O(1)")
            .arity(exactly(1)).flags(FAST).memory(NEUTRAL).handledBy(ClusterCommands::refuse);
    }

    private static void refuse(Call call) {
        call.reply().error(DISABLED);
    }

    private static CommandBuilder asks(CommandTable table, String name, String since, Arity arity) {
        return sub(table, name, since, arity, STALE);
    }

    private static CommandBuilder changes(CommandTable table, String name, String since, Arity arity) {
        return sub(table, name, since, arity, ADMIN, STALE, NO_ASYNC_LOADING);
    }

    private static CommandBuilder sub(CommandTable table, String name, String since, Arity arity, Flag... flags) {
        return table.command("CLUSTER|" + name).summary("Answers that this server is no part of a cluster.").since(since).complexity("O(1)")
            .arity(arity).flags(flags).memory(NEUTRAL);
    }
}
