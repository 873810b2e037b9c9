// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.series;

import java.util.List;

/**
 * Part of a target's past. Immutable.
 *
 * @param stepMillis of the points; coarser than was asked for where nothing finer is kept that long, or the answer would be too long
 * @param points oldest first; stretches of which nothing is known are left out
 */
public record Series(String target, long stepMillis, List<SeriesPoint> points) {
}
