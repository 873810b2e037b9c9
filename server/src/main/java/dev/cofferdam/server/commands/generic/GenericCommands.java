// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.commands.generic;

import dev.cofferdam.server.command.CommandTable;

/** The family of commands that work on keys of any type, a class for each idea. */
public final class GenericCommands {
    private GenericCommands() {
    }

    public static void declare(CommandTable table) {
        table.group("generic");
        KeyCommands.declare(table);
        ExpiryCommands.declare(table);
        PlaceCommands.declare(table);
        DumpCommands.declare(table);
        ScanCommands.declare(table);
        ObjectCommands.declare(table);
        FlushCommands.declare(table);
        SortCommands.declare(table);
    }
}
