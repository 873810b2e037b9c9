// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.incident;

/**
 * What an incident remembers besides what it shows: counters it compares with and how long it has been calm. Plain fields, written to the
 * disk as they are. Owned by one {@link LiveIncident}.
 *
 * <p>Times of calm are summed from the steps between readings, each cut to a few seconds, so that neither a clock that jumps nor an hour
 * in which watch was down passes for calm.
 */
final class Figures {
    /** Wall clock of the last reading. */
    public long lastMillis;
    public long onsetBytes;
    public long limitBytes;
    /** The level that held for three samples, as the detector sees it, and the two samples before the last. */
    public long levelBytes;
    public long usedBefore;
    public long usedBeforeThat;
    public long peakBytes;
    /** The target's own counters when last seen. */
    public long refusedCounter;
    public long evictedCounter;
    /** 0 to 1, or NaN where too little was asked for to tell. */
    public double hitRateBefore = Double.NaN;
    public double hitRateLowest = Double.NaN;

    /** Without any stage, below the level of the onset, without any climb at all, without a refused write. */
    public long calmMillis;
    public long belowMillis;
    public long restMillis;
    public long unrefusedMillis;

    public boolean refusing;
    public boolean unreachable;
    /** Whether growth has rested since it last climbed. */
    public boolean stopped;
    public boolean acknowledged;
    /** Level when somebody said it was contained; growth well above it says it is not. */
    public long containedBytes;
    /** Resolved by a person while it went on: nothing is opened for the target until it was calm, or climbs anew. */
    public boolean closedByHand;
    public int linesLeftOut;
}
