// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.config;

import dev.cofferdam.keyspace.FullPolicy;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is said about one compartment, as written: {@code [keys <pattern>...] [db <n>...] [reserve ..] [max ..] [full ..] [durability none]}.
 *
 * <p>Owned by the configuration; one thread. An option that nobody gave is null. A line with {@code keys} or {@code db} is one rule; when it has both, both
 * must fit.
 */
public final class CompartmentDeclaration {
    /** What COMPARTMENT SET may change, and the file may say. */
    static final List<String> OPTIONS = List.of("keys", "db", "reserve", "max", "full", "durability", "default-ttl", "max-value");

    /** One rule as written: patterns (none: any key) in databases (null: all). */
    record RuleText(List<String> patterns, @Nullable BitSet databases) {
    }

    private final String name;
    private final List<RuleText> rules = new ArrayList<>();
    private @Nullable Share reserve;
    private @Nullable Share max;
    private @Nullable FullPolicy full;
    /** Where an option was given, to name both places when it is given twice. */
    private final Map<String, String> placeOfOption = new HashMap<>();

    CompartmentDeclaration(String name) {
        this.name = name;
    }

    CompartmentDeclaration copy() {
        CompartmentDeclaration copy = new CompartmentDeclaration(name);
        copy.rules.addAll(rules);
        copy.reserve = reserve;
        copy.max = max;
        copy.full = full;
        return copy;
    }

    /**
     * Takes the options of one line.
     *
     * @param place where the line stands; an option that another place of the same kind gave already is refused
     * @param overriding true on the command line and at run time, where the last word counts
     * @return the rule the line adds, or null
     */
    @Nullable
    RuleText read(List<String> words, String place, boolean overriding, int databaseCount) throws InvalidValueException {
        List<String> patterns = List.of();
        BitSet databases = null;
        int at = 0;
        while (at < words.size()) {
            String option = words.get(at);
            int end = at + 1;
            while (end < words.size() && !OPTIONS.contains(words.get(end))) {
                end++;
            }
            List<String> values = words.subList(at + 1, end);
            if (!OPTIONS.contains(option)) {
                throw new InvalidValueException(unknownOption(option));
            }
            if (values.isEmpty()) {
                throw new InvalidValueException("option '" + option + "' has no value");
            }
            if (option.equals("keys")) {
                patterns = List.copyOf(values);
            } else if (option.equals("db")) {
                databases = databases(values, databaseCount);
            } else {
                refuseTwice(option, place, overriding);
                readOption(option, values);
            }
            at = end;
        }
        if (patterns.isEmpty() && databases == null) {
            return null;
        }
        RuleText rule = new RuleText(patterns, databases);
        rules.add(rule);
        return rule;
    }

    private static String unknownOption(String option) {
        String nearest = NearestName.of(option, OPTIONS);
        return "unknown option '" + option + "'"
                + (nearest == null ? "; there are " + String.join(", ", OPTIONS) : "; did you mean '" + nearest + "'?");
    }

    private void refuseTwice(String option, String place, boolean overriding) throws InvalidValueException {
        String first = placeOfOption.put(option, place);
        if (first != null && !overriding) {
            throw new InvalidValueException("option '" + option + "' was given already, at " + first + "; say it once");
        }
    }

    private void readOption(String option, List<String> values) throws InvalidValueException {
        if (!option.equals("full") && values.size() > 1) {
            throw new InvalidValueException(
                    "option '" + option + "' takes one value, not " + values.size() + ": " + String.join(" ", values));
        }
        String value = values.getFirst();
        switch (option) {
            case "reserve" -> reserve = Share.parse(value);
            case "max" -> max = Share.parse(value);
            case "full" -> full = PolicyWords.parse(values);
            case "durability" -> checkDurability(value);
            case "default-ttl", "max-value" -> throw new InvalidValueException("option '" + option + "' is not in this version; remove it");
            default -> throw new IllegalStateException("option '" + option + "' is listed but not read");
        }
    }

    private static BitSet databases(List<String> values, int databaseCount) throws InvalidValueException {
        BitSet databases = new BitSet();
        for (String value : values) {
            int number;
            try {
                number = Integer.parseInt(value);
            } catch (NumberFormatException e) {
                throw new InvalidValueException("'" + value + "' is not a database number");
            }
            if (number < 0 || number >= databaseCount) {
                throw new InvalidValueException("database " + number + " does not exist: 'databases' is " + databaseCount);
            }
            databases.set(number);
        }
        return databases;
    }

    private static void checkDurability(String value) throws InvalidValueException {
        if (!value.equals("none")) {
            throw new InvalidValueException(
                    "'durability " + value + "' needs a data directory, which this version does not have; only 'none' is possible");
        }
    }

    public String name() {
        return name;
    }

    List<RuleText> rules() {
        return rules;
    }

    public @Nullable Share reserve() {
        return reserve;
    }

    public @Nullable Share max() {
        return max;
    }

    public @Nullable FullPolicy full() {
        return full;
    }

    /** The words of one option as they would be written, empty when it was not given. */
    List<String> words(String option) {
        return switch (option) {
            case "reserve" -> reserve == null ? List.of() : List.of(reserve.toString());
            case "max" -> max == null ? List.of() : List.of(max.toString());
            case "full" -> full == null ? List.of() : PolicyWords.of(full);
            default -> List.of();
        };
    }

    /** Fills in what was not given. Rules are added only when there are none. */
    void complete(CompartmentDeclaration defaults) {
        if (rules.isEmpty()) {
            rules.addAll(defaults.rules);
        }
        reserve = reserve == null ? defaults.reserve : reserve;
        max = max == null ? defaults.max : max;
        full = full == null ? defaults.full : full;
    }
}
