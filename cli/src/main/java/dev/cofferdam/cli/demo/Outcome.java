// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.cli.demo;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * All that was counted on one server, and what follows from it by arithmetic. Immutable.
 *
 * @param name of the server
 * @param ticks one a second, without a gap, until now
 * @param p99InFault by role, over the whole fault, of what succeeded
 * @param reasons why operations failed, the most frequent first
 * @param audit what was found after the end; null while it runs, or when the server could not be asked any more
 */
record Outcome(String name, Afternoon afternoon, List<Tick> ticks, Map<Role, Double> p99InFault, Map<Operation, List<String>> reasons,
        @Nullable Audit audit) {
    /**
     * What is found when it is over.
     *
     * @param missingSessions people who believe to be logged in and are not
     */
    record Audit(Jobs.Books jobs, int missingSessions) {
    }

    Tick now() {
        return ticks.isEmpty() ? Tick.START : ticks.getLast();
    }

    Tick lastSecond() {
        return now().since(at(ticks.size() - 2));
    }

    /** What happened from the second that contains {@code from} until {@code to}. */
    Tick between(double from, double to) {
        int last = Math.min(ticks.size(), (int) Math.ceil(to)) - 1;
        return at(last).since(at((int) from - 1));
    }

    Tick sinceFault() {
        return between(afternoon.faultAt(), afternoon.seconds());
    }

    private Tick at(int second) {
        return second < 0 || ticks.isEmpty() ? Tick.START : ticks.get(Math.min(second, ticks.size() - 1));
    }

    /** Loads of the database a second before the fault; not a number while nobody knows. */
    double normalLoads() {
        int seconds = Math.min(ticks.size(), Math.max(1, (int) afternoon.faultAt()));
        return seconds == 0 ? Double.NaN : (double) at(seconds - 1).loads() / seconds;
    }

    /** Loads in that time over loads in as much normal time. */
    double loadFactor(double from, double to) {
        long seconds = Math.min(ticks.size(), (long) Math.ceil(to)) - (long) from;
        return between(from, to).loads() / (double) seconds / normalLoads();
    }

    /** Second in which memory was full for the first time, or -1. */
    int fullSecond() {
        return ticks.stream().filter(tick -> tick.memory().isFull()).mapToInt(Tick::second).findFirst().orElse(-1);
    }

    long peakUsedBytes() {
        return ticks.stream().mapToLong(tick -> tick.memory().usedBytes()).max().orElse(0);
    }

    long peakResidentBytes() {
        return ticks.stream().mapToLong(tick -> tick.memory().residentBytes()).max().orElse(0);
    }

    /** A role is down in a second when half of the attempts at one of its operations failed. */
    boolean isDown(Role role, int second) {
        Tick tick = at(second).since(at(second - 1));
        return Operation.of(role).stream()
            .anyMatch(operation -> tick.failed(operation) > 0 && tick.failed(operation) >= tick.ok(operation));
    }

    /** The seconds in which all three were down. */
    List<Integer> allDown() {
        return ticks.stream().map(Tick::second)
            .filter(second -> isDown(Role.SESSIONS, second) && isDown(Role.JOBS, second) && isDown(Role.CACHE, second)).toList();
    }

    /** People whose session went away: those who came back and saw it, and those who have not come back yet. */
    long loggedOut() {
        return now().loggedOut() + (audit == null ? 0 : audit.missingSessions());
    }

    /** Accepted jobs of which nothing is left; 0 when it is not known. */
    long lostJobs() {
        return audit == null ? 0 : audit.jobs().lost();
    }

    /** What failed since the fault began in the roles other than this one. */
    long failedOutside(@Nullable Role culprit) {
        Tick tick = sinceFault();
        long failed = tick.failedPages();
        for (Role role : Role.values()) {
            failed += role == culprit ? 0 : tick.failed(role);
        }
        return failed;
    }
}
