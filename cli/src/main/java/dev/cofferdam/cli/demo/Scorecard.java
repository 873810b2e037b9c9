// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.cli.demo;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.HdrHistogram.Histogram;

/**
 * Counts what happens to one server's applications.
 *
 * <p>Owns the counters. Any thread. Counts only grow; {@link #tick} closes a second and answers how things stand at its end. Latencies are of operations that
 * succeeded, from the moment they were due: a refusal is quick and would make a failing server look fast.
 */
final class Scorecard {
    private static final long LATENCY_MAX_MICROS = 60_000_000;
    private static final int DIGITS = 2;

    private final long[] ok = new long[Operation.COUNT];
    private final long[] failed = new long[Operation.COUNT];
    private final Map<Role, Histogram> latencies = new EnumMap<>(Role.class);
    private final Map<Role, Histogram> faultLatencies = new EnumMap<>(Role.class);
    private final Map<Operation, Map<String, Long>> reasons = new EnumMap<>(Operation.class);
    private long loggedOut;
    private long failedPages;

    Scorecard() {
        for (Role role : Role.values()) {
            latencies.put(role, new Histogram(LATENCY_MAX_MICROS, DIGITS));
            faultLatencies.put(role, new Histogram(LATENCY_MAX_MICROS, DIGITS));
        }
    }

    /** For work whose length says nothing about the server. */
    synchronized void succeeded(Operation operation) {
        ok[operation.ordinal()]++;
    }

    synchronized void succeeded(Operation operation, long latencyNanos) {
        ok[operation.ordinal()]++;
        of(operation.role, latencies).recordValue(Math.clamp(latencyNanos / 1000, 1, LATENCY_MAX_MICROS));
    }

    /** @param reason first word of the error, or what else it was */
    synchronized void failed(Operation operation, String reason) {
        failed[operation.ordinal()]++;
        reasons.computeIfAbsent(operation, o -> new TreeMap<>()).merge(reason, 1L, Long::sum);
    }

    /** Somebody's session is not there any more. */
    synchronized void loggedOut() {
        loggedOut++;
    }

    /** Somebody did not get a page, because the database could not answer. */
    synchronized void failedPage() {
        failedPages++;
    }

    /** @param inFault whether that second's latencies are to count for {@link #p99MillisInFault} */
    synchronized Tick tick(int second, boolean inFault, long loads, long backlog, Memory memory) {
        Map<Role, Double> p99 = p99Millis(latencies);
        latencies.forEach((role, histogram) -> {
            if (inFault) {
                of(role, faultLatencies).add(histogram);
            }
            histogram.reset();
        });
        return new Tick(second, ok.clone(), failed.clone(), p99, loggedOut, failedPages, loads, backlog, memory);
    }

    private static Histogram of(Role role, Map<Role, Histogram> histograms) {
        return Objects.requireNonNull(histograms.get(role));
    }

    synchronized Map<Role, Double> p99MillisInFault() {
        return p99Millis(faultLatencies);
    }

    private static Map<Role, Double> p99Millis(Map<Role, Histogram> histograms) {
        Map<Role, Double> p99 = new EnumMap<>(Role.class);
        histograms.forEach((role, histogram) -> {
            if (histogram.getTotalCount() > 0) {
                p99.put(role, histogram.getValueAtPercentile(99) / 1000.0);
            }
        });
        return p99;
    }

    /** Why each operation failed, the most frequent reason first; operations that did not fail are not there. */
    synchronized Map<Operation, List<String>> reasons() {
        Map<Operation, List<String>> ranked = new EnumMap<>(Operation.class);
        reasons.forEach((operation, counts) -> ranked.put(operation, counts.entrySet().stream()
            .sorted((a, b) -> Long.compare(b.getValue(), a.getValue())).map(Map.Entry::getKey).toList()));
        return ranked;
    }
}
