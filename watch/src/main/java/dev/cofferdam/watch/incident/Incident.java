// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.incident;

import dev.cofferdam.watch.attribute.Attribution;
import dev.cofferdam.watch.detect.Concern;
import dev.cofferdam.watch.detect.Reading;
import dev.cofferdam.watch.detect.Stage;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An incident as it stands at one moment. Immutable: each change makes another with the same id.
 *
 * @param id short, unique on this watcher, fit for a file name and as a pager's key to recognise repetitions by
 * @param target name of the target
 * @param onsetMillis when it began, which is before it was seen
 * @param stage the highest so far; never falls
 * @param reading the last reading that was part of it
 * @param attribution the best so far
 * @param refusedWrites commands answered with OOM since the onset
 * @param evictedKeys since the onset
 * @param endedMillis 0 while it lasts
 * @param timeline oldest first
 */
public record Incident(String id, String target, long onsetMillis, Concern concern, Stage stage, IncidentState state, Reading reading,
        @Nullable Attribution attribution, long refusedWrites, long evictedKeys, long endedMillis, List<TimelineEntry> timeline) {
}
