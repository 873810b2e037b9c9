// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.incident;

import dev.cofferdam.watch.attribute.Attribution;
import dev.cofferdam.watch.attribute.Culprit;
import dev.cofferdam.watch.attribute.Writer;
import dev.cofferdam.watch.detect.Climb;
import dev.cofferdam.watch.detect.Stage;
import dev.cofferdam.watch.incident.TimelineEntry.Kind;
import dev.cofferdam.watch.text.Printable;
import dev.cofferdam.watch.text.Words;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The draft of a post-mortem, made of an incident's record: what a machine can know is filled in, with its source and how exact it is; what
 * only people know is asked. It names programs and keys, and people only for what they wrote themselves. Stateless.
 */
public final class PostMortem {
    private PostMortem() {
    }

    /**
     * As Markdown; a draft of it while the incident lasts.
     *
     * @param consoleUrl for the links to the figures; empty for none
     */
    public static String markdown(Incident incident, String consoleUrl) {
        Markdown page = new Markdown();
        boolean over = incident.state() == IncidentState.RESOLVED;
        page.heading(1, "Post-mortem: " + incident.target() + ", " + Words.dayTime(incident.onsetMillis()).substring(0, 16) + " UTC");
        page.line("> Draft by cofferdam watch" + (over ? "." : ", and the incident is not over.")
                + " Figures are its own; questions are for people. It is about systems, not about who erred.")
            .line("");
        summary(page, incident, over);
        impact(page, incident, over);
        detection(page, incident);
        contributors(page, incident);
        timeline(page, incident, consoleUrl);
        others(page, incident, over);
        questions(page);
        actions(page, incident);
        return page.toString();
    }

    private static void summary(Markdown page, Incident incident, boolean over) {
        page.heading(2, "Summary");
        Attribution attribution = incident.attribution();
        String lasted = over
                ? " It lasted " + Words.millis(incident.endedMillis() - incident.onsetMillis()) + ", until "
                        + Words.time(incident.endedMillis()) + "."
                : "";
        page.paragraph(first(incident) + lasted);
        page.paragraph(attribution == null ? "What grew was not found out." : CulpritText.sentence(attribution));
        page.paragraph(incident.refusedWrites() > 0 ? incident.refusedWrites() + " writes were refused." : "No write was refused.");
    }

    private static String first(Incident incident) {
        TimelineEntry onset = line(incident, Kind.ONSET, null);
        return "At " + Words.time(incident.onsetMillis()) + " UTC on " + incident.target() + ": "
                + (onset == null ? "something began." : onset.text());
    }

    private static void impact(Markdown page, Incident incident, boolean over) {
        TimelineEntry end = line(incident, Kind.RESOLVED, null);
        Map<String, String> figures = end == null ? Map.of() : end.evidence();
        TimelineEntry refused = line(incident, Kind.REFUSING, null);
        page.heading(2, "Impact").header("what", "how much", "source");
        page.row("refused writes (OOM)", Long.toString(incident.refusedWrites()), "INFO errorstats, since the onset");
        page.row("first refused at", refused == null ? "never" : Words.time(refused.atMillis()), "INFO errorstats, ±1 s");
        page.row("evicted keys", Long.toString(incident.evictedKeys()), "INFO stats, since the onset");
        page.row("highest level", figures.getOrDefault("highest level", level(incident)), "INFO memory, each second");
        page.row("hit rate before", figures.getOrDefault("hit rate before", over ? "too few look-ups to tell" : "told at the end"),
                "INFO stats, two minutes before");
        page.row("hit rate, lowest",
                figures.getOrDefault("hit rate, lowest half minute", over ? "too few look-ups to tell" : "told at the end"), "INFO stats");
        page.row("lasted", over ? Words.millis(incident.endedMillis() - incident.onsetMillis()) : "lasts",
                "onset to the beginning of the calm");
        page.row("people affected", "?", "for people to fill in");
    }

    private static String level(Incident incident) {
        Climb climb = incident.reading().climb();
        return climb == null
                ? "not known"
                : Words.bytes(climb.levelBytes()) + (climb.limitBytes() > 0 ? " of " + Words.bytes(climb.limitBytes()) : "");
    }

