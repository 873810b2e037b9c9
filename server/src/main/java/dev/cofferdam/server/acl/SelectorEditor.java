// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.acl;

import dev.cofferdam.resp.GlobPattern;
import dev.cofferdam.server.command.Category;
import dev.cofferdam.server.command.Command;
import dev.cofferdam.server.command.CommandTable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Permissions while rules are applied to them one by one; {@link #build()} makes them count. */
final class SelectorEditor {
    static final String SYNTAX_ERROR = "Syntax error";
    private static final String UNKNOWN_COMMAND = "Unknown command or category name in ACL";
    private static final String KEYS_AFTER_ALL = "Adding a pattern after the * pattern (or the 'allkeys' flag) is not valid and does not have any"
            + " effect. Try 'resetkeys' to start with an empty list of patterns";
    private static final String CHANNELS_AFTER_ALL = "Adding a pattern after the * pattern (or the 'allchannels' flag) is not valid and does not"
            + " have any effect. Try 'resetchannels' to start with an empty list of channels";

    private final CommandTable table;
    boolean allKeys;
    boolean allChannels;
    boolean allCommands;
    final CommandBits commands;
    final Map<Integer, List<String>> firstArguments = new HashMap<>();
    final List<KeyPattern> keys = new ArrayList<>();
    final List<GlobPattern> channels = new ArrayList<>();

    /** Nothing is permitted, but all channels if {@code allChannels}. */
    SelectorEditor(CommandTable table, boolean allChannels) {
        this.table = table;
        this.allChannels = allChannels;
        this.commands = new CommandBits(table.all().size());
    }

    SelectorEditor(CommandTable table, Selector from) {
        this.table = table;
        allKeys = from.allKeys;
        allChannels = from.allChannels;
        allCommands = from.allCommands;
        commands = from.commands.copy();
        from.firstArguments.forEach((number, words) -> firstArguments.put(number, new ArrayList<>(words)));
        keys.addAll(from.keys);
        channels.addAll(from.channels);
    }

    Selector build() {
        return new Selector(this);
    }

    Map<Integer, List<String>> copyOfFirstArguments() {
        Map<Integer, List<String>> copy = new HashMap<>();
        firstArguments.forEach((number, words) -> copy.put(number, List.copyOf(words)));
        return Map.copyOf(copy);
    }

    /** Applies one rule; answers what is wrong with it, or null. */
    @Nullable
    String apply(String rule) {
        switch (rule.toLowerCase(Locale.ROOT)) {
            case "allkeys", "~*" -> setKeys(true);
            case "resetkeys" -> setKeys(false);
            case "allchannels", "&*" -> setChannels(true);
            case "resetchannels" -> setChannels(false);
            case "allcommands", "+@all" -> setCommands(true);
            case "nocommands", "-@all" -> setCommands(false);
            default -> {
                boolean namesCommand = rule.startsWith("+") || rule.startsWith("-");
                return namesCommand && AbsentCommands.has(rule.substring(1), table) ? null : applyOther(rule);
            }
        }
        return null;
    }

    private void setKeys(boolean all) {
        allKeys = all;
        keys.clear();
    }

    private void setChannels(boolean all) {
        allChannels = all;
        channels.clear();
    }

    private void setCommands(boolean all) {
        allCommands = all;
        commands.setAll(all);
        firstArguments.clear();
    }

    private @Nullable String applyOther(String rule) {
        return switch (rule.isEmpty() ? ' ' : rule.charAt(0)) {
            case '~' -> addKeys(rule.substring(1), true, true);
            case '%' -> addKeysOfKind(rule);
            case '&' -> addChannels(rule.substring(1));
            case '+', '-' -> rule.startsWith("@", 1)
                    ? changeCategory(rule.substring(2), rule.charAt(0) == '+')
                    : rule.charAt(0) == '+' ? allow(rule.substring(1)) : forbid(rule.substring(1));
            default -> SYNTAX_ERROR;
        };
    }

    // ---------------------------------------------------------------- keys and channels

    private @Nullable String addKeysOfKind(String rule) {
        if (allKeys) {
            return KEYS_AFTER_ALL;
        }
        boolean reads = false;
        boolean writes = false;
        int at = 1;
        while (at < rule.length() && rule.charAt(at) != '~') {
            char c = Character.toUpperCase(rule.charAt(at));
            if (c == 'R' && !reads) {
                reads = true;
            } else if (c == 'W' && !writes) {
                writes = true;
            } else {
                return SYNTAX_ERROR;
            }
            at++;
        }
        if (!reads && !writes) {
            return SYNTAX_ERROR;
        }
        return addKeys(at < rule.length() ? rule.substring(at + 1) : "", reads, writes);
    }

    private @Nullable String addKeys(String pattern, boolean reads, boolean writes) {
        if (allKeys) {
            return KEYS_AFTER_ALL;
        }
        String problem = AclLimits.patternProblem(pattern);
        if (problem != null) {
            return problem;
        }
        for (int i = 0; i < keys.size(); i++) {
            KeyPattern known = keys.get(i);
            if (known.glob().text().equals(pattern)) {
                keys.set(i, new KeyPattern(known.glob(), known.reads() || reads, known.writes() || writes));
                return null;
            }
        }
        keys.add(new KeyPattern(GlobPattern.of(pattern), reads, writes));
        return null;
    }

    private @Nullable String addChannels(String pattern) {
        if (allChannels) {
            return CHANNELS_AFTER_ALL;
        }
        String problem = AclLimits.patternProblem(pattern);
        if (problem == null && channels.stream().noneMatch(known -> known.text().equals(pattern))) {
            channels.add(GlobPattern.of(pattern));
        }
        return problem;
    }

    // ---------------------------------------------------------------- commands

    private @Nullable String changeCategory(String name, boolean allowed) {
        Category category = Category.named(name);
        if (category == null) {
            return UNKNOWN_COMMAND;
        }
        for (Command command : table.all()) {
            if (command.isIn(category)) {
                change(command, allowed);
            }
        }
        return null;
    }

    private @Nullable String forbid(String name) {
        Command command = table.named(name);
        if (command == null) {
            return UNKNOWN_COMMAND;
        }
        change(command, false);
        return null;
    }

    private @Nullable String allow(String name) {
        int bar = name.lastIndexOf('|');
        Command command = table.named(bar < 0 ? name : name.substring(0, bar));
        if (command == null) {
            return UNKNOWN_COMMAND;
        }
        if (bar < 0) {
            change(command, true);
            return null;
        }
        String argument = name.substring(bar + 1);
        if (command.name().indexOf('|') >= 0) {
            return "Allowing first-arg of a subcommand is not supported";
        }
        if (argument.isEmpty()) {
            return SYNTAX_ERROR;
        }
        if (command.subcommands() == null) {
            return allowFirstArgument(command, argument);
        }
        Command subcommand = table.named(name);
        if (subcommand == null) {
            return UNKNOWN_COMMAND;
        }
        change(subcommand, true);
        return null;
    }

    private @Nullable String allowFirstArgument(Command command, String argument) {
        String problem = AclLimits.patternProblem(argument);
        if (problem == null) {
            List<String> words = firstArguments.computeIfAbsent(command.number(), number -> new ArrayList<>());
            if (words.stream().noneMatch(argument::equalsIgnoreCase)) {
                words.add(argument);
            }
        }
        return problem;
    }

    /** A container's bit goes together with those of its sub-commands. */
    void change(Command command, boolean allowed) {
        commands.set(command.number(), allowed);
        firstArguments.remove(command.number());
        if (!allowed) {
            allCommands = false;
        }
        if (command.subcommands() != null) {
            for (Command subcommand : command.subcommands().all()) {
                commands.set(subcommand.number(), allowed);
            }
        }
    }
}
