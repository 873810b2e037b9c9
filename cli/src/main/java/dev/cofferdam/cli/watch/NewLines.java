// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.cli.watch;

import dev.cofferdam.watch.incident.Incident;
import dev.cofferdam.watch.incident.TimelineEntry;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** The lines of timelines that nobody has printed yet, one at a time; for an output that is no screen. Any thread. */
final class NewLines {
    /** Incidents whose lines are counted; more only means that an old one's lines are printed once more. */
    private static final int INCIDENTS_MAX = 1_000;

    private final Consumer<String> printer;
    private final Map<String, Integer> printed = new HashMap<>();

    NewLines(Consumer<String> printer) {
        this.printer = printer;
    }

    synchronized void hear(Incident incident) {
        List<TimelineEntry> lines = incident.timeline();
        int from = Math.min(printed.getOrDefault(incident.id(), 0), lines.size());
        if (printed.size() >= INCIDENTS_MAX) {
            printed.clear();
        }
        printed.put(incident.id(), lines.size());
        for (TimelineEntry line : lines.subList(from, lines.size())) {
            printer.accept(incident.target() + " " + incident.stage() + " " + line.text());
        }
    }
}
