// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.incident;

import dev.cofferdam.watch.attribute.Attribution;
import dev.cofferdam.watch.attribute.Culprit;
import dev.cofferdam.watch.attribute.Writer;
import dev.cofferdam.watch.text.Printable;
import dev.cofferdam.watch.text.Words;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A culprit in words and in figures: its name, a sentence, and what there is to say for it. Stateless. */
public final class CulpritText {
    /** Longest name that is shown. */
    public static final int NAME_MAX = 80;

    private CulpritText() {
    }

    /** Whether it names something, so that another finding without a name never takes its place. */
    public static boolean isNamed(@Nullable Attribution attribution) {
        return attribution != null && !(attribution.culprit() instanceof Culprit.Undecided);
    }

    /** {@code cache:report:<uuid>:pdf}, {@code queue:mail}, {@code client 10.0.3.17:5120}; empty when undecided. */
    public static String name(@Nullable Attribution attribution) {
        return attribution == null ? "" : switch (attribution.culprit()) {
            case Culprit.Prefix prefix -> Printable.text(prefix.pattern(), NAME_MAX);
            case Culprit.Key key -> Printable.text(key.name(), NAME_MAX);
            case Culprit.ClientBuffer client -> "client " + client(client.name(), client.address());
            case Culprit.ServerOverhead overhead -> Printable.text(overhead.what(), NAME_MAX);
            case Culprit.Undecided undecided -> "";
        };
    }

    /** Two findings with the same identity name the same thing, whatever their figures. */
    static String identity(Attribution attribution) {
        return switch (attribution.culprit()) {
            case Culprit.Prefix prefix -> "prefix " + prefix.database() + " " + prefix.pattern();
            case Culprit.Key key -> "key " + key.database() + " " + key.name();
            case Culprit.ClientBuffer client -> "client " + client.id() + " " + client.address();
            case Culprit.ServerOverhead overhead -> "overhead " + overhead.what();
            case Culprit.Undecided undecided -> "undecided";
        };
    }

    /** {@code cache:report:<uuid>:pdf grows 9.4 MB/s, 92 % of the climb (±6). New keys, 100 % without TTL.} */
    public static String sentence(Attribution attribution) {
        String caveat = Printable.text(attribution.caveat(), 200);
        return finding(attribution) + (caveat.isEmpty() ? "" : " " + caveat);
    }

    private static String finding(Attribution attribution) {
        String name = name(attribution);
        return switch (attribution.culprit()) {
            case Culprit.Prefix prefix -> name + " grows " + Words.rate(prefix.bytesPerSecond()) + ", " + share(prefix.share())
                    + margin(prefix.shareMargin()) + ". " + (prefix.newKeys() ? "New keys" : "Keys that grow")
                    + (prefix.withoutTtlShare() < 0 ? "." : ", " + Words.percent(prefix.withoutTtlShare()) + " without TTL.");
            case Culprit.Key key -> name + ", one key, a " + Printable.text(key.type(), 20) + elements(key.elements()) + ", grows "
                    + Words.rate(key.bytesPerSecond()) + ", " + share(key.share()) + ".";
            case Culprit.ClientBuffer client -> "The buffers of " + name + " (" + Printable.text(client.kind(), 20) + ", id " + client.id()
                    + ") hold " + Words.bytes(client.bufferBytes()) + ", " + share(client.share()) + ". It is no key.";
            case Culprit.ServerOverhead overhead -> name + " of the server itself grew by " + Words.bytes(overhead.growthBytes())
                    + (overhead.harmless() ? "; harmless." : ".");
            case Culprit.Undecided undecided -> "What grows is not known: " + Printable.text(undecided.reason(), 200);
        };
    }

    /** {@code mailer-7 (10.0.3.17:5120, SET)} or empty. */
    public static String writer(@Nullable Attribution attribution) {
        return attribution == null || attribution.writers().isEmpty() ? "" : writer(attribution.writers().getFirst());
    }

    private static String writer(Writer writer) {
        String command = writer.command().isEmpty() ? "" : ", " + Printable.text(writer.command(), 30).toUpperCase(Locale.ROOT);
        String address = Printable.text(writer.address(), 60);
        return writer.name().isEmpty() ? address + command : Printable.text(writer.name(), 40) + " (" + address + command + ")";
    }

    /** The figures behind {@link #sentence}, by name. */
    static Map<String, String> evidence(Attribution attribution) {
        Map<String, String> evidence = new LinkedHashMap<>();
        switch (attribution.culprit()) {
            case Culprit.Prefix prefix -> {
                evidence.put("prefix", name(attribution));
                evidence.put("database", Integer.toString(prefix.database()));
                evidence.put("share of the climb", Words.percent(prefix.share()) + margin(prefix.shareMargin()));
                evidence.put("rate", Words.rate(prefix.bytesPerSecond()));
                evidence.put("new keys", prefix.newKeys() ? "yes" : "no");
                evidence.put("without TTL", prefix.withoutTtlShare() < 0 ? "not known" : Words.percent(prefix.withoutTtlShare()));
                evidence.put("confidence", String.format(Locale.ROOT, "%.1f %%", prefix.confidence() * 100));
            }
            case Culprit.Key key -> {
                evidence.put("key", name(attribution));
                evidence.put("database", Integer.toString(key.database()));
                evidence.put("type", Printable.text(key.type(), 20));
                evidence.put("elements", Long.toString(key.elements()));
                evidence.put("share of the climb", Words.percent(key.share()));
                evidence.put("rate", Words.rate(key.bytesPerSecond()));
            }
            case Culprit.ClientBuffer client -> {
                evidence.put("client", client(client.name(), client.address()));
                evidence.put("client id", Long.toString(client.id()));
                evidence.put("user", Printable.text(client.user(), 40));
                evidence.put("buffers", Words.bytes(client.bufferBytes()));
            }
            case Culprit.ServerOverhead overhead -> evidence.put("overhead", name(attribution));
            case Culprit.Undecided undecided -> evidence.put("reason", Printable.text(undecided.reason(), 200));
        }
        int rank = 1;
        for (Writer writer : attribution.writers().subList(0, Math.min(3, attribution.writers().size()))) {
            evidence.put("writer " + rank++,
                    writer(writer) + (writer.bytesPerSecond() > 0 ? " " + Words.rate(writer.bytesPerSecond()) : ""));
        }
        evidence.put("keys looked at", Long.toString(attribution.samples()));
        evidence.put("server CPU spent", attribution.serverCpuNanos() / 1_000_000 + " ms");
        return evidence;
    }

    private static String client(String name, String address) {
        return name.isEmpty() ? Printable.text(address, 60) : Printable.text(name, 40) + " (" + Printable.text(address, 60) + ")";
    }

    private static String share(double share) {
        return Words.percent(share) + " of the climb";
    }

    private static String margin(double margin) {
        return " (±" + Math.round(margin * 100) + ")";
    }

    private static String elements(long elements) {
        return elements > 0 ? " of " + elements + " elements" : "";
    }
}
