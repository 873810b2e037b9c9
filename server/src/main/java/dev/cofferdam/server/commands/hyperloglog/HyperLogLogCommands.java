// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.commands.hyperloglog;

import dev.cofferdam.server.command.CommandTable;

/** The family of commands that count distinct elements. Handlers run on the thread that owns the keys' compartments. */
public final class HyperLogLogCommands {
    private HyperLogLogCommands() {
    }

    public static void declare(CommandTable table) {
        table.group("hyperloglog");
        CountCommands.declare(table);
        SketchCommands.declare(table);
    }
}
