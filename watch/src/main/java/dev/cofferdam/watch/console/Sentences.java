// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.console;

import dev.cofferdam.watch.attribute.Attribution;
import dev.cofferdam.watch.attribute.Culprit;
import dev.cofferdam.watch.attribute.Writer;
import dev.cofferdam.watch.incident.CulpritText;
import dev.cofferdam.watch.text.Words;
import org.jspecify.annotations.Nullable;

/** What is known of a climb, in the sentences the headline is made of; those of messages and records, with the name set apart. Stateless. */
final class Sentences {
    private Sentences() {
    }

    /**
     * What grows.
     *
     * @param kind what sort of thing
     * @param pattern as it stands in the table of prefixes; empty for what is no prefix
     * @param before what the sentence has before the name
     * @param subject the name; empty when there is none
     * @param after the rest of the sentence
     */
    record Named(String kind, String pattern, String before, String subject, String after) {
    }

    static @Nullable Named culprit(@Nullable Attribution attribution) {
        if (attribution == null) {
            return null;
        }
        String sentence = CulpritText.sentence(attribution);
        String name = CulpritText.name(attribution);
        int at = name.isEmpty() ? -1 : sentence.indexOf(name);
        String pattern = attribution.culprit() instanceof Culprit.Prefix prefix ? prefix.pattern() : "";
        return at < 0
                ? new Named(kind(attribution.culprit()), pattern, "", "", sentence)
                : new Named(kind(attribution.culprit()), pattern, sentence.substring(0, at), name, sentence.substring(at + name.length()));
    }

    private static String kind(Culprit culprit) {
        return switch (culprit) {
            case Culprit.Prefix prefix -> "prefix";
            case Culprit.Key key -> "key";
            case Culprit.ClientBuffer client -> "client";
            case Culprit.ServerOverhead overhead -> "server";
            case Culprit.Undecided undecided -> "undecided";
        };
    }

    /** Who writes, or empty when not known. */
    static String writers(@Nullable Attribution attribution) {
        if (attribution == null || attribution.writers().isEmpty()) {
            return "";
        }
        Writer first = attribution.writers().getFirst();
        int more = attribution.writers().size() - 1;
        return "Written by " + CulpritText.writer(attribution)
                + (first.bytesPerSecond() > 0 ? ", " + Words.rate(first.bytesPerSecond()) : "")
                + (more == 0 ? "." : more == 1 ? " and 1 more client." : " and " + more + " more clients.");
    }
}
