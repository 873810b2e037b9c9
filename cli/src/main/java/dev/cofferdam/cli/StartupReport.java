// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.cli;

import dev.cofferdam.keyspace.CompartmentRules;
import dev.cofferdam.server.config.BudgetPlan;
import dev.cofferdam.server.config.CompartmentPlan;
import dev.cofferdam.server.config.Configuration;
import dev.cofferdam.server.config.Directives;
import dev.cofferdam.server.config.PolicyWords;
import dev.cofferdam.server.config.Sizes;
import dev.cofferdam.server.config.Words;
import java.util.ArrayList;
import java.util.List;

/** What a start says about itself, a line each: the limit, what it is made of, where the keys go, and what is not there. Stateless. */
final class StartupReport {
    /** Patterns shown per compartment; the rest is a number. */
    private static final int PATTERNS_MAX = 8;

    private StartupReport() {
    }

    static List<String> of(Configuration configuration, RuntimeMemory runtime) {
        List<String> lines = new ArrayList<>();
        BudgetPlan plan = configuration.plan();
        long limit = plan.maxMemoryBytes() + runtime.totalBytes();
        lines.add("Memory: maxmemory " + Sizes.readable(plan.maxMemoryBytes())
                + (configuration.isGiven(Directives.MAXMEMORY) ? "" : " (default)") + " + runtime "
                + Sizes.readable(runtime.totalBytes()) + " = at most " + Sizes.readable(limit) + " resident");
        lines.add("Runtime: heap " + Sizes.readable(runtime.heapBytes()) + ", classes " + Sizes.readable(runtime.metaspaceBytes())
                + ", compiled code "
                + Sizes.readable(runtime.codeBytes()) + ", buffers " + Sizes.readable(runtime.directBytes()) + ", virtual machine "
                + Sizes.readable(runtime.baseBytes())
                + (runtime.uncapped().isEmpty()
                        ? ""
                        : "; NOT capped: " + String.join(", ", runtime.uncapped())
                                + "; start by the cofferdam script"));
        for (CompartmentPlan compartment : plan.compartments()) {
            lines.add("Compartment " + compartment.name() + ": " + compartment.budgetText() + ", full "
                    + PolicyWords.text(compartment.full()) + ", keys "
                    + keys(plan, compartment));
        }
        lines.add("Connections: " + plan.connections().budgetText() + "; machinery: " + plan.machinery().budgetText());
        for (CompartmentPlan compartment : plan.compartments()) {
            if (plan.isOutOfReach(compartment)) {
                lines.add("Compartment " + compartment.name() + " can never reach its max of " + Sizes.readable(compartment.maxBytes())
                        + ": the others' reserves, which it cannot borrow, leave it " + Sizes.readable(plan.reachBytes(compartment))
                        + "; lower a reserve or this max");
            }
        }
        if (!configuration.compartmentsOff() && !configuration.get(Directives.MAXMEMORY_POLICY).equals("noeviction")) {
            lines.add("maxmemory-policy " + configuration.get(Directives.MAXMEMORY_POLICY)
                    + " has no effect: each compartment has its own policy; say 'compartments off' for one policy over all keys");
        }
        if (!configuration.get(Directives.SAVE).isEmpty()) {
            lines.add("save " + configuration.get(Directives.SAVE) + " has no effect: nothing is saved in this version");
        }
        if (!configuration.get(Directives.ACCEPT_WITHOUT_EFFECT).isEmpty()) {
            lines.add("Taken without effect, as asked: " + String.join(" ", configuration.get(Directives.ACCEPT_WITHOUT_EFFECT)));
        }
        return lines;
    }

    /** The patterns and databases that lead to the compartment, the first few of them. */
    private static String keys(BudgetPlan plan, CompartmentPlan compartment) {
        List<String> texts = new ArrayList<>();
        for (CompartmentRules.Rule rule : plan.rules().rules()) {
            if (rule.compartment() == compartment.index()) {
                texts.add((rule.pattern() == null ? "" : printable(rule.pattern().toString()))
                        + (rule.databases() == null ? "" : " in db " + rule.databases()));
            }
        }
        if (compartment.index() == plan.rules().defaultCompartment()) {
            texts.add("all others");
        }
        if (texts.isEmpty()) {
            return "none";
        }
        String shown = String.join(" ", texts.subList(0, Math.min(PATTERNS_MAX, texts.size())));
        return texts.size() <= PATTERNS_MAX ? shown : shown + " and " + (texts.size() - PATTERNS_MAX) + " more";
    }

    private static String printable(String pattern) {
        return Words.quote(pattern);
    }
}
