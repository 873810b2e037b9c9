// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.incident;

import dev.cofferdam.watch.detect.Climb;
import dev.cofferdam.watch.detect.Concern;
import dev.cofferdam.watch.detect.Stage;
import dev.cofferdam.watch.text.Words;
import org.jspecify.annotations.Nullable;

/** Words of the timeline that depend on the concern or the stage. Stateless. */
final class IncidentText {
    private IncidentText() {
    }

    /** Which of two concerns an incident is called by: the one that hurts more. */
    static int gravity(Concern concern) {
        return switch (concern) {
            case NONE -> 0;
            case SLOW_LEAK -> 1;
            case HIT_RATE_FALL -> 2;
            case EVICTION_STORM -> 3;
            case UNREACHABLE -> 4;
            case CLIENT_BUFFERS -> 5;
            case CLIMB -> 6;
            case FULL -> 7;
        };
    }

    static String onset(Concern concern, @Nullable Climb climb) {
        String from = climb == null
                ? ""
                : " from " + Words.bytes(climb.onsetBytes())
                        + (climb.limitBytes() > 0 ? " of " + Words.bytes(climb.limitBytes()) : "");
        return switch (concern) {
            case CLIMB -> "Memory begins to climb" + from + ".";
            case FULL -> climb == null ? "The limit is reached." : "Memory begins to climb" + from + ", until it is full.";
            case SLOW_LEAK -> "A slow leak is seen" + from + ".";
            case CLIENT_BUFFERS -> "Buffers of clients begin to climb" + from + ".";
            case EVICTION_STORM -> "Keys are evicted far faster than usual.";
            case HIT_RATE_FALL -> "Far fewer keys are found than usual.";
            case UNREACHABLE -> "The target no longer answers.";
            case NONE -> "Something begins.";
        };
    }

    static String stage(Stage stage) {
        return switch (stage) {
            case CALM -> "Calm";
            case SUSPECT -> "Suspected";
            case NOTIFY -> "Sure enough to tell";
            case PAGE -> "Sure enough to wake somebody";
        };
    }
}
