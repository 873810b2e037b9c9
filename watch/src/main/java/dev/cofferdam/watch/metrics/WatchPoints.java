// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.metrics;

import dev.cofferdam.watch.TargetState;
import dev.cofferdam.watch.attribute.PrefixShare;
import dev.cofferdam.watch.detect.Climb;
import dev.cofferdam.watch.detect.TimeToFull;
import dev.cofferdam.watch.incident.Incident;
import dev.cofferdam.watch.probe.Sample;
import java.util.Locale;

/** What the watcher knows of a target and Redis does not. Stateless. */
final class WatchPoints {
    /** Prefixes of one target; the rest is {@code other}. */
    static final int PREFIXES_MAX = 50;
    private static final String OTHER = "other";

    private WatchPoints() {
    }

    static void add(Exposition out, TargetState state) {
        String target = state.name();
        out.add("cofferdam_watch_stage", state.reading().stage().ordinal(), "target", target);
        out.add("cofferdam_target_reachable", state.reachable() ? 1 : 0, "target", target);
        Sample sample = state.sample();
        if (sample != null && sample.limitBytes() > 0) {
            out.add("cofferdam_headroom_bytes", sample.headroomBytes(), "target", target);
        }
        Climb climb = state.reading().climb();
        if (climb != null) {
            climb(out, target, climb);
        }
        Incident incident = state.incident();
        if (incident != null && incident.state().isLive()) {
            out.add("cofferdam_incident_active", 1, "target", target, "severity", incident.stage().name().toLowerCase(Locale.ROOT));
        }
        prefixes(out, state);
    }

    private static void climb(Exposition out, String target, Climb climb) {
        out.add("cofferdam_climb_bytes_per_second", climb.bytesPerSecond(), "target", target);
        out.add("cofferdam_climb_excess_bytes", climb.excessBytes(), "target", target);
        out.add("cofferdam_climb_onset_timestamp_seconds", climb.onsetMillis() / 1e3, "target", target);
        TimeToFull full = climb.timeToFull();
        if (full != null) {
            out.add("cofferdam_time_to_full_seconds", full.earliestSeconds(), "target", target, "quantile", "0.1");
            out.add("cofferdam_time_to_full_seconds", full.likelySeconds(), "target", target, "quantile", "0.5");
            out.add("cofferdam_time_to_full_seconds", full.latestSeconds(), "target", target, "quantile", "0.9");
        }
    }

    private static void prefixes(Exposition out, TargetState state) {
        double bytes = 0;
        double keys = 0;
        double growth = 0;
        double withoutTtl = 0;
        int shown = 0;
        boolean rest = false;
        boolean known = true;
        for (PrefixShare share : state.prefixes()) {
            if (share.pattern().equals(OTHER) || shown == PREFIXES_MAX) {
                bytes += share.bytes();
                keys += share.keys();
                growth += share.bytesPerSecond();
                withoutTtl += share.withoutTtlShare() * share.bytes();
                known &= share.withoutTtlShare() >= 0;
                rest = true;
            } else {
                prefix(out, state.name(), share.database(), share.pattern(), share.bytes(), share.keys(), share.bytesPerSecond(),
                        share.withoutTtlShare());
                shown++;
            }
        }
        if (rest) {
            prefix(out, state.name(), 0, OTHER, bytes, keys, growth, !known ? PrefixShare.UNKNOWN : bytes == 0 ? 0 : withoutTtl / bytes);
        }
    }

    private static void prefix(Exposition out, String target, int database, String prefix, double bytes, double keys, double growth,
            double withoutTtl) {
        String[] labels = {"target", target, "db", "db" + database, "prefix", prefix};
        out.add("cofferdam_prefix_memory_bytes", bytes, labels);
        out.add("cofferdam_prefix_keys", keys, labels);
        out.add("cofferdam_prefix_growth_bytes_per_second", growth, labels);
        if (withoutTtl >= 0) {
            out.add("cofferdam_prefix_without_ttl_ratio", withoutTtl, labels);
        }
    }
}
