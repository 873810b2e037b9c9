// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.cli.demo;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How things stand with one server at the end of a second: counts since the start, p99 of that second alone. Immutable.
 *
 * @param second which one of the run, from 0
 * @param ok by operation
 * @param failed by operation
 * @param p99Millis by role; none for a role in which nothing succeeded
 * @param loggedOut people whose session was gone when they came back
 * @param failedPages pages nobody got because the database could not answer
 * @param loads asked of the database
 * @param backlog jobs that wait
 */
@SuppressWarnings("ArrayRecordComponent")
record Tick(int second, long[] ok, long[] failed, Map<Role, Double> p99Millis, long loggedOut, long failedPages, long loads, long backlog,
        Memory memory) {
    static final Tick START = new Tick(-1, new long[Operation.COUNT], new long[Operation.COUNT], Map.of(), 0, 0, 0, 0, Memory.UNKNOWN);

    long ok(Operation operation) {
        return ok[operation.ordinal()];
    }

    long failed(Operation operation) {
        return failed[operation.ordinal()];
    }

    long ok(Role role) {
        return Operation.of(role).stream().mapToLong(this::ok).sum();
    }

    long failed(Role role) {
        return Operation.of(role).stream().mapToLong(this::failed).sum();
    }

    @Nullable
    Double p99Millis(Role role) {
        return p99Millis.get(role);
    }

    /** What happened after {@code earlier}: counts are differences, the rest is as it stands now. */
    Tick since(Tick earlier) {
        long[] okSince = ok.clone();
        long[] failedSince = failed.clone();
        for (int i = 0; i < Operation.COUNT; i++) {
            okSince[i] -= earlier.ok[i];
            failedSince[i] -= earlier.failed[i];
        }
        return new Tick(second, okSince, failedSince, p99Millis, loggedOut - earlier.loggedOut, failedPages - earlier.failedPages,
                loads - earlier.loads, backlog, memory);
    }
}
