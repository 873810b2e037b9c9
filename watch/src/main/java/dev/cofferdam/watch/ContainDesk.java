// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch;

import dev.cofferdam.memory.Clock;
import dev.cofferdam.watch.attribute.Attribution;
import dev.cofferdam.watch.attribute.Culprit;
import dev.cofferdam.watch.console.PlanDesk;
import dev.cofferdam.watch.contain.Action;
import dev.cofferdam.watch.contain.ActionKind;
import dev.cofferdam.watch.contain.Approval;
import dev.cofferdam.watch.contain.ContainLevel;
import dev.cofferdam.watch.contain.Containment;
import dev.cofferdam.watch.contain.KeyRange;
import dev.cofferdam.watch.contain.Outlook;
import dev.cofferdam.watch.contain.PlanRequest;
import dev.cofferdam.watch.contain.RefusedException;
import dev.cofferdam.watch.detect.Climb;
import dev.cofferdam.watch.text.Words;
import dev.cofferdam.watch.web.Problem;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What can be done to the targets, as the console offers it: the choices follow from what was found to grow, and a plan is made from the choice and nothing else, so that a
 * slip of the mouse cannot aim at another prefix. Owns who has agreed to which plan. Any thread.
 */
final class ContainDesk implements PlanDesk {
    private static final int APPROVED_PLANS_MAX = 1_000;
    /** Headroom that raising the limit buys at once. */
    private static final double RAISE = 1.1;

    private final Feed feed;
    private final Map<String, Containment> containments;
    private final Clock clock;
    private final Map<String, Set<String>> approvals = new ConcurrentHashMap<>();

    /** @param containments by target */
    ContainDesk(Feed feed, Map<String, Containment> containments, Clock clock) {
        this.feed = feed;
        this.containments = Map.copyOf(containments);
        this.clock = clock;
    }

    @Override
    public List<Choice> choices(String target) {
        Containment containment = containments.get(base(target));
        TargetState state = state(target);
        if (containment == null || !containment.level().atLeast(ContainLevel.PROPOSE) || state == null || state.attribution() == null) {
            return List.of();
        }
        List<Choice> choices = new ArrayList<>();
        switch (state.attribution().culprit()) {
            case Culprit.Prefix prefix -> {
                choices.add(new Choice(ActionKind.READ_ONLY.word(), "Make " + prefix.pattern() + " read-only",
                        "Stops the growth at once: who writes it gets NOPERM, who reads it goes on. Frees nothing. Taken back by itself.",
                        false));
                choices.add(new Choice(ActionKind.DROP_PREFIX.word(), "Drop the keys of " + prefix.pattern(),
                        "Frees memory within milliseconds; the keys are lost.", true));
            }
            case Culprit.Key key -> {
                choices.add(new Choice(ActionKind.DRAIN_ONLY.word(), "Let " + key.name() + " only drain",
                        "Stops the growth at once: pushes are refused, workers go on taking. Taken back by itself.", false));
                choices.add(new Choice(ActionKind.DROP_KEY.word(), "Drop " + key.name(), "Frees " + Words.bytes(key.growthBytes())
                        + " and more within milliseconds; the key is lost.", true));
            }
            case Culprit.ClientBuffer client -> choices.add(new Choice(ActionKind.KILL_CLIENT.word(), "Close client " + client.id(),
                    "Frees " + Words.bytes(client.bufferBytes()) + " at once; the client will connect again.", false));
            case Culprit.ServerOverhead overhead -> {
            }
            case Culprit.Undecided undecided -> {
            }
        }
        if (state.sample() != null && state.sample().limitBytes() > 0) {
            choices.add(new Choice(ActionKind.RAISE_LIMIT.word(), "Raise maxmemory by a tenth",
                    "Buys time where the machine has the memory; the growth goes on. Taken back by itself.", false));
        }
        return choices;
    }

