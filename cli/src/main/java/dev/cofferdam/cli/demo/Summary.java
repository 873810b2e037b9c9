// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.cli.demo;

import static dev.cofferdam.cli.demo.Figures.count;
import static dev.cofferdam.cli.demo.Figures.factor;
import static dev.cofferdam.cli.demo.Figures.left;
import static dev.cofferdam.cli.demo.Figures.megabytes;
import static dev.cofferdam.cli.demo.Figures.millis;
import static dev.cofferdam.cli.demo.Figures.percent;

import dev.cofferdam.cli.terminal.Paint;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToLongFunction;

/** What is printed when it is over: the counts side by side, then the verdict. Pure functions. */
final class Summary {
    private static final int WIDTH = 98;
    private static final int LABEL = 28;
    private static final int COLUMN = 36;

    private Summary() {
    }

    static List<String> lines(Fault fault, List<Outcome> outcomes, Paint paint) {
        List<String> lines = new ArrayList<>();
        StringBuilder head = new StringBuilder(left(" 15:45 to 16:21", LABEL));
        outcomes.forEach(outcome -> head.append(left(outcome.name(), COLUMN)));
        lines.add(paint.strong(head.toString().stripTrailing()));
        operation(lines, outcomes, paint, "logins failed", Operation.LOGIN);
        operation(lines, outcomes, paint, "page requests failed", Operation.REQUEST);
        row(lines, outcomes, paint, "people logged out", Outcome::loggedOut, o -> o.audit() == null ? "?" : count(o.loggedOut()));
        operation(lines, outcomes, paint, "jobs refused", Operation.SUBMIT);
        row(lines, outcomes, paint, "accepted jobs lost", Outcome::lostJobs, o -> o.audit() == null ? "?" : count(o.lostJobs()));
        operation(lines, outcomes, paint, "cache writes failed", Operation.WRITE);
        row(lines, outcomes, paint, "pages not served", o -> o.sinceFault().failedPages(), o -> count(o.sinceFault().failedPages()));
        row(lines, outcomes, paint, "database, 15:49 to 16:09", o -> factorOf(o) >= 2 ? 1 : 0,
                o -> factor(factorOf(o)) + " its normal load");
        for (Role role : Role.values()) {
            row(lines, outcomes, paint, "p99 of " + role.label() + ", to 16:09", o -> 0, o -> millis(o.p99InFault().get(role)) + " ms");
        }
        row(lines, outcomes, paint, "memory at most, in MB", o -> o.fullSecond() >= 0 ? 1 : 0, o -> megabytes(o.peakUsedBytes()) + " of "
                + megabytes(o.now().memory().limitBytes()) + resident(o));
        for (Outcome outcome : outcomes) {
            lines.add("");
            lines.add(" " + paint.strong(outcome.name()));
            Verdict.of(outcome).forEach(sentence -> lines.addAll(Figures.wrap("   ", sentence, WIDTH)));
        }
        lines.add("");
        for (Outcome outcome : outcomes) {
            Figures.wrap(" ", Verdict.stayedInside(outcome, fault), WIDTH).forEach(line -> lines.add(paint.strong(line)));
        }
        return lines;
    }

    private static void operation(List<String> lines, List<Outcome> outcomes, Paint paint, String label, Operation operation) {
        row(lines, outcomes, paint, label, o -> o.sinceFault().failed(operation), o -> {
            long failed = o.sinceFault().failed(operation);
            long tried = failed + o.sinceFault().ok(operation);
            return count(failed) + " of " + count(tried) + (failed == 0 ? "" : ", " + percent(failed, tried));
        });
    }

    private static void row(List<String> lines, List<Outcome> outcomes, Paint paint, String label, ToLongFunction<Outcome> bad,
            Function<Outcome, String> text) {
        StringBuilder line = new StringBuilder(left(" " + label, LABEL));
        for (Outcome outcome : outcomes) {
            line.append(paint.failures(bad.applyAsLong(outcome), left(text.apply(outcome), COLUMN)));
        }
        lines.add(line.toString().stripTrailing());
    }

    private static double factorOf(Outcome outcome) {
        return outcome.loadFactor(outcome.afternoon().fullAt(), outcome.afternoon().faultEnd());
    }

    private static String resident(Outcome outcome) {
        long bytes = outcome.peakResidentBytes();
        return bytes == 0 ? "" : ", " + megabytes(bytes) + " resident";
    }

    /** One line a fault and server, when there were several. */
    static List<String> ofAll(List<Fault> faults, List<List<Outcome>> outcomes) {
        List<String> lines = new ArrayList<>();
        lines.add(left(" failed since 15:45", 50) + left("sessions", 10) + left("jobs", 8) + left("cache", 8) + left("out", 8)
                + left("lost", 8) + "database");
        for (int i = 0; i < faults.size(); i++) {
            for (Outcome o : outcomes.get(i)) {
                Tick tick = o.sinceFault();
                lines.add(" " + left(faults.get(i).label, 14) + left(o.name(), 35) + left(share(tick, Role.SESSIONS), 10)
                        + left(share(tick, Role.JOBS), 8) + left(share(tick, Role.CACHE), 8) + left(count(o.loggedOut()), 8)
                        + left(count(o.lostJobs()), 8) + factor(factorOf(o)));
            }
        }
        return lines;
    }

    private static String share(Tick tick, Role role) {
        return percent(tick.failed(role), tick.failed(role) + tick.ok(role));
    }
}