    private static void detection(Markdown page, Incident incident) {
        page.heading(2, "Detection").header("step", "at (UTC)", "after the onset", "source", "accuracy");
        step(page, incident, "onset", line(incident, Kind.ONSET, null), "detector, in hindsight", "±2 s");
        step(page, incident, "suspected", line(incident, Kind.STAGE, Stage.SUSPECT), "detector", "±1 s");
        step(page, incident, "cause named", line(incident, Kind.NAMED, null), "sampling of keys", "±1 s");
        step(page, incident, "sure enough to tell", line(incident, Kind.STAGE, Stage.NOTIFY), "detector", "±1 s");
        step(page, incident, "sure enough to wake somebody", line(incident, Kind.STAGE, Stage.PAGE), "detector", "±1 s");
        step(page, incident, "first message arrived", line(incident, Kind.NOTIFIED, null), "the channel's answer", "±1 s");
        step(page, incident, "first write refused", line(incident, Kind.REFUSING, null), "INFO errorstats", "±1 s");
        step(page, incident, "somebody looks after it", line(incident, Kind.ACKNOWLEDGED, null), "a person", "exact");
        step(page, incident, "first action", line(incident, Kind.ACTION, null), "audit", "exact");
        step(page, incident, "others were told", line(incident, Kind.STATUS, null), "status page", "exact");
        boolean over = incident.endedMillis() > 0;
        page.row("recovered", over ? Words.time(incident.endedMillis()) : "not yet",
                over ? Words.millis(incident.endedMillis() - incident.onsetMillis()) : "", "INFO memory", "±5 s");
        step(page, incident, "declared over", line(incident, Kind.RESOLVED, null), "the rule, or a person", "exact");
    }

    private static void step(Markdown page, Incident incident, String name, @Nullable TimelineEntry line, String source, String accuracy) {
        if (line == null) {
            page.row(name, "never", "", source, "");
        } else {
            page.row(name, Words.time(line.atMillis()), Words.millis(line.atMillis() - incident.onsetMillis()), source, accuracy);
        }
    }

    /** The first line of that kind, of a stage when one is given; a stage that was skipped has none. */
    private static @Nullable TimelineEntry line(Incident incident, Kind kind, @Nullable Stage stage) {
        for (TimelineEntry line : incident.timeline()) {
            if (line.kind() == kind && (stage == null || stage.name().equals(line.evidence().get("stage")))) {
                return line;
            }
        }
        return null;
    }

    private static void contributors(Markdown page, Incident incident) {
        page.heading(2, "What contributed");
        Attribution attribution = incident.attribution();
        if (attribution == null) {
            page.item("Nothing was found out about what grew.");
            return;
        }
        switch (attribution.culprit()) {
            case Culprit.Prefix prefix -> {
                page.item(Words.percent(prefix.share()) + " (±" + Math.round(prefix.shareMargin() * 100) + ") of the growth was "
                        + CulpritText.name(attribution) + ".");
                if (prefix.withoutTtlShare() >= 0) {
                    page.item(Words.percent(prefix.withoutTtlShare())
                            + " of its new bytes had no time to live: they would never have gone by themselves.");
                }
                page.item(prefix.newKeys() ? "They were new keys, not existing ones that grew." : "Existing keys grew; few were new.");
            }
            case Culprit.Key key ->
                page.item("One key, " + CulpritText.name(attribution) + ", was " + Words.percent(key.share()) + " of the growth.");
            case Culprit.ClientBuffer client ->
                page.item("It was not data: " + CulpritText.name(attribution) + " did not take what was sent to it.");
            case Culprit.ServerOverhead overhead -> page.item("It was the server's own memory: " + CulpritText.name(attribution) + ".");
            case Culprit.Undecided undecided -> page.item("What grew is not known: " + undecided.reason());
        }
        for (Writer writer : attribution.writers()) {
            page.item("Client " + (writer.name().isEmpty() ? writer.address() : writer.name() + " at " + writer.address())
                    + (writer.command().isEmpty() ? "" : ", last seen with " + writer.command().toUpperCase(Locale.ROOT))
                    + (writer.bytesPerSecond() > 0 ? ", sent " + Words.rate(writer.bytesPerSecond()) : "") + ".");
        }
        String others = attribution.prefixes().stream()
            .map(share -> Printable.text(share.pattern(), CulpritText.NAME_MAX) + " (" + Words.bytes(share.bytes()) + ")")
            .limit(5).collect(Collectors.joining(", "));
        if (!others.isEmpty()) {
            page.item("Under the same limit: " + others + ".");
        }
        page.item("Known from " + attribution.samples() + " keys looked at, for " + attribution.serverCpuNanos() / 1_000_000
                + " ms of the server's CPU.");
    }

