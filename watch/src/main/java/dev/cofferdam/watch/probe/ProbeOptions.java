// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.probe;

import java.time.Duration;

/**
 * How a target is probed. Immutable.
 *
 * @param limitBytes what may be used where INFO tells no maxmemory; 0 when there is no limit
 * @param monitorAllowed whether MONITOR may be used at all, for bursts of a third of a second
 * @param calmBudget part of one core that everything we ask may cost the target while it is calm
 * @param suspectBudget the same while something is suspected
 * @param commandCountsEvery how often INFO commandstats is asked
 * @param reconnectFirst wait before the first new attempt after a link was lost; doubles, with jitter
 * @param reconnectMax longest wait between attempts
 */
public record ProbeOptions(long limitBytes, boolean monitorAllowed, double calmBudget, double suspectBudget, Duration commandCountsEvery,
        Duration reconnectFirst, Duration reconnectMax) {
    public static final ProbeOptions DEFAULTS = new ProbeOptions(0, false, 0.005, 0.05, Duration.ofSeconds(10), Duration.ofMillis(500),
            Duration.ofSeconds(30));

    public ProbeOptions withLimitBytes(long bytes) {
        return new ProbeOptions(bytes, monitorAllowed, calmBudget, suspectBudget, commandCountsEvery, reconnectFirst, reconnectMax);
    }

    public ProbeOptions withMonitorAllowed(boolean allowed) {
        return new ProbeOptions(limitBytes, allowed, calmBudget, suspectBudget, commandCountsEvery, reconnectFirst, reconnectMax);
    }

    public ProbeOptions withBudgets(double calm, double suspect) {
        return new ProbeOptions(limitBytes, monitorAllowed, calm, suspect, commandCountsEvery, reconnectFirst, reconnectMax);
    }
}
