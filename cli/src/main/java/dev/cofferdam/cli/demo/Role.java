// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.cli.demo;

import java.util.Locale;

/** What one shared server is used for. */
enum Role {
    SESSIONS, JOBS, CACHE;

    /** As people and compartments call it. */
    String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
