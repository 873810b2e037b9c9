// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.cli.demo;

import static dev.cofferdam.cli.demo.Figures.count;
import static dev.cofferdam.cli.demo.Figures.factor;
import static dev.cofferdam.cli.demo.Figures.left;
import static dev.cofferdam.cli.demo.Figures.percent;

import java.util.ArrayList;
import java.util.List;

/** The run for files and pipes: a line a server for the seconds since the last one, ok/failed for each role. Pure functions. */
final class PlainLine {
    private PlainLine() {
    }

    static String head() {
        return left("", 8) + left("ok/failed", 37) + left("sessions", 12) + left("jobs", 12) + left("cache", 12) + left("database", 10)
                + "memory";
    }

    static List<String> lines(List<Outcome> outcomes, int seconds) {
        List<String> lines = new ArrayList<>();
        for (Outcome outcome : outcomes) {
            int end = outcome.ticks().size();
            Tick tick = outcome.between(Math.max(0, end - seconds), end);
            String clock = lines.isEmpty() ? outcome.afternoon().clock(end) : "";
            boolean fault = end > outcome.afternoon().faultAt() && end <= outcome.afternoon().faultEnd();
            lines.add(" " + left(clock, 6) + (fault ? "!" : " ") + left(outcome.name(), 36) + " " + cell(tick, Role.SESSIONS)
                    + cell(tick, Role.JOBS)
                    + cell(tick, Role.CACHE) + left(factor(outcome.loadFactor(Math.max(0, end - seconds), end)), 10)
                    + percent(tick.memory().usedBytes(), tick.memory().limitBytes()));
        }
        return lines;
    }

    private static String cell(Tick tick, Role role) {
        return left(count(tick.ok(role)) + "/" + count(tick.failed(role)), 12);
    }
}
