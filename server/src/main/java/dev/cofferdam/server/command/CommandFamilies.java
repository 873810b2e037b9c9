// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.command;

import dev.cofferdam.server.commands.acl.AclCommands;
import dev.cofferdam.server.commands.admin.AdminCommands;
import dev.cofferdam.server.commands.bitmaps.BitmapCommands;
import dev.cofferdam.server.commands.connection.ClientCommands;
import dev.cofferdam.server.commands.connection.ConnectionCommands;
import dev.cofferdam.server.commands.generic.GenericCommands;
import dev.cofferdam.server.commands.geo.GeoCommands;
import dev.cofferdam.server.commands.hashes.HashCommands;
import dev.cofferdam.server.commands.hyperloglog.HyperLogLogCommands;
import dev.cofferdam.server.commands.lists.ListCommands;
import dev.cofferdam.server.commands.pubsub.PubSubCommands;
import dev.cofferdam.server.commands.pubsub.PubSubInspection;
import dev.cofferdam.server.commands.replication.ReplicationCommands;
import dev.cofferdam.server.commands.scripting.ScriptingCommands;
import dev.cofferdam.server.commands.sets.SetFamily;
import dev.cofferdam.server.commands.sortedsets.SortedSetCommands;
import dev.cofferdam.server.commands.streams.StreamCommands;
import dev.cofferdam.server.commands.strings.StringCommands;
import dev.cofferdam.server.commands.transactions.TransactionCommands;

/** The list of all command families: a new one is added here, and nowhere else. */
public final class CommandFamilies {
    private CommandFamilies() {
    }

    public static void declareAll(CommandTable table) {
        ConnectionCommands.declare(table);
        ClientCommands.declare(table);
        StringCommands.declare(table);
        BitmapCommands.declare(table);
        ListCommands.declare(table);
        HashCommands.declare(table);
        SetFamily.declare(table);
        GenericCommands.declare(table);
        TransactionCommands.declare(table);
        AdminCommands.declare(table);
        SortedSetCommands.declare(table);
        GeoCommands.declare(table);
        HyperLogLogCommands.declare(table);
        PubSubCommands.declare(table);
        PubSubInspection.declare(table);
        ScriptingCommands.declare(table);
        StreamCommands.declare(table);
        AclCommands.declare(table);
        ReplicationCommands.declare(table);
    }
}
