// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.console;

import java.util.List;
import java.util.Map;

/**
 * Where the console asks what could be done to a target, and has it done. Any thread. What cannot be done now is refused with a
 * {@link dev.cofferdam.watch.web.Problem}.
 */
public interface PlanDesk {
    /** What could be done about a target as it stands now, the mildest first; empty when there is nothing, or doing is off. */
    List<Choice> choices(String target);

    /** Works out a choice: looks at the target, changes nothing. */
    Plan propose(String target, String type, Map<String, String> parameters, String author);

    /** One of those who must agree does. */
    Plan approve(String id, String author);

    /** @param typed what the person typed to show that it is meant: {@link Plan#typed} */
    Plan apply(String id, String author, String typed);

    Plan undo(String id, String author);

    /** Of one target, latest first. */
    List<Plan> plans(String target);

    /** What was done to any target, latest first. */
    List<Deed> audit(int max);

    /** A desk where nothing can be done. */
    PlanDesk NONE = new NoPlans();

    /**
     * Something that could be done. Immutable.
     *
     * @param title on the button: {@code Make cache:report:* read-only}
     * @param effect what it will do, in a sentence: {@code Stops the growth in 1 ms; its writers get NOPERM, its readers go on.}
     * @param destroys whether data is lost by it
     */
    record Choice(String type, String title, String effect, boolean destroys) {
    }

    /**
     * A choice worked out. Immutable.
     *
     * @param state {@code proposed}, {@code approved}, {@code running}, {@code applied}, {@code undone}, {@code failed} or {@code expired}
     * @param expiresMillis when it can no longer be applied
     * @param preview what it will touch, line by line
     * @param typed what a person must type to apply it; empty when a press is enough
     * @param approvals names of those who agreed
     * @param outcome what became of it, in a sentence; empty before
     */
    record Plan(String id, String target, String type, String title, String state, long createdMillis, long expiresMillis,
            List<String> preview, List<String> commands, List<String> undo, String typed, int approvalsNeeded, List<String> approvals,
            boolean undoable, String outcome) {
    }

    /** A line of the audit. Immutable. */
    record Deed(long atMillis, String target, String author, String text) {
    }
}
