// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.console;

import dev.cofferdam.watch.web.Problem;
import java.util.List;
import java.util.Map;

/** A desk where nothing can be done. Stateless. */
final class NoPlans implements PlanDesk {
    private static Problem off() {
        return Problem.conflict("containment is off; see 'contain' in the configuration");
    }

    @Override
    public List<Choice> choices(String target) {
        return List.of();
    }

    @Override
    public Plan propose(String target, String type, Map<String, String> parameters, String author) {
        throw off();
    }

    @Override
    public Plan approve(String id, String author) {
        throw off();
    }

    @Override
    public Plan apply(String id, String author, String typed) {
        throw off();
    }

    @Override
    public Plan undo(String id, String author) {
        throw off();
    }

    @Override
    public List<Plan> plans(String target) {
        return List.of();
    }

    @Override
    public List<Deed> audit(int max) {
        return List.of();
    }
}
