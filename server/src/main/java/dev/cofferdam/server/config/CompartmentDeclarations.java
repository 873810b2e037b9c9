// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.config;

import dev.cofferdam.server.config.CompartmentDeclaration.RuleText;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The {@code compartment} lines of a configuration, in their order, before any budget is worked out.
 *
 * <p>Owned by the {@link Configuration}; one thread. Several lines may speak of the same compartment; each option may be given once in files, and again on
 * the command line. The rules keep the order of their lines over all compartments: the first that matches a key has it.
 */
final class CompartmentDeclarations {
    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_-]{0,31}");

    /** A rule and the compartment it leads to. */
    record DeclaredRule(String compartment, RuleText rule) {
    }

    private final Map<String, CompartmentDeclaration> optionsByName = new LinkedHashMap<>();
    private final List<DeclaredRule> rules = new ArrayList<>();

    CompartmentDeclarations copy() {
        CompartmentDeclarations copy = new CompartmentDeclarations();
        optionsByName.forEach((name, options) -> copy.optionsByName.put(name, options.copy()));
        copy.rules.addAll(rules);
        return copy;
    }

    /** Takes one line, without the word 'compartment' itself. */
    void read(List<String> words, String place, boolean overriding, int databaseCount) throws InvalidValueException {
        if (words.isEmpty()) {
            throw new InvalidValueException(
                    "'compartment' needs a name: compartment <name> [keys <pattern>...] [reserve <size>] [max <size>] [full <policy>] ...");
        }
        String name = words.getFirst();
        checkName(name);
        CompartmentDeclaration options = optionsByName.get(name);
        if (options == null) {
            options = new CompartmentDeclaration(name);
        }
        RuleText rule;
        try {
            rule = options.read(words.subList(1, words.size()), place, overriding, databaseCount);
        } catch (InvalidValueException e) {
            throw new InvalidValueException("compartment '" + name + "': " + e.reason());
        }
        if (rule != null && CompartmentPresets.holdsNoKeys(name)) {
            throw new InvalidValueException("compartment '" + name + "' holds no keys, so it takes no 'keys' and no 'db'");
        }
        if (CompartmentPresets.holdsNoKeys(name) && options.full() != null) {
            throw new InvalidValueException("compartment '" + name + "' holds no keys; only 'reserve' and 'max' can be set");
        }
        optionsByName.put(name, options);
        if (rule != null) {
            rules.add(new DeclaredRule(name, rule));
        }
    }

    static void checkName(String name) throws InvalidValueException {
        if (!NAME.matcher(name).matches()) {
            throw new InvalidValueException(
                    "'" + name + "' is no name for a compartment: up to 32 of a-z, 0-9, '-' and '_', the first a letter");
        }
    }

    @Nullable
    CompartmentDeclaration find(String name) {
        return optionsByName.get(name);
    }

    List<CompartmentDeclaration> all() {
        return List.copyOf(optionsByName.values());
    }

    List<DeclaredRule> rules() {
        return rules;
    }

    /** Puts the presets behind what is declared: rules of compartments that have none of their own, and options nobody gave. */
    void complete(List<CompartmentPresets.Line> presets) {
        CompartmentDeclarations defaults = new CompartmentDeclarations();
        for (CompartmentPresets.Line line : presets) {
            try {
                defaults.read(line.words(), line.library(), false, 1);
            } catch (InvalidValueException e) {
                throw new IllegalStateException("preset: " + e.reason(), e);
            }
        }
        for (DeclaredRule rule : defaults.rules) {
            CompartmentDeclaration own = optionsByName.get(rule.compartment());
            if (own == null || own.rules().isEmpty()) {
                rules.add(rule);
            }
        }
        // The presets' names stand first, so that a compartment keeps its number when one of its options is given later, at run time.
        Map<String, CompartmentDeclaration> declared = new LinkedHashMap<>(optionsByName);
        optionsByName.clear();
        for (CompartmentDeclaration options : defaults.optionsByName.values()) {
            CompartmentDeclaration own = declared.remove(options.name());
            if (own != null) {
                own.complete(options);
            }
            optionsByName.put(options.name(), own == null ? options : own);
        }
        optionsByName.putAll(declared);
    }
}
