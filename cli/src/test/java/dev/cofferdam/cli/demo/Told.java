// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.cli.demo;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** An outcome as a test tells it, second by second: what is not said stays as it was. */
final class Told {
    static final Afternoon AFTERNOON = new Afternoon(44); // a second a minute: 15:45 is second 8, 15:49 second 12, 16:09 second 32
    private static final Map<Operation, List<String>> REASONS = Map.of(Operation.SUBMIT, List.of("OOM", "timeout"));
    private static final long LIMIT = 64L << 20;

    private final String name;
    private final List<Tick> ticks = new ArrayList<>();
    private final long[] ok = new long[Operation.COUNT];
    private final long[] failed = new long[Operation.COUNT];
    private long loggedOut;
    private long failedPages;
    private long loads;

    Told(String name) {
        this.name = name;
    }

    /** So many seconds of a normal day: ten of every operation succeed, the database gets ten loads. */
    Told normal(int seconds) {
        for (int i = 0; i < seconds; i++) {
            for (Operation operation : Operation.values()) {
                ok[operation.ordinal()] += 10;
            }
            second(10, LIMIT / 4);
        }
        return this;
    }

    /** So many seconds in which six of ten of these fail, and the database gets five times the loads. */
    Told failing(int seconds, Operation... operations) {
        for (int i = 0; i < seconds; i++) {
            for (Operation operation : Operation.values()) {
                boolean fails = List.of(operations).contains(operation);
                ok[operation.ordinal()] += fails ? 4 : 10;
                failed[operation.ordinal()] += fails ? 6 : 0;
            }
            second(50, LIMIT);
        }
        return this;
    }

    Told loggedOut(int people) {
        loggedOut += people;
        return this;
    }

    Told failedPages(int pages) {
        failedPages += pages;
        return this;
    }

    private void second(int newLoads, long usedBytes) {
        loads += newLoads;
        Map<Role, Double> p99 = new EnumMap<>(Role.class);
        p99.put(Role.SESSIONS, 1.25);
        p99.put(Role.CACHE, 123.4);
        ticks.add(new Tick(ticks.size(), ok.clone(), failed.clone(), p99, loggedOut, failedPages, loads, 7,
                new Memory(usedBytes, LIMIT, usedBytes + (16 << 20), 0)));
    }

    Outcome unfinished() {
        return new Outcome(name, AFTERNOON, ticks, Map.of(Role.SESSIONS, 1.25), REASONS, null);
    }

    Outcome finished(int acceptedJobs, int lostJobs, int missingSessions) {
        Outcome.Audit audit = new Outcome.Audit(new Jobs.Books(acceptedJobs, acceptedJobs - lostJobs, 0, lostJobs), missingSessions);
        return new Outcome(name, AFTERNOON, ticks, Map.of(Role.SESSIONS, 1.25), REASONS, audit);
    }
}
