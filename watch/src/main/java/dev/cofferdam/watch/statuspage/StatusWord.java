// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.statuspage;

import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The words of Atlassian Statuspage's format: each enumeration's names are its words. */
final class StatusWord {
    /** How far an incident is, for others. */
    enum Phase {
        INVESTIGATING, IDENTIFIED, MONITORING, RESOLVED, POSTMORTEM;

        boolean isOver() {
            return this == RESOLVED || this == POSTMORTEM;
        }
    }

    /** How bad it is for others; in rising order. */
    enum Impact {
        NONE("operational", "All systems are working"), MINOR("degraded_performance", "Some things are slow or fail now and then"),
        MAJOR("partial_outage", "Some things do not work"), CRITICAL("major_outage", "Much does not work");

        private final String component;
        private final String sentence;

        Impact(String component, String sentence) {
            this.component = component;
            this.sentence = sentence;
        }

        /** What a component is that is affected so. */
        String component() {
            return component;
        }

        String sentence() {
            return sentence;
        }
    }

    private StatusWord() {
    }

    static String of(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    /** The value of a word, or null. */
    static <E extends Enum<E>> @Nullable E find(Class<E> type, String word) {
        return Arrays.stream(type.getEnumConstants()).filter(value -> of(value).equals(word)).findFirst().orElse(null);
    }
}
