// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.config;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The arguments of {@code cofferdam serve} as redis-server takes them: a file first, if any ({@code -} is standard input), then {@code --directive value ...},
 * and perhaps a {@code -} at the end.
 * Immutable.
 */
public final class CommandLine {
    /** The file's name, {@code -} for standard input, null when none is named. */
    private final @Nullable String file;
    private final List<Statement> statements;
    private final boolean addsStandardInput;

    private CommandLine(@Nullable String file, List<Statement> statements, boolean addsStandardInput) {
        this.file = file;
        this.statements = statements;
        this.addsStandardInput = addsStandardInput;
    }

    /** Reads the arguments; throws when one stands where nothing can be made of it. */
    public static CommandLine of(List<String> arguments) throws ConfigException {
        String file = null;
        List<String> problems = new ArrayList<>();
        List<Statement> statements = new ArrayList<>();
        List<String> words = new ArrayList<>();
        boolean standardInput = false;
        for (int i = 0; i < arguments.size(); i++) {
            String argument = arguments.get(i);
            if (argument.startsWith("--") && argument.length() > 2) {
                add(words, statements);
                words = new ArrayList<>();
                String option = bytes(argument.substring(2));
                List<String> parts = Words.split(option);
                if (parts == null || parts.isEmpty()) {
                    problems.add(Statement.COMMAND_LINE + ": the quotes do not balance: " + argument);
                } else {
                    words.addAll(parts);
                }
            } else if (i > 0 && i == arguments.size() - 1 && argument.equals("-")) {
                standardInput = true;
            } else if (!words.isEmpty()) {
                words.add(bytes(argument));
            } else if (i == 0 && (argument.equals("-") || !argument.startsWith("-"))) {
                file = argument;
            } else {
                problems.add(Statement.COMMAND_LINE + ": '" + argument + "' belongs to no directive; write [file] --directive value ...");
            }
        }
        add(words, statements);
        if (!problems.isEmpty()) {
            throw new ConfigException(problems);
        }
        return new CommandLine(file, List.copyOf(statements), standardInput);
    }

    private static void add(List<String> words, List<Statement> statements) {
        if (words.size() == 1 && words.getFirst().equalsIgnoreCase("save")) {
            words.add(""); // as redis-server has it: --save alone switches saving off
        }
        if (!words.isEmpty()) {
            statements.add(new Statement(Statement.COMMAND_LINE, 0, List.copyOf(words)));
        }
    }

    private static String bytes(String argument) {
        return new String(argument.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }

    public @Nullable String file() {
        return file;
    }

    /** A '-' at the end: what standard input says comes after the file and before the directives of the command line. */
    public boolean addsStandardInput() {
        return addsStandardInput;
    }

    List<Statement> statements() {
        return statements;
    }
}
