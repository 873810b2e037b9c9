// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.probe;

/**
 * What we cost the target, and whether we may cost it more. One thread.
 *
 * <p>Work is counted in commands at a price each, in nanoseconds of the server; the prices were measured on one machine and are corrected by the target's own
 * count: after a batch of ours the rise of its used_cpu, less what it spends anyway, against what the prices said. The correction is slow and never below a half, so
 * that a lucky reading does not open the gates. The allowance fills at a given part of a core; what is not used within some seconds is lost.
 */
public final class CostGovernor {
    /** Prices of Redis 7.0.15, parsing and writing of the reply included. */
    public enum Work {
        INFO(30_000), RANDOM_KEY(3_800), MEMORY_USAGE(2_900), TIME_TO_LIVE(2_000), TYPE(1_900), LENGTH(1_900), SCANNED_KEY(1_200),
        CLIENT_LINE(800), WRITTEN_KEY(1_500), OTHER(5_000);

        private final long nanos;

        Work(long nanos) {
            this.nanos = nanos;
        }
    }

    private static final double FACTOR_MIN = 0.5;
    private static final double FACTOR_MAX = 20;
    private static final double LEARNING = 0.2;
    /** What may be saved up: bursts are bounded by it. */
    private static final double SAVED_SECONDS = 4;
    private static final double NANOS = 1e9;

    private final double calmBudget;
    private final double suspectBudget;
    private double factor = 1;
    private double allowanceNanos;
    private double spentNanos;
    private boolean suspecting;
    private double load;

    public CostGovernor(double calmBudget, double suspectBudget) {
        this.calmBudget = calmBudget;
        this.suspectBudget = suspectBudget;
        this.allowanceNanos = calmBudget * NANOS;
    }

    /** Time has passed, and the server was this busy in it (cores); a busy server is asked for half. */
    public void passed(double seconds, double cores) {
        load = cores;
        double budget = budget();
        allowanceNanos = Math.min(allowanceNanos + seconds * budget * NANOS, SAVED_SECONDS * budget * NANOS);
    }

    private double budget() {
        double budget = suspecting ? suspectBudget : calmBudget;
        return load > 0.9 ? budget / 2 : budget;
    }

    /** Switches to the budget of suspicion, with an allowance at once: the first second is worth most. */
    public void suspect(boolean on) {
        if (on && !suspecting) {
            allowanceNanos = Math.max(allowanceNanos, suspectBudget * NANOS);
        }
        suspecting = on;
    }

    /** Somebody who may decide so lets us do this much besides. */
    public void grant(Work first, Work second, Work third, int count) {
        allowanceNanos = Math.max(allowanceNanos, 0) + price(first, second, third) * (count + 1);
    }

    /** How many of so many wanted may be done now, 0 to {@code wanted}. Nothing is counted yet. */
    public int allowed(int wanted, Work... each) {
        double price = price(each);
        return (int) Math.clamp(Math.floor(allowanceNanos / price), 0, wanted);
    }

    /** This was done. Always counted, whether it was allowed or had to be. */
    public void charge(Work work, long count) {
        double nanos = work.nanos * factor * count;
        spentNanos += nanos;
        allowanceNanos -= nanos;
    }

    private double price(Work... each) {
        double nanos = 0;
        for (Work work : each) {
            nanos += work.nanos * factor;
        }
        return nanos;
    }

    /**
     * A batch of ours was measured by the server's own count.
     *
     * @param chargedNanos what was charged for it
     * @param usedNanos rise of the server's processor time
     * @param backgroundNanos what it would have spent anyway in that time
     */
    public void measured(double chargedNanos, double usedNanos, double backgroundNanos) {
        // The server's count moves in steps; small batches say nothing.
        if (chargedNanos < 2e6) {
            return;
        }
        double ratio = Math.clamp(Math.max(0, usedNanos - backgroundNanos) / chargedNanos, 0.1, 10);
        factor = Math.clamp(factor * (1 + LEARNING * (ratio - 1)), FACTOR_MIN, FACTOR_MAX);
    }

    /** Processor time of the target we have cost it since the beginning, as far as we know. */
    public long spentNanos() {
        return (long) spentNanos;
    }

    /** What the prices are multiplied by. */
    public double factor() {
        return factor;
    }
}
