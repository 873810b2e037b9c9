// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.command;

import java.util.List;

/** What a command does with a key; the flags are those of COMMAND INFO's key specifications. */
public enum KeyUse {
    /** Returns its value or part of it. */
    READS("RO", "access"),
    /** Looks at what the key is (type, length, age), not at the value's bytes. */
    INSPECTS("RO"),
    /** Changes the value; what is returned does not show it. */
    UPDATES("RW", "update"),
    /** Changes the value and returns some of it. */
    READS_AND_UPDATES("RW", "access", "update"),
    /** Adds to the value without changing what is there. */
    INSERTS("RW", "insert"),
    /** Makes a value where there is none. */
    CREATES("OW", "insert"),
    /** Adds to the value and returns some of it. */
    READS_AND_INSERTS("RW", "access", "insert"),
    /** Returns the value or part of it, and may leave the same value in another form. */
    READS_AND_REWRITES("RW", "access"),
    /** Writes a new value without reading the old one. */
    OVERWRITES("OW", "update"),
    /** Takes part of the value away. */
    REMOVES("RW", "delete"),
    /** Takes part of the value away and returns it. */
    TAKES("RW", "access", "delete"),
    /** Deletes the key. */
    DELETES("RM", "delete"),
    /** Is the name of something that is no key, though a cluster sends it where a key of that name would lie: shard channels. */
    NAMES_NO_KEY("not_key");

    private final List<String> flags;

    private final boolean showsValue;
    private final boolean changesValue;

    KeyUse(String... flags) {
        this.flags = List.of(flags);
        this.showsValue = this.flags.contains("access");
        this.changesValue = this.flags.contains("update") || this.flags.contains("insert") || this.flags.contains("delete");
    }

    /** The user must be allowed to read the key. */
    public boolean showsValue() {
        return showsValue;
    }

    /** The user must be allowed to write the key. */
    public boolean changesValue() {
        return changesValue;
    }

    public List<String> flags() {
        return flags;
    }

    /** True when the key's value only becomes less. */
    boolean takesAway() {
        return this == REMOVES || this == TAKES || this == DELETES;
    }

    /** May leave more behind than there was. */
    boolean adds() {
        return switch (this) {
            case UPDATES, READS_AND_UPDATES, INSERTS, CREATES, READS_AND_INSERTS, READS_AND_REWRITES, OVERWRITES -> true;
            default -> false;
        };
    }

    boolean writes() {
        return !flags.getFirst().equals("RO");
    }
}
