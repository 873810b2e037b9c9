// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.contain;

import java.util.ArrayList;
import java.util.List;

/**
 * A plan that was applied, and how it stands. Immutable; kept on disk from before its first command on, so that a watcher that is killed can take it back.
 *
 * @param by who applied it
 * @param undoAtMillis when it is taken back by itself; 0 when it is not
 * @param owner the process that applies it, while it does
 * @param notes what happened, oldest first
 * @param exportFile name of the file with the values deleted, or empty
 */
public record Action(Plan plan, State state, String by, long appliedMillis, long undoAtMillis, long owner, Effect effect,
        List<String> notes,
        String exportFile) {
    /** How an action stands. */
    public enum State {
        /** Its commands are being sent. */
        APPLYING,
        /** Done, and can be taken back. */
        IN_FORCE,
        /** Done for good. */
        DONE,
        /** Taken back. */
        UNDONE,
        /** Nothing of it was done, or what was is taken back. */
        FAILED
    }

    static final int NOTES_MAX = 100;

    public Action {
        notes = List.copyOf(notes);
    }

    public String id() {
        return plan.id();
    }

    Action with(State next, Effect measured, String note) {
        return new Action(plan, next, by, appliedMillis, next == State.IN_FORCE ? undoAtMillis : 0, owner, measured, noted(note),
                exportFile);
    }

    Action undoAt(long millis, String note) {
        return new Action(plan, state, by, appliedMillis, millis, owner, effect, noted(note), exportFile);
    }

    private List<String> noted(String note) {
        List<String> all = new ArrayList<>(notes.size() >= NOTES_MAX ? notes.subList(1, notes.size()) : notes);
        all.add(note);
        return all;
    }
}
