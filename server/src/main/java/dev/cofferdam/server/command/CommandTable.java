// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.command;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * All commands of the server, each declared once; dispatch, COMMAND, routing and the reference page are derived from here.
 *
 * <p>Filled at start, read-only afterwards. Double declarations are refused.
 */
public final class CommandTable {
    private final CommandIndex index = new CommandIndex();
    private final List<Command> all = new ArrayList<>();
    private String group = "";

    /** Group of the declarations that follow; each may say its own. */
    public CommandTable group(String text) {
        group = text;
        return this;
    }

    /** Begins a declaration. {@code name} in capitals; a sub-command as "CLIENT|LIST", after its container. */
    public CommandBuilder command(String name) {
        return new CommandBuilder(this, name, group);
    }

    void add(Command command) {
        if (named(command.name()) != null) {
            throw new IllegalArgumentException("command '" + command.name() + "' is declared twice");
        }
        int bar = command.name().indexOf('|');
        if (bar < 0) {
            index.add(command.name(), command);
        } else {
            Command container = named(command.name().substring(0, bar));
            CommandIndex subcommands = container == null ? null : container.subcommands();
            if (subcommands == null) {
                throw new IllegalArgumentException("command '" + command.name() + "' is declared before its container");
            }
            subcommands.add(command.name().substring(bar + 1), command);
        }
        all.add(command);
    }

    public CommandIndex index() {
        return index;
    }

    /** Commands and sub-commands in the order of their declaration. */
    public List<Command> all() {
        return Collections.unmodifiableList(all);
    }

    /** By full name in any case ("get", "client|list"), for the cold path. */
    public @Nullable Command named(String name) {
        String wanted = name.toLowerCase(Locale.ROOT);
        for (Command command : all) {
            if (command.name().equals(wanted)) {
                return command;
            }
        }
        return null;
    }
}
