// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.contain;

import dev.cofferdam.watch.text.Words;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What would be done, exactly, what it would meet and how it is undone. Immutable; made with reads only, kept on disk until it expires.
 *
 * @param id short, fit for a file name
 * @param steps in order; a repeated one goes on until there is nothing left to do
 * @param rules the changes of users' rules among the steps, for undoing them
 * @param blastRadius whom it concerns, in a sentence
 * @param prediction what it changes, in a sentence
 * @param confirmation what must be typed before data are lost; empty for the rest
 */
public record Plan(String id, String target, PlanRequest request, long madeMillis, long expiresMillis, List<Step> steps,
        List<RuleChange> rules, Preview preview, String blastRadius, List<String> warnings, String prediction, String confirmation) {
    /**
     * One command on one node.
     *
     * @param undo the command that takes it back; null when nothing does
     */
    public record Step(String node, Command command, @Nullable Command undo, boolean repeated) {
    }

    public Plan {
        steps = List.copyOf(steps);
        rules = List.copyOf(rules);
        warnings = List.copyOf(warnings);
    }

    /** {@code read-only cache:report:}. */
    public String title() {
        return request.kind().word() + " " + request.subject();
    }

    /** The whole plan for people, a line each. */
    public List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add("Plan " + id + ": " + title() + " on " + target + ", good for " + Words.seconds((expiresMillis - madeMillis) / 1000d));
        lines.add("  meets:    " + preview.text());
        lines.add("  concerns: " + blastRadius);
        if (!prediction.isEmpty()) {
            lines.add("  then:     " + prediction);
        }
        for (String warning : warnings) {
            lines.add("  mind:     " + warning);
        }
        for (Step step : steps) {
            lines.add("  " + (step.repeated() ? "repeat on " : "do on ") + step.node() + ": " + step.command().text());
        }
        for (Step step : steps) {
            if (step.undo() != null) {
                lines.add("  undo on " + step.node() + ": " + step.undo().text());
            }
        }
        if (!request.kind().reversible()) {
            lines.add("  undo:     none" + (confirmation.isEmpty() ? "" : "; to apply it, type: " + confirmation));
        }
        return lines;
    }
}
