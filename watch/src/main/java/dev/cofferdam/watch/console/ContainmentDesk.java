// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.console;

import dev.cofferdam.memory.Clock;
import dev.cofferdam.watch.Feed;
import dev.cofferdam.watch.TargetState;
import dev.cofferdam.watch.attribute.Attribution;
import dev.cofferdam.watch.attribute.Culprit;
import dev.cofferdam.watch.contain.Action;
import dev.cofferdam.watch.contain.ActionKind;
import dev.cofferdam.watch.contain.Approval;
import dev.cofferdam.watch.contain.ContainLevel;
import dev.cofferdam.watch.contain.Containment;
import dev.cofferdam.watch.contain.KeyRange;
import dev.cofferdam.watch.contain.Outlook;
import dev.cofferdam.watch.contain.Plan.Step;
import dev.cofferdam.watch.contain.PlanRequest;
import dev.cofferdam.watch.contain.RefusedException;
import dev.cofferdam.watch.detect.Climb;
import dev.cofferdam.watch.incident.Words;
import dev.cofferdam.watch.probe.Sample;
import dev.cofferdam.watch.web.Problem;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Containment as the console shows it: which actions fit what grows now, worked out on demand by the target's {@link Containment}, which does all deciding and
 * refusing. Any thread; a deletion takes as long as it takes, on the visitor's.
 *
 * <p>Owns who has agreed to which plan, for as long as plans live.
 */
public final class ContainmentDesk implements PlanDesk {
    private static final int APPROVED_PLANS_MAX = 100;
    private static final int ACTIONS_MAX = 20;
    private static final long ACTIONS_MILLIS_MAX = 24 * 3_600_000L;
    private static final double RAISED_BY = 1.1;

    /** @param limitMaxBytes highest maxmemory that may be set; 0 to never raise it */
    public record Contained(Containment containment, long limitMaxBytes) {
    }

    private final Map<String, Contained> targets;
    private final Feed feed;
    private final Clock clock;
    // Guarded by this.
    private final Map<String, Set<String>> approvals = new LinkedHashMap<>();

    /** @param targets by name; one that is not among them is not contained */
    public ContainmentDesk(Map<String, Contained> targets, Feed feed, Clock clock) {
        this.targets = Map.copyOf(targets);
        this.feed = feed;
        this.clock = clock;
    }

    @Override
    public List<Choice> choices(String target) {
        Contained contained = targets.get(target);
        if (contained == null || !contained.containment().level().atLeast(ContainLevel.PROPOSE)) {
            return List.of();
        }
        List<Choice> choices = new ArrayList<>();
        for (PlanRequest request : requests(target, contained, "")) {
            choices.add(new Choice(request.kind().word(), title(request), effect(request.kind()), request.kind().destructive()));
        }
        return choices;
    }

    /** What fits what grows now, the mildest first. */
    private List<PlanRequest> requests(String target, Contained contained, String author) {
        TargetState state = StateRoutes.target(feed, target);
        Attribution attribution = state.attribution();
        List<PlanRequest> requests = new ArrayList<>();
        String why = state.reading().reason();
        switch (attribution == null ? new Culprit.Undecided("") : attribution.culprit()) {
            case Culprit.Prefix prefix -> {
                KeyRange range = KeyRange.prefix(prefix.database(), prefix.prefix());
                requests.add(PlanRequest.readOnly(range, author, why));
                requests.add(PlanRequest.dropPrefix(range, author, why));
            }
            case Culprit.Key key -> {
                KeyRange range = range(key);
                if (range != null) {
                    requests.add(PlanRequest.drainOnly(range, author, why));
                    requests.add(PlanRequest.dropKey(range, author, why));
                }
            }
            case Culprit.ClientBuffer client -> requests.add(PlanRequest.killClient(client.id(), author, why));
            case Culprit.ServerOverhead overhead -> {
                // Nothing to press: it is the server's own.
            }
            case Culprit.Undecided undecided -> {
                // Nobody to act upon.
            }
        }
        Sample sample = state.sample();
        boolean climbing = state.reading().climb() != null;
        if (climbing && sample != null && sample.limitBytes() > 0 && contained.limitMaxBytes() > sample.limitBytes()) {
            long raised = Math.min(contained.limitMaxBytes(), (long) (sample.limitBytes() * RAISED_BY));
            requests.add(Math.min(1, requests.size()), PlanRequest.raiseLimit(raised, author, why));
        }
        return requests;
    }

