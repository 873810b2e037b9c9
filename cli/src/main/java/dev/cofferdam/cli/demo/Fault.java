// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.cli.demo;

import java.util.Arrays;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What goes wrong at 15:45. Each has happened to somebody in public. */
enum Fault {
    SESSION_LEAK("session-leak", "a bot opens a session with every request", Role.SESSIONS),
    JOBS_BACKLOG("jobs-backlog", "the workers stall while a campaign hands in large jobs", Role.JOBS),
    CACHE_FLOOD("cache-flood", "a report writes large cache entries without an end", Role.CACHE),
    SLOW_READER("slow-reader", "clients ask for large values and do not read the answers", null);

    /** Name on the command line. */
    final String label;
    final String title;
    /** The role that is at fault itself; null when none is. */
    final @Nullable Role culprit;

    Fault(String label, String title, @Nullable Role culprit) {
        this.label = label;
        this.title = title;
        this.culprit = culprit;
    }

    static Fault named(String label) {
        return Arrays.stream(values()).filter(fault -> fault.label.equals(label)).findFirst()
            .orElseThrow(() -> new DemoException("--fault " + label + ": there are " + labels() + " and all"));
    }

    static String labels() {
        return Arrays.stream(values()).map(fault -> fault.label).collect(Collectors.joining(", "));
    }
}
