// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.cli.demo;

import static dev.cofferdam.cli.demo.Figures.count;
import static dev.cofferdam.cli.demo.Figures.factor;
import static dev.cofferdam.cli.demo.Figures.percent;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the counts mean, in plain words. Pure functions: a sentence says what was counted and nothing else, whoever it speaks for.
 */
final class Verdict {
    /** The minutes after memory was full that day. */
    private static final int WATCHED_MINUTES = 4;

    private Verdict() {
    }

    /** Sentences about one server, the first about its memory. */
    static List<String> of(Outcome outcome) {
        List<String> sentences = new ArrayList<>();
        sentences.add(memory(outcome));
        sentences.add(logins(outcome));
        sentences.add(pages(outcome));
        sentences.addAll(jobs(outcome));
        sentences.add(database(outcome));
        List<Integer> down = outcome.allDown();
        if (!down.isEmpty()) {
            Afternoon afternoon = outcome.afternoon();
            sentences.add("Sessions, jobs and cache were down together for " + seconds(down.size()) + " of the run, between "
                    + afternoon.clock(down.getFirst()) + " and " + afternoon.clock(down.getLast() + 1) + ".");
        }
        return sentences;
    }

    private static String memory(Outcome outcome) {
        int full = outcome.fullSecond();
        long limit = outcome.now().memory().limitBytes();
        return full >= 0
                ? "Its memory was full at " + outcome.afternoon().clock(full) + "."
                : "Its memory as a whole was never full: " + percent(outcome.peakUsedBytes(), limit) + " at most.";
    }

    private static String logins(Outcome outcome) {
        Afternoon afternoon = outcome.afternoon();
        double from = afternoon.fullAt();
        Tick watched = outcome.between(from, afternoon.at(15, 49 + WATCHED_MINUTES));
        long failed = watched.failed(Operation.LOGIN);
        long tried = failed + watched.ok(Operation.LOGIN);
        String when = "From 15:49 to 15:" + (49 + WATCHED_MINUTES) + " ";
        return tried == 0
                ? when + "nobody tried to log in."
                : failed == 0
                        ? when + "everybody who tried could log in, all " + count(tried) + "."
                        : when + count(failed) + " of " + count(tried) + " people who tried could not log in.";
    }

    private static String pages(Outcome outcome) {
        Tick tick = outcome.sinceFault();
        long failed = tick.failed(Operation.REQUEST);
        long tried = failed + tick.ok(Operation.REQUEST);
        long out = outcome.loggedOut();
        String requests = failed == 0
                ? "No request of a person who was logged in failed"
                : count(failed) + " of " + count(tried) + " requests of people who were logged in failed";
        return requests + (out == 0
                ? outcome.audit() == null ? "." : ", and nobody's session was lost."
                : ", and " + count(out) + (out == 1 ? " person was" : " people were") + " logged out without their doing.");
    }

    private static List<String> jobs(Outcome outcome) {
        Tick tick = outcome.sinceFault();
        long refused = tick.failed(Operation.SUBMIT);
        long tried = refused + tick.ok(Operation.SUBMIT);
        List<String> sentences = new ArrayList<>();
        sentences.add(refused == 0
                ? "No job was refused."
                : count(refused) + " of " + count(tried) + " jobs were refused when they were handed in.");
        long workers = tick.failed(Operation.WORK);
        if (workers > 0) {
            sentences.add("Workers failed " + count(workers) + " times to take one.");
        }
        Outcome.Audit audit = outcome.audit();
        if (audit == null) {
            sentences
                .add("What became of the accepted jobs and of the sessions could not be found out: the server did not answer at the end.");
        } else {
            Jobs.Books books = audit.jobs();
            sentences.add(books.lost() == 0
                    ? "Of " + count(books.accepted()) + " accepted jobs none was lost"
                            + (books.waiting() == 0 ? "." : "; " + count(books.waiting()) + " still wait.")
                    : count(books.lost()) + " of " + count(books.accepted())
                            + " accepted jobs are lost: neither done nor in the queue, and no error was ever seen.");
        }
        return List.of(String.join(" ", sentences));
    }

    private static String database(Outcome outcome) {
        Afternoon afternoon = outcome.afternoon();
        Tick tick = outcome.sinceFault();
        long refused = tick.failed(Operation.WRITE);
        long lost = tick.failedPages();
        return "The database got " + factor(outcome.loadFactor(afternoon.fullAt(), afternoon.faultEnd()))
                + " its normal load from 15:49 to 16:09"
                + (refused == 0
                        ? ""
                        : ", as " + percent(refused, refused + tick.ok(Operation.WRITE)) + " of the writes to the cache failed")
                + (lost == 0 ? "." : "; " + count(lost) + " pages were not served, as it could not keep up.");
    }

    /** The last word: did the fault stay where it was? */
    static String stayedInside(Outcome outcome, Fault fault) {
        long outside = outcome.failedOutside(fault.culprit);
        Outcome.Audit audit = outcome.audit();
        long lost = outcome.lostJobs();
        Role culprit = fault.culprit;
        String where = culprit == null ? "" : " outside of " + culprit.label();
        if (outside > 0) {
            return "On " + outcome.name() + " the fault got through: " + count(outside) + " operations failed" + where + ": "
                    + failures(outcome, culprit) + ".";
        }
        String inside = culprit == null ? "" : inside(outcome, culprit);
        if (culprit != Role.SESSIONS && outcome.loggedOut() > 0 || culprit != Role.JOBS && lost > 0) {
            return "On " + outcome.name() + " no operation failed" + where + ", but " + count(outcome.loggedOut()) + " sessions and "
                    + count(lost) + " accepted jobs were lost" + inside + ".";
        }
        return "On " + outcome.name() + " nothing failed" + where + inside + (audit == null ? ", as far as it could be asked." : ".");
    }

    private static String inside(Outcome outcome, Role culprit) {
        long failed = outcome.sinceFault().failed(culprit);
        return failed == 0
                ? ", and in " + culprit.label() + " nothing failed either"
                : "; in " + culprit.label() + " " + count(failed) + " of " + count(failed + outcome.sinceFault().ok(culprit))
                        + " operations were refused";
    }

    /** What failed outside of the culprit, in the order of roles. */
    private static String failures(Outcome outcome, @Nullable Role culprit) {
        Tick tick = outcome.sinceFault();
        List<String> parts = new ArrayList<>();
        for (Operation operation : Operation.values()) {
            if (operation.role != culprit && tick.failed(operation) > 0) {
                parts.add(count(tick.failed(operation)) + " " + operation.plural + " ("
                        + String.join(", ", outcome.reasons().getOrDefault(operation, List.of("no reason known"))) + ")");
            }
        }
        if (tick.failedPages() > 0) {
            parts.add(count(tick.failedPages()) + " pages that needed the database");
        }
        return String.join(", ", parts);
    }

    private static String seconds(int count) {
        return count + (count == 1 ? " second" : " seconds");
    }
}
