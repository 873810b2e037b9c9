// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.commands;

import dev.cofferdam.server.command.Argument;
import dev.cofferdam.server.command.Command;
import dev.cofferdam.server.command.CommandTable;
import dev.cofferdam.server.command.Flag;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Writes docs/reference/commands.md from the command table. Stateless. */
public final class CommandReference {
    private CommandReference() {
    }

    /** The page. */
    public static String page(CommandTable table) {
        Map<String, Map<String, Command>> groups = new TreeMap<>();
        for (Command command : table.all()) {
            if (command.subcommands() == null || !command.arguments().isEmpty()) {
                groups.computeIfAbsent(command.group(), unused -> new TreeMap<>()).put(command.name(), command);
            }
        }
        StringBuilder out = new StringBuilder(
                "# Commands\n\nGenerated from the command table; a test keeps it up to date. `COMMAND DOCS` tells clients the same.\n\n"
                        + "*Memory* says what happens when the compartment of a key is full: what *grows* is refused unless this call needs no byte, what *moves* bytes\n"
                        + "inside the compartment, is *neutral* or *frees* always works.\n");
        groups.forEach((group, commands) -> {
            out.append("\n## ").append(group.substring(0, 1).toUpperCase(Locale.ROOT)).append(group.substring(1)).append("\n\n")
                .append("| command | memory | since | what it does |\n|---|---|---|---|\n");
            commands.values().forEach(command -> row(out, command));
        });
        return out.toString();
    }

    private static void row(StringBuilder out, Command command) {
        List<String> words = new ArrayList<>();
        words.add(command.name().replace('|', ' ').toUpperCase(Locale.ROOT));
        command.arguments().forEach(argument -> words.add(usage(argument)));
        String memory = command.has(Flag.WRITE) ? command.memory().name().toLowerCase(Locale.ROOT) : "";
        out.append("| `").append(String.join(" ", words).replace("|", "\\|")).append("` | ").append(memory).append(" | ")
            .append(command.since()).append(" | ")
            .append(command.summary().replace("|", "\\|")).append(" |\n");
    }

    /** An argument as a usage line has it: {@code [EX seconds|KEEPTTL]}, {@code key [key ...]}. */
    private static String usage(Argument argument) {
        String value = switch (argument.type()) {
            case TOKEN -> "";
            case ONE_OF -> argument.parts().stream().map(CommandReference::usage).collect(Collectors.joining("|"));
            case BLOCK -> argument.parts().stream().map(CommandReference::usage).collect(Collectors.joining(" "));
            default -> argument.name();
        };
        String text = (argument.token() + " " + value).strip();
        if (argument.isMultiple()) {
            text = text + " [" + (argument.repeatsToken() ? text : value) + " ...]";
        }
        return argument.isOptional() ? "[" + text + "]" : text;
    }
}
