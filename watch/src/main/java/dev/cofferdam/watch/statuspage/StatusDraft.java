// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.statuspage;

import dev.cofferdam.watch.attribute.Attribution;
import dev.cofferdam.watch.attribute.Culprit;
import dev.cofferdam.watch.detect.Concern;
import dev.cofferdam.watch.detect.Stage;
import dev.cofferdam.watch.incident.CulpritText;
import dev.cofferdam.watch.incident.Incident;
import dev.cofferdam.watch.incident.IncidentState;
import dev.cofferdam.watch.incident.TimelineEntry;
import dev.cofferdam.watch.incident.TimelineEntry.Kind;
import dev.cofferdam.watch.text.Words;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What others could be told at one moment of an incident: public words, in which neither keys nor clients nor machines have names unless
 * somebody gave them one. It follows from the incident alone, so nothing of it is kept. Immutable.
 *
 * @param incident id of the incident
 * @param atMillis when there was reason to say it
 * @param status {@code investigating}, {@code identified}, {@code monitoring} or {@code resolved}
 * @param impact {@code minor}, {@code major} or {@code critical}
 * @param components names of the targets, not yet public ones
 */
public record StatusDraft(String incident, long atMillis, String name, String status, String impact, String body, List<String> components) {

    /** The last word on it; null when there is nothing others need to know. */
    public static @Nullable StatusDraft of(Incident incident, DraftOptions options, long nowMillis) {
        List<StatusDraft> all = all(incident, options, nowMillis);
        return all.isEmpty() ? null : all.getLast();
    }

    /** All updates so far, oldest first; none before somebody was to be woken. */
    public static List<StatusDraft> all(Incident incident, DraftOptions options, long nowMillis) {
        return new Telling(incident, options).tell(nowMillis);
    }

    /** Goes through the timeline and says what changes for others. */
    private static final class Telling {
        private final Incident incident;
        private final DraftOptions options;
        private final String service;
        private final List<StatusDraft> drafts = new ArrayList<>();
        private boolean grave;
        private boolean failing;
        private boolean silent;
        private boolean everFailed;
        private String status = "";

        Telling(Incident incident, DraftOptions options) {
            this.incident = incident;
            this.options = options;
            this.service = options.components().getOrDefault(incident.target(), "our service");
        }

        List<StatusDraft> tell(long nowMillis) {
            for (TimelineEntry line : incident.timeline()) {
                hear(line);
            }
            boolean quiet = incident.state() == IncidentState.RESOLVED
                    && nowMillis - incident.endedMillis() >= options.quietSeconds() * 1000L;
            if (quiet && !drafts.isEmpty()) {
                say(Math.max(incident.endedMillis() + options.quietSeconds() * 1000L, drafts.getLast().atMillis()), "resolved",
                        "This is over. It lasted from " + minute(incident.onsetMillis()) + " to " + minute(incident.endedMillis())
                                + " UTC. "
                                + (everFailed
                                        ? "While it lasted, some requests failed; they no longer do."
                                        : "No request failed because of it."));
            }
            return List.copyOf(drafts);
        }

