// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.console.rehearsal;

import dev.cofferdam.memory.Clock;
import dev.cofferdam.watch.console.Console;
import dev.cofferdam.watch.console.ConsoleOptions;
import dev.cofferdam.watch.metrics.MetricRoutes;
import dev.cofferdam.watch.statuspage.StatusBoard;
import dev.cofferdam.watch.statuspage.StatusOptions;
import dev.cofferdam.watch.statuspage.StatusRoutes;
import java.nio.file.Path;
import java.util.List;

/** All of the console on a rehearsal: page, metrics and status page, as the watcher puts them together. Owns the console. */
public final class RehearsedConsole implements AutoCloseable {
    private final Console console;
    private final MetricRoutes metrics;

    /** @param statusFile where what is published is kept */
    public RehearsedConsole(Rehearsal rehearsal, ConsoleOptions options, Path statusFile, Clock clock) {
        this.console = Console.on(options, rehearsal, rehearsal.incidents(), rehearsal.plans(), clock);
        this.metrics = MetricRoutes.declare(console.server(), rehearsal, List.of(console::collect));
        StatusOptions status = new StatusOptions("Status", "http://127.0.0.1:" + console.port(), options.statusPublic(),
                StatusOptions.DEFAULTS.components());
        new StatusRoutes(status, new StatusBoard(statusFile, clock), rehearsal.drafts(), rehearsal, clock).declarePages(console.server())
            .declareEditor(console.server());
        console.start();
    }

    public int port() {
        return console.port();
    }

    @Override
    public void close() {
        metrics.close();
        console.close();
    }
}
