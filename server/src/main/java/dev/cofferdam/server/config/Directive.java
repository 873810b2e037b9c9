// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.config;

import org.jspecify.annotations.Nullable;

/**
 * One option of the configuration: everything about it in one place. Immutable; declared in {@link Directives}.
 *
 * @param name as in the file, lower case
 * @param formerName a name under which older files and clients know it, or null
 * @param section heading under which it is listed
 * @param runtime whether CONFIG SET may change it
 * @param sentence what it does
 * @param consequence what one gets, or gives up, by changing it
 */
public record Directive<T>(String name, @Nullable String formerName, Section section, ValueType<T> type, T defaultValue, boolean runtime,
        Effect effect,
        String sentence, String consequence) {

    /** Headings, in the order of the file. */
    public enum Section {
        NETWORK("Network"), TLS("TLS"), CLIENTS("Clients"), MEMORY("Memory and compartments"), VALUES("Compact forms of small values"),
        OBSERVING("Watching the server"),
        GENERAL("General"), UNUSED("Accepted without effect");

        private final String title;

        Section(String title) {
            this.title = title;
        }

        public String title() {
            return title;
        }
    }

    /** Whether anything depends on the value. */
    public enum Effect {
        /** The server acts on it. */
        YES,
        /** Redis has it, this server does not need it; kept so that files and tools for Redis work. */
        NONE
    }

    /** True when the name, of either kind, is this directive's. */
    public boolean isCalled(String other) {
        return name.equalsIgnoreCase(other) || formerName != null && formerName.equalsIgnoreCase(other);
    }

    /** The default as it is written in a file. */
    public String defaultText() {
        return Words.join(type.words(defaultValue));
    }
}