        private void hear(TimelineEntry line) {
            long at = line.atMillis();
            switch (line.kind()) {
                case STAGE -> {
                    if (Stage.PAGE.name().equals(line.evidence().get("stage"))) {
                        grave = true;
                        begin(at);
                    } else if (status.equals("monitoring") && line.evidence().get("stage") == null) {
                        say(at, "identified", "The growth has begun again. We are stopping it.");
                    }
                }
                case REFUSING -> {
                    failing = true;
                    everFailed = true;
                    if (status.isEmpty()) {
                        begin(at);
                    } else if (grave) {
                        say(at, status.equals("monitoring") ? "identified" : status, failure(at));
                    }
                    grave = true;
                }
                case UNREACHABLE -> silent = true;
                case REACHABLE -> {
                    silent = false;
                    if (!status.isEmpty()) {
                        say(at, "monitoring", upper(service) + " can be reached again. We keep watching.");
                    }
                }
                case NAMED -> identify(at);
                case CALM -> {
                    if (line.text().startsWith("No write")) {
                        failing = false;
                    } else if (!status.isEmpty() && !status.equals("monitoring")) {
                        say(at, "monitoring", stopped());
                    }
                }
                case ACTION -> {
                    if (!status.isEmpty() && !status.equals("monitoring") && incident.state() != IncidentState.OPEN) {
                        say(at, "monitoring", stopped());
                    }
                }
                case RESOLVED -> {
                    if (!status.isEmpty() && !status.equals("monitoring")) {
                        failing = false;
                        say(at, "monitoring", stopped());
                    }
                }
                case ONSET, NOTIFIED, ACKNOWLEDGED, NOTE, PLAN, STATUS -> {
                    // Nothing changes for others.
                }
            }
        }

        private void begin(long at) {
            if (!status.isEmpty()) {
                return;
            }
            if (silent || incident.concern() == Concern.UNREACHABLE) {
                everFailed = true;
                say(at, "investigating", upper(service) + " has not been reachable since " + minute(incident.onsetMillis())
                        + " UTC. We are looking into it.");
            } else if (failing) {
                say(at, "investigating", failure(at));
            } else {
                say(at, "investigating", "The memory of " + service + " is growing unusually fast since " + minute(incident.onsetMillis())
                        + " UTC. Everything still works. If the growth goes on, some requests may fail; we are working on preventing that.");
            }
            if (incident.timeline().stream().anyMatch(line -> line.kind() == Kind.NAMED && line.atMillis() <= at)) {
                identify(at);
            }
        }

        private void identify(long at) {
            if (status.equals("investigating")) {
                say(at, "identified", "We have found the cause: " + cause() + " grows without limit. We are stopping it."
                        + (failing ? " Until then some requests fail." : " Everything still works."));
            }
        }

        private String failure(long at) {
            return "Since " + minute(at) + " UTC some requests to " + service
                    + " that store data fail; reading still works. We are working on it.";
        }

        private String stopped() {
            return "The growth has been stopped. " + (failing
                    ? "Some requests may still fail for a short while."
                    : everFailed ? "Requests succeed again." : "No request has failed.") + " We keep watching.";
        }

        /** What grows, without saying what it is called inside. */
        private String cause() {
            Attribution attribution = incident.attribution();
            if (attribution == null) {
                return "one kind of stored data";
            }
            return switch (attribution.culprit()) {
                case Culprit.Prefix prefix -> options.workloads().containsKey(prefix.pattern())
                        ? "the data of " + options.workloads().get(prefix.pattern())
                        : options.keyNames() ? CulpritText.name(attribution) : "one kind of stored data";
                case Culprit.Key key -> options.workloads().containsKey(key.name())
                        ? "the data of " + options.workloads().get(key.name())
                        : options.keyNames()
                                ? CulpritText.name(attribution)
                                : key.type().equals("list") || key.type().equals("stream") ? "one queue" : "one large entry";
                case Culprit.ClientBuffer client -> "data that one program does not collect";
                case Culprit.ServerOverhead overhead -> "internal work of the store";
                case Culprit.Undecided undecided -> "one kind of stored data";
            };
        }

        private void say(long at, String now, String body) {
            status = now;
            String impact = silent && !now.equals("monitoring") ? "critical" : everFailed ? "major" : "minor";
            drafts.add(new StatusDraft(incident.id(), at, title(), now, impact, body, List.of(incident.target())));
        }

        private String title() {
            return everFailed ? "Some requests to " + service + " fail" : "Memory of " + service + " grows unusually fast";
        }

        private static String upper(String text) {
            return text.isEmpty() ? text : Character.toUpperCase(text.charAt(0)) + text.substring(1);
        }

        private static String minute(long millis) {
            return Words.time(millis).substring(0, 5);
        }
    }
}
