// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.contain;

/**
 * How memory goes on if nobody does anything, for the prediction in a plan. Immutable.
 *
 * @param bytesPerSecond of the whole target; 0 when not known
 * @param share part of it that the keys in question make up, 0 to 1
 */
public record Outlook(double bytesPerSecond, double share) {
    public static final Outlook UNKNOWN = new Outlook(0, 0);
}
