// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch;

import dev.cofferdam.memory.Clock;
import dev.cofferdam.watch.contain.ContainLevel;
import dev.cofferdam.watch.contain.Containment;
import dev.cofferdam.watch.contain.DialedNodes;
import dev.cofferdam.watch.contain.Pause;
import dev.cofferdam.watch.incident.TimelineEntry;
import dev.cofferdam.watch.probe.RespDialer;
import dev.cofferdam.watch.probe.TargetAddress;
import dev.cofferdam.watch.series.SeriesStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Opens what may be done to a target, for the watcher and for the command line beside it; both work on one folder. Stateless. */
public final class Containments {
    private Containments() {
    }

    /**
     * Null when nothing may be done, or there is no place to write it down before it is.
     *
     * @param folder of the whole watcher
     * @param timeline hears what is planned and done
     */
    public static @Nullable Containment open(TargetConfiguration target, @Nullable Path folder, Clock clock, long seed,
            Consumer<TimelineEntry> timeline)
            throws IOException {
        if (folder == null || target.contain().level() == ContainLevel.OBSERVE) {
            return null;
        }
        TargetAddress acting = target.acting();
        DialedNodes nodes = new DialedNodes(target.address(), dialer(target, target.address(), clock),
                acting == null ? null : dialer(target, acting, clock));
        Path own = folder.resolve("contain").resolve(SeriesStore.folderName(target.name()));
        Files.createDirectories(own);
        return new Containment(target.name(), nodes, target.contain(), own, clock, Pause.real(), seed, timeline);
    }

    static RespDialer dialer(TargetConfiguration target, TargetAddress as, Clock clock) {
        return new RespDialer(as, target.tls(), target.hostNameChecked(), clock);
    }
}