    private static void timeline(Markdown page, Incident incident, String consoleUrl) {
        page.heading(2, "Timeline (UTC)").header("at", "what", "by", "evidence");
        for (TimelineEntry line : incident.timeline()) {
            String evidence = line.evidence().entrySet().stream().map(entry -> entry.getKey() + " " + entry.getValue())
                .collect(Collectors.joining("; "));
            page.row(Words.time(line.atMillis()), line.text(), line.author(), evidence);
        }
        if (!consoleUrl.isEmpty()) {
            long from = incident.onsetMillis() - 600_000;
            long to = (incident.endedMillis() > 0 ? incident.endedMillis() : incident.timeline().getLast().atMillis()) + 600_000;
            page.line("").line("[The series behind it](" + consoleUrl.replaceAll("/+$", "") + "/api/v1/targets/"
                    + URLEncoder.encode(incident.target(), StandardCharsets.UTF_8).replace("+", "%20") + "/series?from=" + from + "&to="
                    + to + "&step=1)");
        }
    }

    private static void others(Markdown page, Incident incident, boolean over) {
        page.heading(2, "What others can be told");
        page.paragraph("On " + Words.dayTime(incident.onsetMillis()).substring(0, 10)
                + " the memory of one of our data stores grew unusually fast from "
                + Words.time(incident.onsetMillis()).substring(0, 5) + " UTC"
                + (over ? " until " + Words.time(incident.endedMillis()).substring(0, 5) + " UTC" : "") + ". "
                + (incident.refusedWrites() > 0 ? "While it was full, some requests failed." : "No request failed because of it.")
                + " [what people noticed] [what we change]");
    }

    private static void questions(Markdown page) {
        page.heading(2, "Questions for people");
        page.item("What triggered it: a release, a job, a change of load, a change of settings?");
        page.item("What did people who use the product notice, and since when?");
        page.item("Which decisions were taken, with what knowledge at that moment?");
        page.item("What made it hard to see or to handle?");
        page.item("What went well?");
        page.item("Where were we lucky?");
        page.item("What would have made this a non-event?");
    }

    /** Three, from what is known; people decide. */
    private static void actions(Markdown page, Incident incident) {
        page.heading(2, "Actions (suggested; owner and date by people)");
        Attribution attribution = incident.attribution();
        String name = CulpritText.name(attribution);
        Culprit culprit = attribution == null ? new Culprit.Undecided("") : attribution.culprit();
        String first = switch (culprit) {
            case Culprit.Prefix prefix when prefix.withoutTtlShare() > 0.5 ->
                "Give the keys of " + name + " a time to live where they are written.";
            case Culprit.Prefix prefix -> "Bound the number or size of the keys of " + name + " where they are written.";
            case Culprit.Key key -> "Bound " + name + ": a maximum length at the producer, an alarm on its age.";
            case Culprit.ClientBuffer client -> "Set client-output-buffer-limit for that kind of client.";
            case Culprit.ServerOverhead overhead -> "Plan memory for " + name + ".";
            case Culprit.Undecided undecided -> "Allow watch to look at keys (see its capability line), so that the next one has a name.";
        };
        page.line("- [ ] " + Markdown.words(first));
        page.line("- [ ] Give this workload memory of its own, so that the others no longer share its limit.");
        page.line("- [ ] Rehearse the containment of this kind of climb: who approves it, with which credential.");
    }
}
