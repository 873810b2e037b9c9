// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.detect;

import dev.cofferdam.watch.text.Words;

/**
 * Growth over days and weeks that will fill the target: a ticket, never a page. Immutable.
 *
 * @param sinceMillis when the window it was seen in begins
 * @param windowDays length of that window
 * @param bytesPerDay median of the slopes between its days
 * @param likelyDays until the limit is reached, from the highest of the ordinary hours
 * @param earliestDays the tenth percentile
 * @param latestDays the ninetieth percentile
 */
public record Leak(long sinceMillis, int windowDays, double bytesPerDay, double likelyDays, double earliestDays, double latestDays) {
    /** One sentence with its figures. */
    public String inWords() {
        return "memory has grown " + Words.bytes(bytesPerDay) + " a day for " + windowDays + " days; at this rate full in "
                + Words.figure(likelyDays) + " days (likely " + Words.figure(earliestDays) + "-"
                + Words.figure(latestDays) + ")";
    }
}
