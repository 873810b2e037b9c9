// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.contain;

import java.util.List;

/**
 * Who stands behind an action. Immutable.
 *
 * @param by who applies it
 * @param typed what was typed to say that data may be lost; must be the plan's confirmation
 * @param others who else agreed; one other person stands for the typing
 */
public record Approval(String by, String typed, List<String> others) {
    public Approval {
        others = List.copyOf(others);
    }

    public static Approval by(String who) {
        return new Approval(who, "", List.of());
    }

    public static Approval typed(String who, String text) {
        return new Approval(who, text, List.of());
    }

    boolean isEnoughFor(Plan plan) {
        return plan.confirmation().isEmpty() || plan.confirmation().equals(typed)
                || others.stream().anyMatch(other -> !other.isBlank() && !other.equals(by));
    }
}