    /** A key whose name had to be escaped to be shown is not known by its bytes here, and so not acted upon. */
    private static @Nullable KeyRange range(Culprit.Key key) {
        boolean asItIs = key.name().chars().allMatch(c -> c > ' ' && c < 0x7f && c != '\\');
        return asItIs ? KeyRange.key(key.database(), key.name()) : null;
    }

    private static String title(PlanRequest request) {
        String subject = request.subject();
        return switch (request.kind()) {
            case READ_ONLY -> "Make " + subject + "* read-only";
            case DRAIN_ONLY -> "Let " + subject + " only be drained";
            case DROP_PREFIX -> "Drop the keys of " + subject + "*";
            case DROP_KEY -> "Drop " + subject;
            case TRIM_LIST -> "Trim " + subject;
            case KILL_CLIENT -> "Close " + subject;
            case DISABLE_USER -> "Shut out " + subject;
            case RAISE_LIMIT -> "Raise the limit to " + Words.bytes(request.number());
        };
    }

    private static String effect(ActionKind kind) {
        return switch (kind) {
            case READ_ONLY ->
                "Its writers are refused, readers go on. Stops the growth at once, frees nothing. Is taken back by itself after a time.";
            case DRAIN_ONLY -> "Nobody can add to it; workers go on taking from it. Is taken back by itself after a time.";
            case DROP_PREFIX -> "Deletes them in small batches. Other writes are back within moments.";
            case DROP_KEY -> "Deletes this one key.";
            case TRIM_LIST -> "Keeps its newest elements.";
            case KILL_CLIENT -> "Frees its buffers. It will connect again; if it still does not read, they grow again.";
            case DISABLE_USER -> "Closes his connections and lets him in no more. Frees nothing.";
            case RAISE_LIMIT -> "Buys time, if the machine has the memory. Is taken back by itself after a time.";
        };
    }

    @Override
    public Plan propose(String target, String type, Map<String, String> parameters, String author) {
        Contained contained = contained(target);
        for (PlanRequest request : requests(target, contained, author)) {
            if (request.kind().word().equals(type)) {
                return done(() -> view(contained.containment().plan(request, outlook(target))));
            }
        }
        throw Problem.conflict("'" + type + "' does not fit what grows on " + target + " now");
    }

    private Outlook outlook(String target) {
        TargetState state = StateRoutes.target(feed, target);
        Climb climb = state.reading().climb();
        double share = state.attribution() != null && state.attribution().culprit() instanceof Culprit.Prefix prefix ? prefix.share() : 0;
        return climb == null ? Outlook.UNKNOWN : new Outlook(Math.max(0, climb.bytesPerSecond()), share);
    }

    @Override
    public Plan approve(String id, String author) {
        Containment owner = owner(id);
        synchronized (this) {
            approvals.computeIfAbsent(id, plan -> new TreeSet<>()).add(author);
            while (approvals.size() > APPROVED_PLANS_MAX) {
                approvals.remove(approvals.keySet().iterator().next());
            }
        }
        return view(found(owner, id));
    }

    @Override
    public Plan apply(String id, String author, String typed) {
        Containment owner = owner(id);
        List<String> others = approved(id).stream().filter(name -> !name.equals(author)).toList();
        return done(() -> view(owner.apply(id, new Approval(author, typed, others))));
    }

    @Override
    public Plan undo(String id, String author) {
        for (Contained contained : targets.values()) {
            if (contained.containment().actions().stream().anyMatch(action -> action.id().equals(id))) {
                return done(() -> view(contained.containment().undo(id, author)));
            }
        }
        throw Problem.notFound("there is no action " + id);
    }

