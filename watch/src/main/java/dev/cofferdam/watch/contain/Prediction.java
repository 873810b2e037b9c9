// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.contain;

import dev.cofferdam.watch.text.Words;
import java.util.Map;

/** What a plan will change, in a sentence. Pure functions. */
final class Prediction {
    private Prediction() {
    }

    static String of(PlanRequest request, Preview preview, Outlook outlook, Map<String, String> memory) {
        long used = NodeFacts.used(memory);
        long limit = NodeFacts.number(memory, "maxmemory");
        if (limit == 0) {
            return "";
        }
        return switch (request.kind()) {
            case READ_ONLY, DRAIN_ONLY, DISABLE_USER -> stopped(used, limit, outlook);
            case DROP_PREFIX, DROP_KEY -> level(used, limit, used - preview.bytes());
            case TRIM_LIST, KILL_CLIENT -> "";
            case RAISE_LIMIT -> "used " + Words.bytes(used) + ", which is " + Words.percent((double) used / limit) + " now and then "
                    + Words.percent((double) used / request.number()) + untilFull(request.number() - used, outlook.bytesPerSecond());
        };
    }

    private static String level(long used, long limit, long after) {
        return Words.percent((double) used / limit) + " of the limit is used now and then about "
                + Words.percent(Math.max(0, (double) after / limit)) + " (" + Words.bytes(Math.max(0, after)) + ")";
    }

    private static String stopped(long used, long limit, Outlook outlook) {
        if (used >= limit) {
            return "it is full, and this alone frees nothing: drop keys after it";
        }
        double rest = outlook.bytesPerSecond() * (1 - outlook.share());
        String now = outlook.bytesPerSecond() <= 0
                ? ""
                : "full in " + Words.seconds((limit - used) / outlook.bytesPerSecond()) + " without it; ";
        String then = outlook.bytesPerSecond() <= 0
                ? ""
                : rest < 1 ? "then growth ends and " : "then the rest grows " + Words.bytes(rest) + "/s and ";
        return now + then + Words.percent((double) (limit - used) / limit) + " headroom is left now";
    }

    private static String untilFull(long headroom, double bytesPerSecond) {
        return bytesPerSecond <= 0 ? "" : "; full in " + Words.seconds(headroom / bytesPerSecond) + " at the present rate";
    }
}
