// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.console;

import static dev.cofferdam.watch.web.Json.members;

import dev.cofferdam.watch.TargetState;
import dev.cofferdam.watch.attribute.Attribution;
import dev.cofferdam.watch.attribute.PrefixShare;
import dev.cofferdam.watch.attribute.Writer;
import dev.cofferdam.watch.detect.Climb;
import dev.cofferdam.watch.detect.Reading;
import dev.cofferdam.watch.detect.TimeToFull;
import dev.cofferdam.watch.incident.Incident;
import dev.cofferdam.watch.incident.TimelineEntry;
import dev.cofferdam.watch.probe.Sample;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is known, in the shape the page and other programs read: the one place where JSON of the console is named. Immutable, any thread.
 *
 * <p>Lists are cut to what a page can show; what grows without end does not reach a visitor.
 */
final class StateView {
    static final int PREFIXES_MAX = 50;
    static final int CLIENTS_MAX = 20;
    static final int TIMELINE_MAX = 500;

    private final Workloads workloads;

    StateView(Workloads workloads) {
        this.workloads = workloads;
    }

    /** All of a target. */
    Map<String, Object> target(TargetState state) {
        Map<String, Object> all = facts(state);
        all.put("tick", tick(state));
        all.putAll(prefixes(state));
        all.putAll(clients(state));
        Incident incident = state.incident();
        if (incident != null) {
            all.put("incident", incident(incident));
        }
        return all;
    }

    /** What seldom changes. */
    static Map<String, Object> facts(TargetState state) {
        return members("target", state.name(), "address", state.address(), "product", state.product(), "policy", state.policy(),
                "trouble", state.trouble(), "reachable", state.reachable());
    }

    /** What changes each second. */
    static Map<String, Object> tick(TargetState state) {
        Reading reading = state.reading();
        Map<String, Object> tick = members("target", state.name(), "t", reading.atMillis(), "reachable", state.reachable(), "stage",
                name(reading.stage()), "concern", name(reading.concern()));
        Sample sample = state.sample();
        if (sample != null) {
            tick.putAll(members("t", sample.atMillis(), "used", sample.usedBytes(), "limit", sample.limitBytes(), "buffers",
                    sample.clientBytes() + sample.replicaBytes(), "keys", sample.keys(), "expiring", sample.expiringKeys(), "refused",
                    sample.refusedWrites(), "evicted", sample.evictedKeys(), "hits", sample.hits(), "misses", sample.misses(), "commands",
                    sample.commands(), "evicting", sample.evicting()));
        }
        if (!reading.reason().isEmpty()) {
            tick.put("reason", reading.reason());
        }
        Incident incident = state.incident();
        if (incident != null) {
            tick.put("refusedSince", incident.refusedWrites());
        }
        Climb climb = reading.climb();
        if (climb != null) {
            tick.put("climb", climb(climb));
        }
        return tick;
    }

    private static Map<String, Object> climb(Climb climb) {
        TimeToFull full = climb.timeToFull();
        return members("onset", climb.onsetMillis(), "onsetBytes", climb.onsetBytes(), "level", climb.levelBytes(), "excess",
                climb.excessBytes(), "slope", climb.bytesPerSecond(), "full", full == null
                        ? null
                        : members("likely", full.likelySeconds(), "earliest", full.earliestSeconds(), "latest", full.latestSeconds()));
    }

    /** What is there, what grows, and what the climb was put down to. */
    Map<String, Object> prefixes(TargetState state) {
        Attribution attribution = state.attribution();
        Sentences.Named culprit = Sentences.culprit(attribution);
        return members("target", state.name(), "prefixes",
                shares(state.prefixes().isEmpty() && attribution != null ? attribution.prefixes() : state.prefixes()), "workloads",
                workloads.of(state.prefixes()), "culprit", culprit, "attribution", attribution(attribution));
    }

    private static @Nullable Map<String, Object> attribution(@Nullable Attribution attribution) {
        return attribution == null
                ? null
                : members("t", attribution.atMillis(), "growth", attribution.growthBytes(), "samples", attribution.samples(), "cpuMillis",
                        attribution.serverCpuNanos() / 1e6, "writers", writers(attribution.writers()), "writersText",
                        Sentences.writers(attribution), "prefixes", shares(attribution.prefixes()));
    }

    private static List<Map<String, Object>> shares(List<PrefixShare> shares) {
        return shares.stream().limit(PREFIXES_MAX)
            .map(share -> members("db", share.database(), "pattern", share.pattern(), "bytes", share.bytes(), "keys", share.keys(), "slope",
                    share.bytesPerSecond(), "share", share.growthShare(), "margin", share.growthMargin(), "withoutTtl",
                    share.withoutTtlShare() < 0 ? null : share.withoutTtlShare()))
            .toList();
    }

    static Map<String, Object> clients(TargetState state) {
        return members("target", state.name(), "clients", writers(state.clients()));
    }

    private static List<Map<String, Object>> writers(List<Writer> writers) {
        return writers.stream().limit(CLIENTS_MAX)
            .map(writer -> members("id", writer.id(), "address", writer.address(), "name", writer.name(), "user", writer.user(), "library",
                    writer.library(), "command", writer.command(), "slope", writer.bytesPerSecond()))
            .toList();
    }

    static Map<String, Object> incident(Incident incident) {
        List<TimelineEntry> timeline = incident.timeline();
        Map<String, Object> all = brief(incident);
        all.put("timeline", timeline(timeline.subList(Math.max(0, timeline.size() - TIMELINE_MAX), timeline.size())));
        all.put("timelineLeftOut", Math.max(0, timeline.size() - TIMELINE_MAX));
        return all;
    }

    /** An incident without its timeline, for lists. */
    static Map<String, Object> brief(Incident incident) {
        return members("id", incident.id(), "target", incident.target(), "onset", incident.onsetMillis(), "concern",
                name(incident.concern()), "stage", name(incident.stage()), "state", name(incident.state()), "refused",
                incident.refusedWrites(), "evicted", incident.evictedKeys(), "ended", incident.endedMillis(), "reason",
                incident.reading().reason(), "culprit", Sentences.culprit(incident.attribution()), "writersText",
                Sentences.writers(incident.attribution()));
    }

    static List<Map<String, Object>> timeline(List<TimelineEntry> timeline) {
        return timeline.stream().map(entry -> members("t", entry.atMillis(), "kind", name(entry.kind()), "text", entry.text(), "evidence",
                entry.evidence(), "author", entry.author()))
            .toList();
    }

    static String name(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