    @Override
    public Plan propose(String target, String type, Map<String, String> parameters, String author) {
        TargetState state = state(target);
        if (state == null) {
            throw Problem.notFound("no target " + target);
        }
        return attempt(() -> {
            Containment containment = containment(target);
            dev.cofferdam.watch.contain.Plan plan = containment.plan(request(state, ActionKind.ofWord(type), parameters, author),
                    outlook(state));
            return shown(plan, null);
        });
    }

    private static PlanRequest request(TargetState state, ActionKind kind, Map<String, String> parameters, String author)
            throws RefusedException {
        String why = parameters.getOrDefault("why", state.reading().reason());
        Attribution attribution = state.attribution();
        if (kind == ActionKind.RAISE_LIMIT && state.sample() != null) {
            return PlanRequest.raiseLimit((long) (state.sample().limitBytes() * RAISE), author, why);
        }
        if (attribution != null && attribution.culprit() instanceof Culprit.Prefix prefix) {
            KeyRange range = KeyRange.prefix(prefix.database(), prefix.prefix());
            if (kind == ActionKind.READ_ONLY) {
                return PlanRequest.readOnly(range, author, why);
            }
            if (kind == ActionKind.DROP_PREFIX) {
                return PlanRequest.dropPrefix(range, author, why);
            }
        }
        if (attribution != null && attribution.culprit() instanceof Culprit.Key key) {
            KeyRange range = KeyRange.shownKey(key.database(), key.name());
            if (kind == ActionKind.DRAIN_ONLY) {
                return PlanRequest.drainOnly(range, author, why);
            }
            if (kind == ActionKind.DROP_KEY) {
                return PlanRequest.dropKey(range, author, why);
            }
        }
        if (kind == ActionKind.KILL_CLIENT && attribution != null && attribution.culprit() instanceof Culprit.ClientBuffer client) {
            return PlanRequest.killClient(client.id(), author, why);
        }
        throw new RefusedException("what grows has changed: " + kind.word()
                + " does not fit it. Look at the choices again; the command line takes any other plan");
    }

    private static Outlook outlook(TargetState state) {
        Climb climb = state.reading().climb();
        Attribution attribution = state.attribution();
        if (climb == null || attribution == null) {
            return Outlook.UNKNOWN;
        }
        double share = switch (attribution.culprit()) {
            case Culprit.Prefix prefix -> prefix.share();
            case Culprit.Key key -> key.share();
            default -> 0;
        };
        return new Outlook(climb.bytesPerSecond(), Math.clamp(share, 0, 1));
    }

    @Override
    public Plan approve(String id, String author) {
        Found found = find(id);
        if (approvals.size() >= APPROVED_PLANS_MAX) {
            approvals.keySet().removeIf(old -> found(old) == null);
        }
        approvals.computeIfAbsent(id, key -> ConcurrentHashMap.newKeySet()).add(author);
        return shown(found.plan, found.action);
    }

    @Override
    public Plan apply(String id, String author, String typed) {
        Found found = find(id);
        return attempt(() -> {
            Action action = found.containment.apply(id, new Approval(author, typed, List.copyOf(approvals.getOrDefault(id, Set.of()))));
            return shown(action.plan(), action);
        });
    }

    @Override
    public Plan undo(String id, String author) {
        Found found = find(id);
        return attempt(() -> {
            Action action = found.containment.undo(id, author);
            return shown(action.plan(), action);
        });
    }

    @Override
    public List<Plan> plans(String target) {
        Containment containment = containments.get(base(target));
        if (containment == null) {
            return List.of();
        }
        Map<String, Plan> all = new LinkedHashMap<>();
        containment.plans().forEach(plan -> all.put(plan.id(), shown(plan, null)));
        containment.actions().forEach(action -> all.put(action.id(), shown(action.plan(), action)));
        List<Plan> plans = new ArrayList<>(all.values());
        plans.sort((a, b) -> Long.compare(b.createdMillis(), a.createdMillis()));
        return plans;
    }

