// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.statuspage;

import java.util.List;

/** Where the status page finds what could be said, and tells what was. Any thread. */
public interface DraftDesk {
    /** One for each incident that is on or has just ended; latest first. */
    List<Draft> drafts();

    /** A person has published this of an incident: it belongs into the timeline. */
    void published(String incident, String author, String text);

    /**
     * What others could be told, in plain words. Nobody sees it until a person publishes it. Immutable.
     *
     * @param incident id of the watcher's incident
     * @param status {@code investigating}, {@code identified}, {@code monitoring}, {@code resolved} or {@code postmortem}
     * @param impact {@code none}, {@code minor}, {@code major} or {@code critical}
     * @param components names of the targets that are affected
     */
    record Draft(String incident, String name, String status, String impact, String body, List<String> components) {
    }

    /** A desk without drafts: everything is written by hand. */
    DraftDesk NONE = new DraftDesk() {
        @Override
        public List<Draft> drafts() {
            return List.of();
        }

        @Override
        public void published(String incident, String author, String text) {
            // Nobody keeps a timeline.
        }
    };
}
