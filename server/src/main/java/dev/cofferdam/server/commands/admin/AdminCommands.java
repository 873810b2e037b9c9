// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.commands.admin;

import dev.cofferdam.server.command.CommandTable;

/** The commands about the server itself, all of them. */
public final class AdminCommands {
    private AdminCommands() {
    }

    public static void declare(CommandTable table) {
        ServerCommands.declare(table);
        CommandCommands.declare(table);
        ConfigCommands.declare(table);
        MemoryCommands.declare(table);
        SlowLogCommands.declare(table);
        LatencyCommands.declare(table);
        CompartmentCommands.declare(table);
        DebugCommands.declare(table);
        ClusterCommands.declare(table);
    }
}
