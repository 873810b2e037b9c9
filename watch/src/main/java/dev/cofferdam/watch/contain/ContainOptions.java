// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.contain;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What containment may do to one target. Immutable; {@link #DEFAULTS} does nothing at all.
 *
 * @param protectedPrefixes beginnings of keys that are never touched, nor anything broader that has them in it
 * @param guardedWords a key one of whose parts begins so is somebody's session, login or lock: where a sample meets one, nothing is deleted
 * @param exemptUsers users whose rules are never changed, besides the one we act as
 * @param undoAfter what can be taken back is, after this time, unless it is renewed
 * @param planLife a plan is good for so long; the world has moved on after that
 * @param batchKeys deleted at once
 * @param batchPause between batches, at least
 * @param keysMax a plan for more keys is refused, and a run ends there
 * @param exportMaxBytes of values written to a file before they are deleted; 0 to write none
 * @param limitMaxBytes highest maxmemory that may be set; 0 to never raise it
 * @param killSwitch while this file exists nothing is applied and what is running stops; undoing goes on
 * @param automatic what level AUTO may do
 * @param automaticPerDay how often, at most, in 24 hours
 */
public record ContainOptions(ContainLevel level, List<String> protectedPrefixes, List<String> guardedWords, Set<String> exemptUsers,
        Duration undoAfter, Duration planLife, int batchKeys, Duration batchPause, long keysMax, long exportMaxBytes, long limitMaxBytes,
        @Nullable Path killSwitch, List<Automatic> automatic, int automaticPerDay) {
    public static final ContainOptions DEFAULTS = new ContainOptions(ContainLevel.OBSERVE, List.of(), List.of("sess", "auth", "lock"),
            Set.of(), Duration.ofMinutes(30), Duration.ofSeconds(120), 200, Duration.ofMillis(2), 5_000_000, 0, 0, null, List.of(), 3);

    /** One thing that may happen without a person: this kind of action, for this very prefix or key. */
    public record Automatic(ActionKind kind, String prefix) {
    }

    public ContainOptions {
        protectedPrefixes = List.copyOf(protectedPrefixes);
        guardedWords = List.copyOf(guardedWords);
        exemptUsers = Set.copyOf(exemptUsers);
        automatic = List.copyOf(automatic);
        if (batchKeys < 1 || batchKeys > 1_000) {
            throw new IllegalArgumentException("batch-keys " + batchKeys + ": 1 to 1000; more at once blocks the server for others");
        }
        if (undoAfter.compareTo(Duration.ofSeconds(1)) < 0 || undoAfter.compareTo(Duration.ofDays(7)) > 0) {
            throw new IllegalArgumentException("undo-after " + undoAfter + ": from a second to seven days");
        }
    }

    public ContainOptions withLevel(ContainLevel other) {
        return new ContainOptions(other, protectedPrefixes, guardedWords, exemptUsers, undoAfter, planLife, batchKeys, batchPause, keysMax,
                exportMaxBytes, limitMaxBytes, killSwitch, automatic, automaticPerDay);
    }

    public ContainOptions withProtection(List<String> prefixes, List<String> words) {
        return new ContainOptions(level, prefixes, words, exemptUsers, undoAfter, planLife, batchKeys, batchPause, keysMax, exportMaxBytes,
                limitMaxBytes, killSwitch, automatic, automaticPerDay);
    }

    public ContainOptions withExemptUsers(Set<String> users) {
        return new ContainOptions(level, protectedPrefixes, guardedWords, users, undoAfter, planLife, batchKeys, batchPause, keysMax,
                exportMaxBytes, limitMaxBytes, killSwitch, automatic, automaticPerDay);
    }

    public ContainOptions withTimes(Duration undo, Duration plan) {
        return new ContainOptions(level, protectedPrefixes, guardedWords, exemptUsers, undo, plan, batchKeys, batchPause, keysMax,
                exportMaxBytes, limitMaxBytes, killSwitch, automatic, automaticPerDay);
    }

    public ContainOptions withBatches(int keys, Duration pause, long most) {
        return new ContainOptions(level, protectedPrefixes, guardedWords, exemptUsers, undoAfter, planLife, keys, pause, most,
                exportMaxBytes, limitMaxBytes, killSwitch, automatic, automaticPerDay);
    }

    public ContainOptions withExportMaxBytes(long bytes) {
        return new ContainOptions(level, protectedPrefixes, guardedWords, exemptUsers, undoAfter, planLife, batchKeys, batchPause, keysMax,
                bytes, limitMaxBytes, killSwitch, automatic, automaticPerDay);
    }

    public ContainOptions withLimitMaxBytes(long bytes) {
        return new ContainOptions(level, protectedPrefixes, guardedWords, exemptUsers, undoAfter, planLife, batchKeys, batchPause, keysMax,
                exportMaxBytes, bytes, killSwitch, automatic, automaticPerDay);
    }

    public ContainOptions withKillSwitch(@Nullable Path file) {
        return new ContainOptions(level, protectedPrefixes, guardedWords, exemptUsers, undoAfter, planLife, batchKeys, batchPause, keysMax,
                exportMaxBytes, limitMaxBytes, file, automatic, automaticPerDay);
    }

    public ContainOptions withAutomatic(List<Automatic> allowed, int perDay) {
        return new ContainOptions(level, protectedPrefixes, guardedWords, exemptUsers, undoAfter, planLife, batchKeys, batchPause, keysMax,
                exportMaxBytes, limitMaxBytes, killSwitch, allowed, perDay);
    }
}
