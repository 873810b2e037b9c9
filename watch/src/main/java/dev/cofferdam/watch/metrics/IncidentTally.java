// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.metrics;

import dev.cofferdam.watch.TargetState;
import dev.cofferdam.watch.detect.Stage;
import dev.cofferdam.watch.incident.Incident;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/** Counts incidents as they reach a stage. Any thread. Remembers one incident per target: a target has one at a time. */
final class IncidentTally implements MetricSource {
    private record Seen(String id, Stage stage) {
    }

    private final Map<String, Seen> seen = new HashMap<>();
    private final Map<Stage, Long> counts = new EnumMap<>(Stage.class);

    IncidentTally() {
        for (Stage stage : Stage.values()) {
            if (stage != Stage.CALM) {
                counts.put(stage, 0L);
            }
        }
    }

    synchronized void add(TargetState state) {
        Incident incident = state.incident();
        if (incident == null) {
            return;
        }
        Seen before = seen.get(state.name());
        Stage counted = before != null && before.id().equals(incident.id()) ? before.stage() : Stage.CALM;
        for (Stage stage : counts.keySet()) {
            if (incident.stage().atLeast(stage) && !counted.atLeast(stage)) {
                counts.merge(stage, 1L, Long::sum);
            }
        }
        seen.put(state.name(), new Seen(incident.id(), incident.stage()));
    }

    @Override
    public synchronized void collect(Exposition out) {
        counts.forEach((stage, count) -> out.add("cofferdam_incidents_total", count, "severity", stage.name().toLowerCase(Locale.ROOT)));
    }
}
