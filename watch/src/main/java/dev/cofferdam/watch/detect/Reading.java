// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.detect;

import org.jspecify.annotations.Nullable;

/**
 * A detector's answer to one sample. Immutable.
 *
 * @param concern the gravest; {@link Concern#NONE} exactly when the stage is {@link Stage#CALM}
 * @param climb while memory or buffers climb, else null
 * @param reason one sentence with its figures, for the timeline; empty while calm
 */
public record Reading(long atMillis, Stage stage, Concern concern, @Nullable Climb climb, String reason) {
    public static Reading calm(long atMillis) {
        return new Reading(atMillis, Stage.CALM, Concern.NONE, null, "");
    }
}