    @Override
    public List<Deed> audit(int max) {
        List<Deed> deeds = new ArrayList<>();
        containments.forEach((target, containment) -> {
            for (Action action : containment.actions()) {
                String last = action.notes().isEmpty() ? "" : ". " + action.notes().getLast();
                deeds
                    .add(new Deed(action.appliedMillis(), target, action.by(), action.plan().title() + ": " + word(action.state()) + last));
            }
        });
        deeds.sort((a, b) -> Long.compare(b.atMillis(), a.atMillis()));
        return deeds.subList(0, Math.min(max, deeds.size()));
    }

    // ---------------------------------------------------------------- plans as the console shows them

    private record Found(Containment containment, dev.cofferdam.watch.contain.Plan plan, @Nullable Action action) {
    }

    private Found find(String id) {
        Found found = found(id);
        if (found == null) {
            throw Problem.notFound("there is no plan " + id + ", or it has expired");
        }
        return found;
    }

    private @Nullable Found found(String id) {
        for (Containment containment : containments.values()) {
            for (Action action : containment.actions()) {
                if (action.id().equals(id)) {
                    return new Found(containment, action.plan(), action);
                }
            }
            dev.cofferdam.watch.contain.Plan plan = containment.find(id);
            if (plan != null) {
                return new Found(containment, plan, null);
            }
        }
        return null;
    }

    private Plan shown(dev.cofferdam.watch.contain.Plan plan, @Nullable Action action) {
        List<String> preview = new ArrayList<>(List.of("Meets " + plan.preview().text(), "Concerns " + plan.blastRadius()));
        if (!plan.prediction().isEmpty()) {
            preview.add("Then " + plan.prediction());
        }
        plan.warnings().forEach(warning -> preview.add("Mind: " + warning));
        List<String> commands = plan.steps().stream()
            .map(step -> step.node() + ": " + step.command().text() + (step.repeated() ? " …" : "")).toList();
        List<String> undo = plan.steps().stream().filter(step -> step.undo() != null).map(step -> step.node() + ": " + step.undo().text())
            .toList();
        String state = action != null
                ? word(action.state())
                : clock.wallMillis() > plan.expiresMillis()
                        ? "expired"
                        : approvals.containsKey(plan.id()) ? "approved" : "proposed";
        String outcome = action == null || action.notes().isEmpty() ? "" : action.notes().getLast();
        return new Plan(plan.id(), plan.target(), plan.request().kind().word(), plan.title(), state, plan.madeMillis(),
                plan.expiresMillis(), preview,
                commands, undo, plan.confirmation(), plan.confirmation().isEmpty() ? 0 : 1,
                List.copyOf(approvals.getOrDefault(plan.id(), Set.of())),
                action != null && action.state() == Action.State.IN_FORCE, outcome);
    }

    private static String word(Action.State state) {
        return switch (state) {
            case APPLYING -> "running";
            case IN_FORCE, DONE -> "applied";
            case UNDONE -> "undone";
            case FAILED -> "failed";
        };
    }

    private Containment containment(String target) throws RefusedException {
        Containment containment = containments.get(base(target));
        if (containment == null) {
            throw new RefusedException("containment is off for " + base(target) + " (contain.level: observe, or no data folder)");
        }
        return containment;
    }

    private @Nullable TargetState state(String target) {
        return feed.targets().stream().filter(state -> state.name().equals(target)).findFirst().orElse(null);
    }

    /** A compartment is acted on through its server. */
    private static String base(String target) {
        int slash = target.indexOf('/');
        return slash < 0 ? target : target.substring(0, slash);
    }

    private interface Attempt {
        Plan make() throws RefusedException, IOException, InterruptedException;
    }

    private static Plan attempt(Attempt attempt) {
        try {
            return attempt.make();
        } catch (RefusedException e) {
            throw Problem.conflict(e.reason());
        } catch (IllegalArgumentException e) {
            throw Problem.badRequest(String.valueOf(e.getMessage()));
        } catch (IOException e) {
            throw new Problem(502, "the target: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Problem(503, "the watcher ends");
        }
    }
}
