// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.acl;

import dev.cofferdam.server.command.Category;
import dev.cofferdam.server.command.Command;
import dev.cofferdam.server.command.CommandTable;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Rules as text that makes the same rules again: ACL LIST, GETUSER, files.
 *
 * <p>Stateless. Commands are kept as bits, so their text is found anew: from all or none, the category that explains most of the rest with the fewest mistakes is
 * taken again and again, and what is left is named command by command.
 */
final class RulesText {
    private RulesText() {
    }

    /** Behind "user name". */
    static String of(Rules rules, CommandTable table) {
        List<String> words = new ArrayList<>(flags(rules));
        rules.passwords.forEach(hash -> words.add("#" + hash));
        for (Selector selector : rules.selectors) {
            String text = of(selector, table);
            words.add(selector == rules.root() ? text : "(" + text + ")");
        }
        return String.join(" ", words);
    }

    static List<String> flags(Rules rules) {
        List<String> flags = new ArrayList<>();
        flags.add(rules.enabled ? "on" : "off");
        if (rules.noPassword) {
            flags.add("nopass");
        }
        switch (rules.payloadCheck) {
            case SKIPPED -> flags.add("skip-sanitize-payload");
            case MADE -> flags.add("sanitize-payload");
            case UNSAID -> {
                // Nothing is said.
            }
        }
        if (!rules.compartment.isEmpty()) {
            flags.add("compartment=" + rules.compartment);
        }
        return flags;
    }

    private static String of(Selector selector, CommandTable table) {
        List<String> words = new ArrayList<>();
        addIfAny(words, keys(selector));
        addIfAny(words, selector.allChannels ? "&*" : "resetchannels");
        addIfAny(words, selector.allChannels ? "" : channels(selector));
        words.add(commands(selector, table));
        return String.join(" ", words);
    }

    private static void addIfAny(List<String> words, String text) {
        if (!text.isEmpty()) {
            words.add(text);
        }
    }

    static String keys(Selector selector) {
        return selector.allKeys ? "~*" : selector.keys.stream().map(KeyPattern::rule).collect(Collectors.joining(" "));
    }

    static String channels(Selector selector) {
        return selector.allChannels ? "&*" : selector.channels.stream().map(glob -> "&" + glob.text()).collect(Collectors.joining(" "));
    }

    // ---------------------------------------------------------------- commands

    static String commands(Selector selector, CommandTable table) {
        boolean adds = !selector.commands.hasFuture();
        List<String> words = new ArrayList<>();
        words.add(adds ? "-@all" : "+@all");
        SelectorEditor said = new SelectorEditor(table, false);
        said.commands.setAll(!adds);
        // What is not explained yet: taken categories are turned back in it.
        SelectorEditor unexplained = new SelectorEditor(table, selector);
        Set<Category> taken = EnumSet.noneOf(Category.class);
        while (true) {
            Category best = bestOf(table, unexplained.commands, taken, adds);
            if (best == null) {
                break;
            }
            taken.add(best);
            String word = "@" + best.redisName();
            words.add((adds ? "+" : "-") + word);
            said.apply((adds ? "+" : "-") + word);
            unexplained.apply((adds ? "-" : "+") + word);
        }
        for (Command command : table.index().all()) {
            addSingle(words, selector, said, command);
        }
        return String.join(" ", words);
    }

    private static @Nullable Category bestOf(CommandTable table, CommandBits bits, Set<Category> taken, boolean adds) {
        Category best = null;
        int fewestWrong = Integer.MAX_VALUE;
        int mostRight = 0;
        for (Category category : Category.values()) {
            if (taken.contains(category)) {
                continue;
            }
            int right = 0;
            int wrong = 0;
            for (Command command : table.all()) {
                if (command.isIn(category)) {
                    if (bits.has(command.number()) == adds) {
                        right++;
                    } else {
                        wrong++;
                    }
                }
            }
            if (right > wrong && (wrong < fewestWrong || wrong == fewestWrong && right > mostRight)) {
                best = category;
                fewestWrong = wrong;
                mostRight = right;
            }
        }
        return best;
    }

    /** Names the command if what was said so far has it otherwise, then its sub-commands, then first arguments. */
    private static void addSingle(List<String> words, Selector selector, SelectorEditor said, Command command) {
        boolean allowed = selector.commands.has(command.number());
        if (said.commands.has(command.number()) != allowed) {
            words.add((allowed ? "+" : "-") + command.name());
            said.change(command, allowed);
        }
        if (command.subcommands() != null) {
            for (Command subcommand : command.subcommands().all()) {
                addSingle(words, selector, said, subcommand);
            }
        }
        if (!allowed) {
            for (String argument : selector.firstArguments.getOrDefault(command.number(), List.of())) {
                words.add("+" + command.name() + "|" + argument);
            }
        }
    }
}
