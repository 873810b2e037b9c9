// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.acl;

import dev.cofferdam.server.command.CommandTable;
import dev.cofferdam.server.config.Words;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A user's rules while they are changed one by one; {@link #build()} makes them count. What is wrong is answered as text, and then nothing has changed. */
final class RulesEditor {
    private static final String BAD_HASH = "The password hash must be exactly 64 characters and contain only lowercase hexadecimal characters";
    private static final String NO_SUCH_PASSWORD = "The password you are trying to remove from the user does not exist";

    private static final String COMPARTMENT = "compartment=";

    private final CommandTable table;
    private final Predicate<String> compartments;
    /** acl-pubsub-default: new selectors may use all channels. */
    private final boolean channelsByDefault;
    private boolean enabled;
    private boolean noPassword;
    private Rules.PayloadCheck payloadCheck = Rules.PayloadCheck.UNSAID;
    private String compartment = "";
    private final List<String> passwords = new ArrayList<>();
    private SelectorEditor root;
    private final List<Selector> others = new ArrayList<>();

    /** A user that may nothing. */
    RulesEditor(CommandTable table, Predicate<String> compartments, boolean channelsByDefault) {
        this.table = table;
        this.compartments = compartments;
        this.channelsByDefault = channelsByDefault;
        this.root = new SelectorEditor(table, channelsByDefault);
    }

    RulesEditor(CommandTable table, Predicate<String> compartments, boolean channelsByDefault, Rules from) {
        this.table = table;
        this.compartments = compartments;
        compartment = from.compartment;
        this.channelsByDefault = channelsByDefault;
        enabled = from.enabled;
        noPassword = from.noPassword;
        payloadCheck = from.payloadCheck;
        passwords.addAll(from.passwords);
        root = new SelectorEditor(table, from.root());
        others.addAll(from.selectors.subList(1, from.selectors.size()));
    }

    Rules build() {
        List<Selector> selectors = new ArrayList<>();
        selectors.add(root.build());
        selectors.addAll(others);
        return new Rules(enabled, noPassword, payloadCheck, passwords, selectors, compartment);
    }

    /** Applies one rule; answers what is wrong with it, or null. */
    @Nullable
    String apply(String rule) {
        switch (rule.toLowerCase(Locale.ROOT)) {
            case "" -> {
                // Redis takes it for nothing.
            }
            case "on" -> enabled = true;
            case "off" -> enabled = false;
            case "skip-sanitize-payload" -> payloadCheck = Rules.PayloadCheck.SKIPPED;
            case "sanitize-payload" -> payloadCheck = Rules.PayloadCheck.MADE;
            case "nopass" -> setNoPassword(true);
            case "resetpass" -> setNoPassword(false);
            case "clearselectors" -> others.clear();
            case "reset" -> reset();
            default -> {
                return applyOther(rule);
            }
        }
        return null;
    }

    private void setNoPassword(boolean value) {
        noPassword = value;
        passwords.clear();
    }

    private void reset() {
        setNoPassword(false);
        root = new SelectorEditor(table, channelsByDefault);
        enabled = false;
        payloadCheck = Rules.PayloadCheck.MADE;
        others.clear();
        compartment = "";
    }

    private @Nullable String setCompartment(String name) {
        if (!name.isEmpty() && !compartments.test(name)) {
            return "no compartment '" + name + "'; see COMPARTMENT LIST";
        }
        compartment = name;
        return null;
    }

    private @Nullable String applyOther(String rule) {
        if (rule.regionMatches(true, 0, COMPARTMENT, 0, COMPARTMENT.length())) {
            return setCompartment(rule.substring(COMPARTMENT.length()));
        }
        return switch (rule.charAt(0)) {
            case '>' -> addPassword(PasswordHash.of(rule.substring(1)));
            case '#' -> PasswordHash.isHash(rule.substring(1)) ? addPassword(rule.substring(1)) : BAD_HASH;
            case '<' -> removePassword(PasswordHash.of(rule.substring(1)));
            case '!' -> PasswordHash.isHash(rule.substring(1)) ? removePassword(rule.substring(1)) : BAD_HASH;
            case '(' -> rule.endsWith(")") ? addSelector(rule.substring(1, rule.length() - 1)) : root.apply(rule);
            default -> root.apply(rule);
        };
    }

    private @Nullable String addPassword(String hash) {
        if (!passwords.contains(hash)) {
            passwords.add(hash);
        }
        noPassword = false;
        return null;
    }

    private @Nullable String removePassword(String hash) {
        return passwords.remove(hash) ? null : NO_SUCH_PASSWORD;
    }

    private @Nullable String addSelector(String rules) {
        List<String> words = Words.split(rules);
        if (words == null) {
            return SelectorEditor.SYNTAX_ERROR;
        }
        SelectorEditor selector = new SelectorEditor(table, channelsByDefault);
        for (String word : words) {
            String problem = selector.apply(word);
            if (problem != null) {
                return problem;
            }
        }
        others.add(selector.build());
        return null;
    }
}
