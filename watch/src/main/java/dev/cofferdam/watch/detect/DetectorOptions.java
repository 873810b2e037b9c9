// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.detect;

/**
 * How far a detector may go. Immutable.
 *
 * @param learningDays for so long nobody is woken on the ground of a forecast, because it is not known yet what this target does on its ordinary days; but for one that it is about to be
 *            full, and writes that are refused page from the first second
 * @param gravest nothing graver is ever said: {@code NOTIFY} is the mode in which nobody is woken
 */
public record DetectorOptions(double learningDays, Stage gravest) {
    public static final DetectorOptions DEFAULTS = new DetectorOptions(7, Stage.PAGE);

    public DetectorOptions {
        if (!(learningDays >= 0)) {
            throw new IllegalArgumentException("learning days: " + learningDays);
        }
    }
}
