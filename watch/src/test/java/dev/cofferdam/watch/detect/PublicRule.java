// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.detect;

/**
 * An alert rule as it is used in public, over scrapes: a condition that must hold for a while. One thread.
 *
 * <p>Owns the scrapes of its window. The line of {@code predict_linear} is that of least squares, over times relative to the oldest scrape.
 */
final class PublicRule {
    static final int SCRAPE_SECONDS = 15;

    final String name;
    private final double level;
    private final int windowSeconds;
    private final double horizonSeconds;
    private final int forSeconds;
    private final double[] scrapes;
    private int count;
    private int since = -1;

    private PublicRule(String name, double level, int windowSeconds, double horizonSeconds, int forSeconds) {
        this.name = name;
        this.level = level;
        this.windowSeconds = windowSeconds;
        this.horizonSeconds = horizonSeconds;
        this.forSeconds = forSeconds;
        scrapes = new double[Math.max(1, windowSeconds / SCRAPE_SECONDS)];
    }

    static PublicRule[] all() {
        return new PublicRule[] {new PublicRule("`> 90 %` for 2m", 0.9, 0, 0, 120), new PublicRule("`> 80 %` for 1m", 0.8, 0, 0, 60),
            new PublicRule("`predict_linear[5m]` 15m, for 1m", 0, 300, 900, 60),
            new PublicRule("`predict_linear[1h]` 4h, for 5m", 0, 3_600, 14_400, 300)};
    }

    /** How long before a moment it must have been watching to be as it would be then. */
    int historySeconds() {
        return windowSeconds + 2 * forSeconds + SCRAPE_SECONDS;
    }

    void reset() {
        count = 0;
        since = -1;
    }

    /** @return whether it fires after this scrape */
    boolean scrape(int second, double used) {
        if (!condition(used)) {
            since = -1;
            return false;
        }
        if (since < 0) {
            since = second;
        }
        return second - since >= forSeconds;
    }

    private boolean condition(double used) {
        if (windowSeconds == 0) {
            return used > level;
        }
        scrapes[count++ % scrapes.length] = used;
        int held = Math.min(count, scrapes.length);
        if (held < 2) {
            return false;
        }
        double meanTime = (held - 1) / 2.0;
        double mean = 0;
        double covariance = 0;
        for (int i = 0; i < held; i++) {
            double value = scrapes[(count - held + i) % scrapes.length];
            mean += value;
            covariance += value * (i - meanTime);
        }
        mean /= held;
        double slope = covariance / (held * (held * (double) held - 1) / 12);
        return mean + slope * (meanTime + horizonSeconds / SCRAPE_SECONDS) > 1;
    }
}
