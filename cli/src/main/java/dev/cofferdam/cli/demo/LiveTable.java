// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.cli.demo;

import static dev.cofferdam.cli.demo.Figures.count;
import static dev.cofferdam.cli.demo.Figures.factor;
import static dev.cofferdam.cli.demo.Figures.left;
import static dev.cofferdam.cli.demo.Figures.megabytes;
import static dev.cofferdam.cli.demo.Figures.millis;
import static dev.cofferdam.cli.demo.Figures.percent;
import static dev.cofferdam.cli.demo.Figures.right;

import dev.cofferdam.cli.terminal.Paint;
import java.util.ArrayList;
import java.util.List;

/** The run as it is at the end of a second, as lines of at most 100 columns. Always as many lines. Pure functions. */
final class LiveTable {
    private static final int LABEL = 15;
    private static final int COLUMN = 42;
    private static final int NUMBER = 9;
    private static final int BAR = 20;

    private LiveTable() {
    }

    static List<String> lines(Workload workload, Fault fault, List<Outcome> outcomes, Paint paint) {
        Afternoon afternoon = workload.afternoon();
        int second = outcomes.getFirst().ticks().size();
        List<String> lines = new ArrayList<>();
        lines.add(" " + paint.strong(fault.label) + ": " + fault.title + "; " + megabytes(workload.memoryBytes()) + " MB each");
        lines.add(" " + paint.strong(afternoon.clock(second)) + " that afternoon, second " + second + " of " + afternoon.seconds() + " ("
                + afternoon.secondsPerSecond() + " s of it in one of ours)   " + state(afternoon, second, paint));
        lines.add("");
        StringBuilder names = new StringBuilder(" ".repeat(LABEL));
        StringBuilder heads = new StringBuilder(left(" last second", LABEL));
        for (Outcome outcome : outcomes) {
            names.append(left("    " + outcome.name(), COLUMN));
            heads.append(left(right("ok", NUMBER) + right("failed", NUMBER) + right("p99 ms", NUMBER), COLUMN));
        }
        lines.add(paint.strong(names.toString().stripTrailing()));
        lines.add(paint.faint(heads.toString().stripTrailing()));
        for (Role role : Role.values()) {
            StringBuilder line = new StringBuilder(left(" " + role.label(), LABEL));
            for (Outcome outcome : outcomes) {
                Tick tick = outcome.lastSecond();
                line.append(right(count(tick.ok(role)), NUMBER))
                    .append(paint.failures(tick.failed(role), right(count(tick.failed(role)), NUMBER)))
                    .append(left(right(millis(tick.p99Millis(role)), NUMBER), COLUMN - 2 * NUMBER));
            }
            lines.add(line.toString().stripTrailing());
        }
        StringBuilder database = new StringBuilder(left(" database", LABEL));
        StringBuilder memory = new StringBuilder(left(" memory", LABEL));
        StringBuilder resident = new StringBuilder(left("", LABEL));
        StringBuilder queue = new StringBuilder(left(" waiting jobs", LABEL));
        for (Outcome outcome : outcomes) {
            database.append(database(outcome, paint));
            memory.append(bar(outcome.now().memory(), paint));
            resident.append(left("    " + sizes(outcome.now().memory()), COLUMN));
            queue.append(left(right(count(outcome.now().backlog()), NUMBER), COLUMN));
        }
        lines.add(database.toString().stripTrailing());
        lines.add(memory.toString().stripTrailing());
        lines.add(resident.toString().stripTrailing());
        lines.add(queue.toString().stripTrailing());
        lines.add("");
        lines.add(paint.faint(" since 15:37"));
        for (Role role : Role.values()) {
            StringBuilder line = new StringBuilder(left(" " + role.label(), LABEL));
            for (Outcome outcome : outcomes) {
                line.append(failures(outcome.now(), role, paint));
            }
            lines.add(line.toString().stripTrailing());
        }
        StringBuilder people = new StringBuilder(left(" people", LABEL));
        for (Outcome outcome : outcomes) {
            people.append(people(outcome.now(), paint));
        }
        lines.add(people.toString().stripTrailing());
        return lines;
    }

    private static String state(Afternoon afternoon, int second, Paint paint) {
        if (second < afternoon.faultAt()) {
            return paint.good("a normal day");
        }
        return second < afternoon.faultEnd() ? paint.bad("FAULT since 15:45") : paint.good("the fault is over since 16:09");
    }

    private static String failures(Tick tick, Role role, Paint paint) {
        long failed = tick.failed(role);
        long all = failed + tick.ok(role);
        String text = left(
                right(count(failed), NUMBER) + " of " + count(all) + " failed" + (failed == 0 ? "" : ", " + percent(failed, all)), COLUMN);
        return paint.failures(failed, text);
    }

    private static String people(Tick tick, Paint paint) {
        String text = right(count(tick.loggedOut()), NUMBER) + " logged out, " + count(tick.failedPages()) + " without a page";
        return paint.failures(tick.loggedOut() + tick.failedPages(), left(text, COLUMN));
    }

    private static String database(Outcome outcome, Paint paint) {
        long loads = outcome.lastSecond().loads();
        double factor = loads / outcome.normalLoads();
        return paint.failures(factor >= 3 ? 1 : 0, left(right(count(loads), NUMBER) + " loads, " + factor(factor) + " normal", COLUMN));
    }

    private static String bar(Memory memory, Paint paint) {
        int filled = memory.limitBytes() == 0 ? 0 : (int) Math.min(BAR, BAR * memory.usedBytes() / memory.limitBytes());
        String text = "    [" + "#".repeat(filled) + ".".repeat(BAR - filled) + "] " + percent(memory.usedBytes(), memory.limitBytes());
        return paint.failures(memory.isFull() ? 1 : 0, left(text, COLUMN));
    }

    private static String sizes(Memory memory) {
        return megabytes(memory.usedBytes()) + " of " + megabytes(memory.limitBytes()) + " MB"
                + (memory.residentBytes() == 0 ? "" : ", " + megabytes(memory.residentBytes()) + " resident");
    }
}
