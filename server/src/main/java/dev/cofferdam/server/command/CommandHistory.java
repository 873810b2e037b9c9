// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.command;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What COMMAND DOCS says of a command's past. Immutable.
 *
 * @param changes oldest first
 * @param deprecation null when nobody advises against the command
 */
public record CommandHistory(List<Change> changes, @Nullable Deprecation deprecation) {
    /** What a version changed, in a sentence. */
    public record Change(String since, String what) {
    }

    /** From which version on another command is advised, and which. */
    public record Deprecation(String since, String replacement) {
    }

    static List<Change> changes(String... versionsAndSentences) {
        List<Change> changes = new ArrayList<>();
        for (int i = 0; i < versionsAndSentences.length; i += 2) {
            changes.add(new Change(versionsAndSentences[i], versionsAndSentences[i + 1]));
        }
        return List.copyOf(changes);
    }
}
