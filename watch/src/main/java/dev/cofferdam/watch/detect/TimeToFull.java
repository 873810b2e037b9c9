// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.detect;

/**
 * How long until the limit is reached at the present rate, with the range that holds in four of five climbs. Immutable.
 *
 * @param likelySeconds at the present rate
 * @param earliestSeconds the tenth percentile
 * @param latestSeconds the ninetieth percentile
 */
public record TimeToFull(double likelySeconds, double earliestSeconds, double latestSeconds) {
}
