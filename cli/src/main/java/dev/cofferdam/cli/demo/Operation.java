// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.cli.demo;

import java.util.Arrays;
import java.util.List;

/** What the applications ask of a server, each counted by itself. */
enum Operation {
    /** Somebody logs in: a session is written, and read by the page that follows. */
    LOGIN(Role.SESSIONS, "logins"),
    /** Somebody who is logged in asks for a page: the session is read and its time to live prolonged. */
    REQUEST(Role.SESSIONS, "page requests"),
    /** A job is handed in. */
    SUBMIT(Role.JOBS, "submissions of jobs"),
    /** A worker takes a job. */
    WORK(Role.JOBS, "attempts to take a job"),
    /** The cache is asked. */
    READ(Role.CACHE, "cache reads"),
    /** What the database answered is put into the cache. */
    WRITE(Role.CACHE, "cache writes");

    static final int COUNT = values().length;

    final Role role;
    final String plural;

    Operation(Role role, String plural) {
        this.role = role;
        this.plural = plural;
    }

    static List<Operation> of(Role role) {
        return Arrays.stream(values()).filter(operation -> operation.role == role).toList();
    }
}
