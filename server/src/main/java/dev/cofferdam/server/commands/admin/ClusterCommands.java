// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.commands.admin;

import static dev.cofferdam.server.command.Arity.atLeast;
import static dev.cofferdam.server.command.Arity.exactly;
import static dev.cofferdam.server.command.Flag.ADMIN;
import static dev.cofferdam.server.command.Flag.FAST;
import static dev.cofferdam.server.command.Flag.LOADING;
import static dev.cofferdam.server.command.Flag.NOSCRIPT;
import static dev.cofferdam.server.command.Flag.NO_ASYNC_LOADING;
import static dev.cofferdam.server.command.Flag.STALE;
import static dev.cofferdam.server.command.Memory.NEUTRAL;

import dev.cofferdam.server.command.Arity;
import dev.cofferdam.server.command.CommandTable;
import dev.cofferdam.server.command.Flag;

/**
 * CLUSTER, READONLY, READWRITE and ASKING, as a Redis answers them that is part of no cluster: every client that knows clusters asks first. Stateless.
 */
final class ClusterCommands {
    private static final String DISABLED = "ERR This instance has cluster support disabled";

    private ClusterCommands() {
    }

    static void declare(CommandTable table) {
        table.group("cluster");
        table.command("CLUSTER").summary("Commands about a cluster, of which this server is no part.").since("3.0.0")
            .complexity("Depends on subcommand.").arity(atLeast(2)).memory(NEUTRAL).container();
        for (String name : new String[] {"MYID", "SLOTS", "SHARDS", "INFO", "LINKS", "NODES"}) {
            asks(table, name, exactly(2));
        }
        asks(table, "KEYSLOT", exactly(3));
        asks(table, "COUNTKEYSINSLOT", exactly(3));
        asks(table, "GETKEYSINSLOT", exactly(4));
        for (String name : new String[] {"FLUSHSLOTS", "BUMPEPOCH", "SAVECONFIG"}) {
            sub(table, name, exactly(2), ADMIN, STALE, NO_ASYNC_LOADING);
        }
        for (String name : new String[] {"REPLICATE", "SET-CONFIG-EPOCH", "FORGET"}) {
            sub(table, name, exactly(3), ADMIN, STALE, NO_ASYNC_LOADING);
        }
        for (String name : new String[] {"DELSLOTSRANGE", "MEET", "ADDSLOTSRANGE", "SETSLOT"}) {
            sub(table, name, atLeast(4), ADMIN, STALE, NO_ASYNC_LOADING);
        }
        sub(table, "ADDSLOTS", atLeast(3), ADMIN, STALE, NO_ASYNC_LOADING);
        sub(table, "DELSLOTS", atLeast(3), ADMIN, STALE, NO_ASYNC_LOADING);
        sub(table, "FAILOVER", atLeast(2), ADMIN, STALE, NO_ASYNC_LOADING);
        sub(table, "RESET", atLeast(2), ADMIN, NOSCRIPT, STALE);
        HelpText.declare(table, "CLUSTER", "5.0.0", "INFO, MYID, NODES, SHARDS, SLOTS ...", "    Answer that cluster support is disabled.");
        for (String name : new String[] {"REPLICAS", "SLAVES", "COUNT-FAILURE-REPORTS"}) {
            sub(table, name, exactly(3), ADMIN, STALE);
        }
        for (String name : new String[] {"READONLY", "READWRITE"}) {
            table.command(name).summary("Says how reads on a cluster's replica go; there is no cluster.").since("3.0.0").complexity("O(1)")
                .arity(exactly(1)).flags(LOADING, STALE, FAST).memory(NEUTRAL).handledBy(call -> call.reply().error(DISABLED));
        }
        table.command("ASKING").summary("Follows a cluster's redirection; there is no cluster.").since("3.0.0").complexity("O(1)")
            .arity(exactly(1)).flags(FAST).memory(NEUTRAL).handledBy(call -> call.reply().error(DISABLED));
    }

    private static void asks(CommandTable table, String name, Arity arity) {
        sub(table, name, arity, STALE);
    }

    private static void sub(CommandTable table, String name, Arity arity, Flag... flags) {
        table.command("CLUSTER|" + name).summary("Answers that this server is no part of a cluster.").since("3.0.0").complexity("O(1)")
            .arity(arity).flags(flags).memory(NEUTRAL).handledBy(call -> call.reply().error(DISABLED));
    }
}
