// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.detect;

import org.jspecify.annotations.Nullable;

/**
 * One climb as it stands: since when, from where, how fast, how long still. Immutable.
 *
 * @param onsetMillis when it began, by the watcher's clock; known only in hindsight, good to about two seconds
 * @param onsetBytes level at the onset
 * @param levelBytes level now, without spikes shorter than three seconds
 * @param excessBytes climb beyond the rate that would take half an hour to fill the headroom: the detector's own measure
 * @param bytesPerSecond present rate
 * @param timeToFull null when the rate is not upward, or there is no limit
 */
public record Climb(long onsetMillis, long onsetBytes, long levelBytes, long limitBytes, long excessBytes, double bytesPerSecond,
        @Nullable TimeToFull timeToFull) {
}
