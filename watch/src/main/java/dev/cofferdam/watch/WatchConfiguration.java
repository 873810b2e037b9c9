// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch;

import dev.cofferdam.watch.console.ConsoleOptions;
import dev.cofferdam.watch.incident.IncidentOptions;
import dev.cofferdam.watch.notify.NotifyOptions;
import dev.cofferdam.watch.statuspage.DraftOptions;
import dev.cofferdam.watch.statuspage.StatusOptions;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All that a watcher is told at its start. Immutable.
 *
 * @param folder where the past, the incidents and what was learned are kept; null to keep them in memory only
 */
public record WatchConfiguration(List<TargetConfiguration> targets, @Nullable Path folder, ConsoleOptions console,
        IncidentOptions incidents,
        NotifyOptions notifications, StatusOptions status, DraftOptions drafts) {
    /** Threads, files and a page full of targets have an end. */
    public static final int TARGETS_MAX = 200;

    public WatchConfiguration {
        targets = List.copyOf(targets);
    }

    /** The same with another console. */
    public WatchConfiguration with(ConsoleOptions other) {
        return new WatchConfiguration(targets, folder, other, incidents, notifications, status, drafts);
    }
}
