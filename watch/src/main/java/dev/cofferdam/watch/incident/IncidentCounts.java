// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.incident;

/**
 * What the book has done since it was opened, for the metrics. Immutable.
 *
 * @param vanished drafts that proved to be nothing
 * @param deleted resolved incidents whose record made room
 * @param damagedLines of the record that could not be read
 * @param failedWrites of the record
 * @param trouble why the record is not complete, in a sentence; empty when it is
 */
public record IncidentCounts(long opened, long told, long paged, long resolved, long vanished, long deleted, long damagedLines,
        long failedWrites, String trouble) {
}
