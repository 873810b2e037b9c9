// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.console;

import dev.cofferdam.watch.attribute.Attribution;
import dev.cofferdam.watch.attribute.Culprit;
import dev.cofferdam.watch.attribute.Writer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is known of a climb, in the sentences the headline is made of. Stateless. */
final class Sentences {
    private Sentences() {
    }

    /**
     * What grows.
     *
     * @param subject name of the thing, shown as a name; empty when there is none
     * @param predicate the rest of the sentence after it
     */
    record Named(String kind, String subject, String predicate) {
    }

    static @Nullable Named culprit(@Nullable Attribution attribution) {
        if (attribution == null) {
            return null;
        }
        return switch (attribution.culprit()) {
            case Culprit.Prefix prefix -> new Named("prefix", prefix.pattern(),
                    "grows " + Figures.bytes(prefix.bytesPerSecond()) + "/s, " + Figures.percent(prefix.share()) + " of the climb (±"
                            + Math.round(prefix.shareMargin() * 100) + "). "
                            + (prefix.newKeys() ? "New keys, " : "Existing keys grow, ") + Figures.percent(prefix.withoutTtlShare())
                            + " without TTL." + database(prefix.database()));
            case Culprit.Key key -> new Named("key", key.name(),
                    "is one " + key.type() + " of " + Figures.count(key.elements()) + " elements and grows "
                            + Figures.bytes(key.bytesPerSecond()) + "/s, " + Figures.percent(key.share()) + " of the climb."
                            + database(key.database()));
            case Culprit.ClientBuffer client -> new Named("client", client.name().isEmpty() ? client.address() : client.name(),
                    "does not read: its " + client.kind() + " buffer holds " + Figures.bytes(client.bufferBytes()) + ", "
                            + Figures.percent(client.share()) + " of the climb. It is no data.");
            case Culprit.ServerOverhead overhead -> new Named("server", overhead.what(),
                    "of the server itself grew by " + Figures.bytes(overhead.growthBytes())
                            + (overhead.harmless() ? "; that is harmless." : "."));
            case Culprit.Undecided undecided -> new Named("undecided", "", undecided.reason());
        };
    }

    /** Who writes, or empty when not known. */
    static String writers(@Nullable Attribution attribution) {
        if (attribution == null || attribution.writers().isEmpty()) {
            return "";
        }
        Writer first = attribution.writers().getFirst();
        List<String> facts = new ArrayList<>();
        if (!first.name().isEmpty()) {
            facts.add(first.address());
        }
        if (!first.command().isEmpty()) {
            facts.add(first.command());
        }
        if (!first.library().isEmpty()) {
            facts.add(first.library());
        }
        int more = attribution.writers().size() - 1;
        return "Written by " + (first.name().isEmpty() ? first.address() : first.name())
                + (facts.isEmpty() ? "" : " (" + String.join(", ", facts) + ")")
                + (first.bytesPerSecond() > 0 ? ", " + Figures.bytes(first.bytesPerSecond()) + "/s" : "")
                + (more > 0 ? " and " + more + (more == 1 ? " more client." : " more clients.") : ".");
    }

    private static String database(int database) {
        return database == 0 ? "" : " Database " + database + ".";
    }
}
