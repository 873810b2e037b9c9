// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.incident;

import java.util.Map;

/**
 * One line of an incident's timeline. Immutable.
 *
 * @param kind what sort of thing happened; the console and the post-mortem group by it
 * @param text a sentence for people
 * @param evidence the figures it rests on, by name; in the order given
 * @param author who did or said it: {@code watch}, or a person's name
 */
public record TimelineEntry(long atMillis, Kind kind, String text, Map<String, String> evidence, String author) {
    /** Sorts of entries. */
    public enum Kind {
        ONSET, STAGE, NAMED, REFUSING, UNREACHABLE, REACHABLE, NOTIFIED, ACKNOWLEDGED, NOTE, PLAN, ACTION, STATUS, CALM, RESOLVED
    }
}
