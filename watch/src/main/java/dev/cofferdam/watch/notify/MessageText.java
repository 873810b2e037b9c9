// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.notify;

import dev.cofferdam.watch.attribute.Attribution;
import dev.cofferdam.watch.attribute.Culprit;
import dev.cofferdam.watch.detect.Climb;
import dev.cofferdam.watch.detect.Concern;
import dev.cofferdam.watch.detect.Stage;
import dev.cofferdam.watch.incident.CulpritText;
import dev.cofferdam.watch.incident.Incident;
import dev.cofferdam.watch.incident.IncidentState;
import dev.cofferdam.watch.incident.TimelineEntry;
import dev.cofferdam.watch.text.Printable;
import dev.cofferdam.watch.text.Words;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * An incident in a few words, before any channel dresses it up: plain text, in which nothing is escaped yet for where it will stand.
 * Immutable.
 *
 * @param headline what grows and how long is left; at most {@link #HEADLINE_MAX} characters
 * @param facts the figures, most important first
 * @param next what can be done now; empty when it is over
 * @param link to this incident's page; empty where there is no console
 * @param runbook of this team; empty where there is none
 * @param sms all of it in {@link #SMS_MAX} characters of ASCII
 */
record MessageText(String headline, List<Fact> facts, String next, String link, String runbook, String sms) {
    /** Slack's header and a mail's subject show no more. */
    static final int HEADLINE_MAX = 150;
    static final int SMS_MAX = 160;
    private static final int TARGET_MAX = 40;
    private static final int REASON_MAX = 200;

    /** One figure with its name. */
    record Fact(String label, String text) {
    }

    static MessageText of(Incident incident, String consoleUrl, String runbook) {
        String link = consoleUrl.isEmpty() ? "" : consoleUrl.replaceAll("/+$", "") + "/#/incidents/" + incident.id();
        String headline = Printable.cut(headline(incident, CulpritText.NAME_MAX), HEADLINE_MAX);
        return new MessageText(headline, facts(incident), next(incident), link, runbook, sms(incident, link));
    }

    private static String target(Incident incident) {
        return Printable.text(incident.target(), TARGET_MAX);
    }

    private static String headline(Incident incident, int nameMax) {
        String target = target(incident);
        String name = Printable.cut(CulpritText.name(incident.attribution()), nameMax);
        String by = name.isEmpty() ? "" : ", " + name;
        if (incident.state() == IncidentState.RESOLVED) {
            return "Over: " + target + by + ", after " + Words.millis(incident.endedMillis() - incident.onsetMillis());
        }
        if (incident.reading().concern() == Concern.UNREACHABLE) {
            return target + " does not answer";
        }
        if (incident.state() == IncidentState.CONTAINED) {
            return "Contained: " + target + by + " no longer grows";
        }
        Climb climb = incident.reading().climb();
        String full = climb == null || climb.timeToFull() == null
                ? ""
                : " in " + Words.seconds(climb.timeToFull().likelySeconds()) + " ("
                        + Words.range(climb.timeToFull().earliestSeconds(), climb.timeToFull().latestSeconds()) + ")";
        return switch (incident.concern()) {
            case FULL -> target + " is full and refuses writes" + (name.isEmpty() ? "" : ": " + name + " grows");
            case CLIMB, NONE -> (name.isEmpty()
                    ? target + " is full" + (full.isEmpty() ? " soon" : full) + ", not known by what"
                    : name + " fills " + target + (full.isEmpty() ? "" : full));
            case SLOW_LEAK -> (name.isEmpty() ? "A slow leak" : name + ", a slow leak,") + " fills " + target + full;
            case CLIENT_BUFFERS -> (name.isEmpty() ? "Buffers of clients fill " : "Buffers of " + name + " fill ") + target + full;
            case EVICTION_STORM -> target + " evicts keys far faster than usual" + by;
            case HIT_RATE_FALL -> target + " finds far fewer keys than usual" + by;
            case UNREACHABLE -> target + " did not answer";
        };
    }

    private static List<Fact> facts(Incident incident) {
        List<Fact> facts = new ArrayList<>();
        Attribution attribution = incident.attribution();
        if (attribution != null) {
            facts.add(new Fact("What grows", CulpritText.sentence(attribution)));
            String writer = CulpritText.writer(attribution);
            if (!writer.isEmpty()) {
                facts.add(new Fact("Who writes", writer));
            }
        }
        Climb climb = incident.reading().climb();
        if (climb != null && incident.state() != IncidentState.RESOLVED) {
            facts.add(new Fact("How fast", Words.rate(climb.bytesPerSecond()) + ", now " + level(climb)));
        }
        facts.add(new Fact("Since", Words.dayTime(incident.onsetMillis()) + " UTC" + seen(incident)));
        if (attribution == null && !incident.reading().reason().isEmpty()) {
            facts.add(new Fact("Seen", Printable.text(incident.reading().reason(), REASON_MAX)));
        }
        if (incident.refusedWrites() > 0) {
            facts.add(new Fact("Refused writes", Long.toString(incident.refusedWrites())));
        }
        if (incident.evictedKeys() > 0) {
            facts.add(new Fact("Evicted keys", Long.toString(incident.evictedKeys())));
        }
        String person = person(incident);
        if (!person.isEmpty()) {
            facts.add(new Fact("Looked after by", person));
        }
        if (incident.state() == IncidentState.RESOLVED || incident.state() == IncidentState.CONTAINED) {
            facts.add(new Fact("Last", incident.timeline().getLast().text()));
        }
        return List.copyOf(facts);
    }

    private static String level(Climb climb) {
        return climb.limitBytes() > 0
                ? Words.percent((double) climb.levelBytes() / climb.limitBytes()) + " of " + Words.bytes(climb.limitBytes())
                : Words.bytes(climb.levelBytes());
    }

    private static String seen(Incident incident) {
        for (TimelineEntry line : incident.timeline()) {
            if (line.kind() == TimelineEntry.Kind.STAGE) {
                return ", seen after " + Words.millis(line.atMillis() - incident.onsetMillis());
            }
        }
        return "";
    }

    /** Who acknowledged it last; empty while nobody has. */
    static String person(Incident incident) {
        for (TimelineEntry line : incident.timeline().reversed()) {
            if (line.kind() == TimelineEntry.Kind.ACKNOWLEDGED) {
                return Printable.text(line.author(), TARGET_MAX);
            }
        }
        return "";
    }

    /** The step that measurably helped for such a culprit, and for prefixes the popular one that does harm. */
    private static String next(Incident incident) {
        if (incident.state() == IncidentState.RESOLVED) {
            return "";
        }
        if (incident.state() == IncidentState.CONTAINED) {
            return "Check the writer before the containment is undone.";
        }
        Attribution attribution = incident.attribution();
        if (incident.reading().concern() == Concern.UNREACHABLE) {
            return "Look at the server itself: is the process there, did the machine run out of memory?";
        }
        return attribution == null ? "Look at what grows; nothing is changed until somebody approves it." : switch (attribution.culprit()) {
            case Culprit.Prefix prefix -> "Stop the writer, or make the prefix read-only, then drop its keys in batches."
                    + (prefix.withoutTtlShare() > 0.5
                            ? " Do not switch to volatile-lru: it evicts what has a TTL, and these have none."
                            : "");
            case Culprit.Key key -> "Stop what writes to it, or trim it in steps; workers that only pop may go on.";
            case Culprit.ClientBuffer client -> "Close that client: CLIENT KILL ID " + client.id() + ". Its buffers are free at once.";
            case Culprit.ServerOverhead overhead ->
                overhead.harmless() ? "Nothing: it ends by itself." : "Look at replicas, AOF and scripts.";
            case Culprit.Undecided undecided -> "Raise maxmemory if the machine has room; the name follows as soon as it is known.";
        };
    }

    private static String sms(Incident incident, String link) {
        String stage = incident.state() == IncidentState.RESOLVED ? "" : incident.stage() == Stage.PAGE ? "PAGE " : "";
        String room = "";
        for (int nameMax = 60; nameMax >= 10; nameMax -= 5) {
            room = stage + ascii(headline(incident, nameMax));
            String person = person(incident);
            String rest = (incident.refusedWrites() > 0 ? ". " + incident.refusedWrites() + " writes refused" : "")
                    + (person.isEmpty() ? "" : ". With " + ascii(person)) + (link.isEmpty() ? "" : " " + link);
            if (room.length() + rest.length() <= SMS_MAX) {
                return room + rest;
            }
            if (room.length() <= SMS_MAX - 20 && nameMax <= 20) {
                break;
            }
        }
        return room.length() <= SMS_MAX ? room : room.substring(0, SMS_MAX);
    }

    /** A single other character makes a short message half as long. */
    private static String ascii(String text) {
        StringBuilder ascii = new StringBuilder(text.length());
        for (char c : text.replace("…", "..").toCharArray()) {
            ascii.append(c < 128 ? c : '?');
        }
        return ascii.toString();
    }

    /** All of it as lines of plain text. */
    String plain() {
        StringBuilder plain = new StringBuilder(headline).append("\n\n");
        for (Fact fact : facts) {
            plain.append(String.format(Locale.ROOT, "%-16s %s%n", fact.label() + ":", fact.text()));
        }
        if (!next.isEmpty()) {
            plain.append("\nNext: ").append(next).append('\n');
        }
        if (!link.isEmpty()) {
            plain.append('\n').append(link).append('\n');
        }
        if (!runbook.isEmpty()) {
            plain.append("Runbook: ").append(runbook).append('\n');
        }
        return plain.toString();
    }
}