    @Override
    public List<Plan> plans(String target) {
        Contained contained = targets.get(target);
        return contained == null ? List.of() : recent(contained).stream().map(this::view).toList();
    }

    @Override
    public List<Deed> audit(int max) {
        return targets.values().stream().flatMap(contained -> contained.containment().actions().stream())
            .sorted(Comparator.comparingLong(Action::appliedMillis).reversed()).limit(max)
            .map(action -> new Deed(action.appliedMillis(), action.plan().target(), action.by(),
                    title(action.plan().request()) + ": " + word(action) + ". " + lastNote(action)))
            .toList();
    }

    private List<Action> recent(Contained contained) {
        long since = clock.wallMillis() - ACTIONS_MILLIS_MAX;
        return contained.containment().actions().stream().filter(action -> action.appliedMillis() > since)
            .sorted(Comparator.comparingLong(Action::appliedMillis).reversed()).limit(ACTIONS_MAX).toList();
    }

    private Contained contained(String target) {
        Contained contained = targets.get(target);
        if (contained == null) {
            throw Problem.conflict("containment is off for " + target + "; see 'contain' in the configuration");
        }
        return contained;
    }

    private Containment owner(String plan) {
        for (Contained contained : targets.values()) {
            if (contained.containment().find(plan) != null) {
                return contained.containment();
            }
        }
        throw Problem.notFound("there is no plan " + plan + "; it was applied, or is out of date");
    }

    private static dev.cofferdam.watch.contain.Plan found(Containment owner, String id) {
        dev.cofferdam.watch.contain.Plan plan = owner.find(id);
        if (plan == null) {
            throw Problem.notFound("there is no plan " + id + "; it was applied, or is out of date");
        }
        return plan;
    }

    private synchronized List<String> approved(String id) {
        return List.copyOf(approvals.getOrDefault(id, Set.of()));
    }

    private Plan view(dev.cofferdam.watch.contain.Plan plan) {
        return view(plan, "proposed", false, "");
    }

    private Plan view(Action action) {
        boolean undoable = action.state() == Action.State.IN_FORCE || action.state() == Action.State.DONE && !action.exportFile().isEmpty();
        return view(action.plan(), word(action), undoable, lastNote(action));
    }

    private Plan view(dev.cofferdam.watch.contain.Plan plan, String state, boolean undoable, String outcome) {
        List<String> preview = new ArrayList<>();
        if (plan.preview().sampled() > 0) {
            preview.add(plan.preview().text());
        }
        preview.add(plan.blastRadius());
        preview.add(plan.prediction());
        preview.addAll(plan.warnings());
        preview.removeIf(String::isBlank);
        List<String> commands = new ArrayList<>();
        List<String> undo = new ArrayList<>();
        for (Step step : plan.steps()) {
            commands.add(step.node() + ": " + step.command().text() + (step.repeated() ? "   until none is left" : ""));
            if (step.undo() != null) {
                undo.add(step.node() + ": " + step.undo().text());
            }
        }
        return new Plan(plan.id(), plan.target(), plan.request().kind().word(), title(plan.request()), state, plan.madeMillis(),
                plan.expiresMillis(), preview, commands, undo, plan.confirmation(), 1, approved(plan.id()), undoable, outcome);
    }

    private static String word(Action action) {
        return switch (action.state()) {
            case APPLYING -> "running";
            case IN_FORCE, DONE -> "applied";
            case UNDONE -> "undone";
            case FAILED -> "failed";
        };
    }

    private static String lastNote(Action action) {
        return action.notes().isEmpty() ? "" : action.notes().getLast();
    }

    /** Something of containment's, which refuses and fails in ways of its own. */
    @FunctionalInterface
    private interface Deeds<T> {
        T get() throws RefusedException, IOException, InterruptedException;
    }

    private static <T> T done(Deeds<T> deed) {
        try {
            return deed.get();
        } catch (RefusedException e) {
            throw Problem.conflict(e.reason());
        } catch (IOException e) {
            throw new Problem(502, "the target could not be asked: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Problem(503, "this was stopped half way; see the audit record");
        }
    }
}
