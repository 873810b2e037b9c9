// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.contain;

import java.util.Locale;
import java.util.stream.Stream;

/** What can be done. */
public enum ActionKind {
    /** Nobody but us can write the prefix, or key; reads go on. */
    READ_ONLY(false, true),
    /** As READ_ONLY, but who could take from it still can: pops, moves, trims and deletes. */
    DRAIN_ONLY(false, true),
    /** Deletes the keys of a prefix, some at a time. */
    DROP_PREFIX(true, false),
    /** Deletes one key. */
    DROP_KEY(true, false),
    /** Shortens a list to its newest elements, some at a time. */
    TRIM_LIST(true, false),
    /** Closes one connection. */
    KILL_CLIENT(false, false),
    /** Closes all connections of a user and lets him in no more. */
    DISABLE_USER(false, true),
    /** Raises maxmemory within a bound. */
    RAISE_LIMIT(false, true);

    private final boolean destructive;
    private final boolean reversible;

    ActionKind(boolean destructive, boolean reversible) {
        this.destructive = destructive;
        this.reversible = reversible;
    }

    /** Whether data are lost. */
    public boolean destructive() {
        return destructive;
    }

    /** Whether it is taken back: by hand, or by itself after a time. */
    public boolean reversible() {
        return reversible;
    }

    boolean changesRules() {
        return this == READ_ONLY || this == DRAIN_ONLY || this == DISABLE_USER;
    }

    boolean deletesKeys() {
        return this == DROP_PREFIX || this == DROP_KEY || this == TRIM_LIST;
    }

    /** As written in the configuration and on the command line: {@code read-only}. */
    public String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    public static ActionKind ofWord(String word) {
        for (ActionKind kind : values()) {
            if (kind.word().equals(word)) {
                return kind;
            }
        }
        throw new IllegalArgumentException("'" + word + "' is no action; there are "
                + String.join(", ", Stream.of(values()).map(ActionKind::word).toList()));
    }
}
