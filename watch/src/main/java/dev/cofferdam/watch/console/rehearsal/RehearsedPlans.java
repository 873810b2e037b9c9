// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.console.rehearsal;

import dev.cofferdam.watch.console.PlanDesk;
import dev.cofferdam.watch.detect.Stage;
import dev.cofferdam.watch.web.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/** What can be done in the rehearsal: it acts on nothing but the rehearsal. Any thread. */
public final class RehearsedPlans implements PlanDesk {
    private static final long EXPIRES_MILLIS = 120_000;
    private static final int PLANS_MAX = 50;

    private final Rehearsal rehearsal;
    // Guarded by this.
    private final List<Plan> plans = new ArrayList<>();
    private final List<Deed> deeds = new ArrayList<>();

    RehearsedPlans(Rehearsal rehearsal) {
        this.rehearsal = rehearsal;
    }

    @Override
    public List<Choice> choices(String target) {
        if (!target.equals(Rehearsal.SHARED) || rehearsal.stage() == Stage.CALM || rehearsal.sinceOnset() < 9) {
            return List.of();
        }
        return List.of(
                new Choice("read-only", "Make the prefix read-only",
                        "Its writers are refused with NOPERM within 1 ms, readers go on. Stops the growth, frees nothing. Can be undone.",
                        false),
                new Choice("unlink", "Drop its keys",
                        "Deletes the prefix's keys in batches of 200. Other writes are back within 10 ms of the first. Cannot be undone.",
                        true),
                new Choice("raise-limit", "Raise the limit by 10 %",
                        "Buys about 1 min 25 s at the present rate. The machine has 7.1 GB to spare. Can be undone.", false));
    }

    @Override
    public Plan propose(String target, String type, Map<String, String> parameters, String author) {
        Choice choice = choices(target).stream().filter(one -> one.type().equals(type)).findFirst()
            .orElseThrow(() -> Problem.conflict("'" + type + "' cannot be done to " + target + " now"));
        long now = rehearsal.nowMillis();
        List<String> commands = switch (type) {
            case "read-only" -> List.of("ACL SETUSER app resetkeys %R~* ~[^c]* ~c ~c[^a]* ~ca ...");
            case "unlink" -> List.of("SCAN 0 MATCH cache:report:* COUNT 1000", "UNLINK <200 keys>", "... until the cursor is 0");
            default -> List.of("CONFIG SET maxmemory 9448928051");
        };
        List<String> undo = switch (type) {
            case "read-only" -> List.of("ACL SETUSER app reset on #5e88... ~* +@all");
            case "unlink" -> List.of();
            default -> List.of("CONFIG SET maxmemory 8589934592");
        };
        synchronized (this) {
            Plan plan = new Plan("plan-" + (plans.size() + 1), target, type, choice.title(), "proposed", now, now + EXPIRES_MILLIS,
                    List.of("138,565 keys (± 4 %), 1.4 GB", "100 % without TTL; last read 2 s ago by web-1, web-2", "user touched: app"),
                    commands, undo, choice.destroys() ? "cache:report" : "", 1, List.of(), false, "");
            plans.addFirst(plan);
            while (plans.size() > PLANS_MAX) {
                plans.removeLast();
            }
            return plan;
        }
    }

    @Override
    public Plan approve(String id, String author) {
        return change(id, plan -> {
            List<String> approvals = new ArrayList<>(plan.approvals());
            approvals.add(author);
            return with(plan, "approved", approvals, false, "");
        });
    }

    @Override
    public Plan apply(String id, String author, String typed) {
        Plan applied = change(id, plan -> {
            if (!plan.state().equals("proposed") && !plan.state().equals("approved")) {
                throw Problem.conflict("this plan is " + plan.state() + " already");
            }
            if (!plan.typed().equals(typed)) {
                throw Problem.conflict("type " + plan.typed() + " to say that you mean it");
            }
            boolean drops = plan.type().equals("unlink");
            return with(plan, "applied", plan.approvals(), !drops,
                    drops ? "138,565 keys deleted in 3.1 s" : "applied to 1 user on 1 node in 0.8 ms");
        });
        rehearsal.contain(applied.type().equals("unlink"));
        done(applied, author, applied.title() + ": " + applied.outcome() + ".");
        return applied;
    }

    @Override
    public Plan undo(String id, String author) {
        Plan undone = change(id, plan -> {
            if (!plan.undoable()) {
                throw Problem.conflict("this plan cannot be undone");
            }
            return with(plan, "undone", plan.approvals(), false, "the rules are as they were");
        });
        rehearsal.release();
        done(undone, author, undone.title() + ": undone.");
        return undone;
    }

    private void done(Plan plan, String author, String text) {
        synchronized (this) {
            deeds.addFirst(new Deed(rehearsal.nowMillis(), plan.target(), author, text));
        }
        rehearsal.incidents().acted(author, text);
    }

    private synchronized Plan change(String id, UnaryOperator<Plan> change) {
        for (int i = 0; i < plans.size(); i++) {
            if (plans.get(i).id().equals(id)) {
                Plan changed = change.apply(plans.get(i));
                plans.set(i, changed);
                return changed;
            }
        }
        throw Problem.notFound("no plan has this id");
    }

    private static Plan with(Plan plan, String state, List<String> approvals, boolean undoable, String outcome) {
        return new Plan(plan.id(), plan.target(), plan.type(), plan.title(), state, plan.createdMillis(), plan.expiresMillis(),
                plan.preview(),
                plan.commands(), plan.undo(), plan.typed(), plan.approvalsNeeded(), List.copyOf(approvals), undoable, outcome);
    }

    @Override
    public synchronized List<Plan> plans(String target) {
        return plans.stream().filter(plan -> plan.target().equals(target)).toList();
    }

    @Override
    public synchronized List<Deed> audit(int max) {
        return deeds.stream().limit(max).toList();
    }
}
