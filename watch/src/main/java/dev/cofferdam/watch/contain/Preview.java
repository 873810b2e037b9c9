// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.contain;

import dev.cofferdam.watch.text.Words;
import java.util.List;
import java.util.stream.Stream;

/**
 * What an action would meet, estimated from a sample. Immutable. All figures are 0 where no keys are concerned.
 *
 * @param keys estimated, give or take the margin (95 %)
 * @param withTtlShare part of them that expires by itself, 0 to 1
 * @param sampled how many of them were looked at
 * @param idleSeconds half of them were not used for longer; -1 when the server does not tell
 * @param types of those looked at
 * @param examples a few names, quoted
 * @param guarded names, quoted, that look like somebody's session, login or lock
 */
public record Preview(long keys, long keysMargin, long bytes, long bytesMargin, double withTtlShare, long sampled, long idleSeconds,
        List<String> types, List<String> examples, List<String> guarded) {
    static final Preview NONE = new Preview(0, 0, 0, 0, 0, 0, -1, List.of(), List.of(), List.of());
    private static final double TTL_SHARE_MAX = 0.25;
    private static final int SAMPLED_MIN = 20;
    private static final int GROWTH_MAX = 3;
    private static final int KEYS_SLACK = 1_000;

    public Preview {
        types = List.copyOf(types);
        examples = List.copyOf(examples);
        guarded = List.copyOf(guarded);
    }

    /** Both together, of two nodes. */
    Preview and(Preview other) {
        if (sampled == 0 || other.sampled == 0) {
            return sampled == 0 ? other : this;
        }
        double part = (double) keys / Math.max(1, keys + other.keys);
        return new Preview(keys + other.keys, Math.round(Math.hypot(keysMargin, other.keysMargin)), bytes + other.bytes,
                Math.round(Math.hypot(bytesMargin, other.bytesMargin)), withTtlShare * part + other.withTtlShare * (1 - part),
                sampled + other.sampled, Math.max(idleSeconds, other.idleSeconds), union(types, other.types), examples,
                union(guarded, other.guarded));
    }

    private static List<String> union(List<String> some, List<String> others) {
        return Stream.concat(some.stream(), others.stream()).distinct().toList();
    }

    /** In what the keys are not any more what this plan was made for; empty when they are. */
    String changeTo(Preview now) {
        if (!guarded.containsAll(now.guarded) && guarded.isEmpty()) {
            return "there are now keys such as " + now.guarded.getFirst() + " among them";
        }
        if (now.keys - now.keysMargin > GROWTH_MAX * (keys + keysMargin) + KEYS_SLACK) {
            return "there were " + Words.count(keys) + " keys and are now " + Words.count(now.keys);
        }
        boolean enough = sampled >= SAMPLED_MIN && now.sampled >= SAMPLED_MIN;
        if (enough && Math.abs(withTtlShare - now.withTtlShare) > TTL_SHARE_MAX) {
            return Words.percent(withTtlShare) + " of the keys had a time to live and now " + Words.percent(now.withTtlShare) + " have";
        }
        // A rare type may be in one sample and not in another: only wholly others are a change.
        boolean alike = types.isEmpty() || now.types.isEmpty() || types.stream().anyMatch(now.types::contains);
        return alike ? "" : "they were " + String.join(", ", types) + " and are now " + String.join(", ", now.types);
    }

    /** One line for people. */
    public String text() {
        if (sampled == 0) {
            return "no keys were met";
        }
        String idle = idleSeconds < 0 ? "" : "; half were not used for " + Words.seconds(idleSeconds);
        return Words.count(keys) + margin(Words.count(keysMargin), keysMargin) + " keys, " + Words.bytes(bytes)
                + margin(Words.bytes(bytesMargin), bytesMargin) + " (" + String.join(", ", types) + "); "
                + Words.percent(1 - withTtlShare)
                + " never expire" + idle + "; " + sampled + " looked at";
    }

    private static String margin(String text, long margin) {
        return margin == 0 ? "" : " ± " + text;
    }
}
