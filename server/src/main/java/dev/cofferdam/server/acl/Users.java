// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.acl;

import dev.cofferdam.server.command.CommandTable;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * All users by name, and changing them: a change is made whole or not at all.
 *
 * <p>Owns the users. Event loop only, or the main thread before there is one. What always holds: the user "default" exists and stays the same object; users and
 * their rules are within {@link AclLimits}.
 */
public final class Users {
    public static final String DEFAULT = "default";

    private final CommandTable table;
    private final Predicate<String> compartments;
    private final SortedMap<String, User> byName = new TreeMap<>();
    private final User defaultUser;
    private boolean channelsByDefault;
    private long rulesBytes;

    /** @param compartments says whether there is a compartment of that name */
    Users(CommandTable table, Predicate<String> compartments) {
        this.table = table;
        this.compartments = compartments;
        this.defaultUser = new User(DEFAULT, allPermitting());
        byName.put(DEFAULT, defaultUser);
        rulesBytes = defaultUser.rules().bytes();
    }

    /** As the default user is when nobody says otherwise: in, without a password, and allowed everything. */
    private Rules allPermitting() {
        RulesEditor editor = editor(null);
        for (String rule : List.of("+@all", "~*", "&*", "on", "nopass")) {
            editor.apply(rule);
        }
        return editor.build();
    }

    private RulesEditor editor(@Nullable User from) {
        return from == null
                ? new RulesEditor(table, compartments, channelsByDefault)
                : new RulesEditor(table, compartments, channelsByDefault, from.rules());
    }

    public User defaultUser() {
        return defaultUser;
    }

    /** Blanks may not stand in a name: a line "user name rules" could not be read again. */
    public static boolean isNoName(String text) {
        return Bytes.hasBlank(text);
    }

    /** In order of their names. */
    public Collection<User> all() {
        return Collections.unmodifiableCollection(byName.values());
    }

    public @Nullable User named(String name) {
        return byName.get(name);
    }

    public int count() {
        return byName.size();
    }

    /** About what all rules take on the Java heap. */
    public long rulesBytes() {
        return rulesBytes;
    }

    /** acl-pubsub-default: new users and selectors may use all channels. */
    void setChannelsByDefault(boolean value) {
        channelsByDefault = value;
    }

    // ---------------------------------------------------------------- changing

    /** Rules that somebody asked for, checked but not in force yet; or what is wrong with them. */
    record Change(@Nullable Rules rules, String problem) {
        static Change refused(String problem) {
            return new Change(null, problem);
        }
    }

    /** What ACL SETUSER with these rules would make of the user. */
    Change plan(String name, List<String> written) {
        RuleWords words = RuleWords.of(written);
        if (words.unmatched >= 0) {
            return Change.refused("Unmatched parenthesis in acl selector starting at '" + written.get(words.unmatched) + "'.");
        }
        User user = byName.get(name);
        RulesEditor editor = editor(user);
        for (String word : words.words) {
            String problem = editor.apply(word);
            if (problem != null) {
                return Change.refused("Error in ACL SETUSER modifier '" + word + "': " + problem);
            }
        }
        Rules rules = editor.build();
        String excess = excess(name, user, rules);
        return excess == null ? new Change(rules, "") : Change.refused(excess);
    }

    private @Nullable String excess(String name, @Nullable User user, Rules rules) {
        if (user == null && byName.size() >= AclLimits.USERS_MAX) {
            return "no room for another user: there are " + byName.size() + ", that is the most; ACL DELUSER removes some";
        }
        if (name.length() > AclLimits.NAME_MAX_BYTES) {
            return "a user's name of " + name.length() + " bytes: " + AclLimits.NAME_MAX_BYTES + " is the most";
        }
        String excess = AclLimits.excess(rules);
        if (excess != null) {
            return "user '" + name + "' would have " + excess;
        }
        long after = rulesBytes + rules.bytes() - (user == null ? 0 : user.rules().bytes());
        return after > AclLimits.RULES_MAX_BYTES && rules.bytes() > (user == null ? 0 : user.rules().bytes())
                ? "no room for the rules: all users' take about " + rulesBytes + " of " + AclLimits.RULES_MAX_BYTES
                        + " bytes; remove users, patterns or passwords"
                : null;
    }

    /** Puts a planned change into force; makes the user if there is none. */
    void put(String name, Rules rules) {
        User user = byName.get(name);
        if (user == null) {
            user = new User(name, rules);
            byName.put(name, user);
        } else {
            rulesBytes -= user.rules().bytes();
            user.setRules(rules);
        }
        rulesBytes += rules.bytes();
    }

    /** Applies rules that are known to be right to the default user. */
    void changeDefault(String... rules) {
        Change change = plan(DEFAULT, List.of(rules));
        if (change.rules == null) {
            throw new IllegalStateException(change.problem);
        }
        put(DEFAULT, change.rules);
    }

    /** Removes the user, who may do nothing from now on; null when there is none. Not the default one. */
    @Nullable
    User remove(String name) {
        User user = byName.remove(name);
        if (user != null) {
            rulesBytes -= user.rules().bytes();
            user.delete();
        }
        return user;
    }

    /** Takes over what was read into another table: everybody else is gone, and only the default user stays the same object. Answers who was removed. */
    List<User> replaceBy(Users read) {
        List<User> removed = new ArrayList<>(byName.values());
        removed.remove(defaultUser);
        removed.forEach(User::delete);
        byName.clear();
        rulesBytes = 0;
        byName.put(DEFAULT, defaultUser);
        defaultUser.setRules(read.defaultUser.rules());
        byName.putAll(read.byName);
        byName.put(DEFAULT, defaultUser);
        byName.values().forEach(user -> rulesBytes += user.rules().bytes());
        return removed;
    }

    /** An empty table with the same settings: no user but the default one, as it is when nobody says otherwise. */
    Users emptyCopy() {
        Users copy = new Users(table, compartments);
        copy.channelsByDefault = channelsByDefault;
        return copy;
    }

    /** Makes the default user one who may nothing, as a file's line for it begins. */
    void clearDefault() {
        RulesEditor editor = editor(null);
        put(DEFAULT, editor.build());
    }

    /** Users of "user" lines in a configuration; answers what is wrong with them. The first word of each is the name. */
    List<String> load(List<List<String>> lines) {
        List<String> problems = new ArrayList<>();
        for (List<String> words : lines) {
            String name = words.getFirst();
            if (isNoName(name)) {
                problems.add("user '" + name + "': Spaces not allowed in ACL usernames");
                continue;
            }
            List<String> rules = new ArrayList<>(words.subList(1, words.size()));
            if (name.equals(DEFAULT)) {
                rules.addFirst("reset");
            }
            Change change = plan(name, rules);
            if (change.rules == null) {
                problems.add("user " + name + ": " + change.problem);
            } else {
                put(name, change.rules);
            }
        }
        return problems;
    }

    // ---------------------------------------------------------------- describing

    /** "user name rules": a line that makes the user again. */
    String line(User user) {
        return "user " + user.name() + " " + RulesText.of(user.rules(), table);
    }
}
