// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.notify;

import dev.cofferdam.watch.incident.Incident;

/**
 * What is to be told, once. Immutable.
 *
 * @param id the same in all attempts, another one for each message
 * @param atMillis when it was made
 * @param watcher name of this watch, shown where several report to one place
 */
record Message(String id, Kind kind, Incident incident, MessageText text, long atMillis, String watcher) {
    enum Kind {
        /** The first of its incident. */
        OPENED,
        /** The stage has risen: people who saw the first must see this too. */
        RAISED,
        /** More is known or done. */
        UPDATED,
        /** Nothing changed; for those who forget what is not repeated. */
        REPEATED,
        RESOLVED,
        /** Somebody tries whether it arrives. */
        TEST
    }

    boolean isOver() {
        return kind == Kind.RESOLVED;
    }
}
