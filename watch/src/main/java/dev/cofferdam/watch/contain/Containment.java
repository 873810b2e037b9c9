// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.contain;

import dev.cofferdam.memory.Clock;
import dev.cofferdam.watch.incident.TimelineEntry;
import dev.cofferdam.watch.text.Words;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What can be done to one target that fills: makes plans, applies them once a person (or the allow-list) says so, takes back what can be taken back after a time.
 *
 * <p>Owns a folder with plans, actions and the audit record. Any thread; one action at a time is applied or taken back, others are refused meanwhile. A large deletion
 * takes as long as it takes, on the caller's thread. {@link #tick} is to be called about once a second, by any thread; of two at once
 * one goes away again.
 *
 * <p>Always holds: below {@link ContainLevel#APPLY} nothing but reads is sent; what is done is on disk before its first command and in the audit record; a
 * watcher that was killed takes back what was half done when it starts again, and the rest when its time has come.
 */
public final class Containment {
    private static final long FOLLOW_UP_MILLIS = 10_000;
    private static final long UNDO_AGAIN_MILLIS = 10_000;
    private static final long DAY_MILLIS = 86_400_000;
    private static final int ID_LETTERS = 6;
    private static final String LETTERS = "abcdefghjkmnpqrstuvwxyz23456789";
    static final String WATCH = "watch";

    private final String target;
    private final Nodes nodes;
    private final ContainOptions options;
    private final Clock clock;
    private final Pause pause;
    private final Consumer<TimelineEntry> timeline;
    private final ActionFiles files;
    private final Audit audit;
    private final SplittableRandom chance;
    /** For rules, limits and connections; apart from deleting, which may take minutes and must not hold up an undo. Neither is taken while the other is held. */
    private final ReentrantLock changing = new ReentrantLock();
    private final ReentrantLock deleting = new ReentrantLock();
    private final Set<String> running = ConcurrentHashMap.newKeySet();
    private final Map<String, Long> followUps = new ConcurrentHashMap<>();
    private volatile String trouble = "";

    /**
     * Reads and checks what is in the folder; sends nothing yet.
     *
     * @param seed for the names of plans
     * @param timeline hears of every plan, action and undo; on the caller's thread
     */
    public Containment(String target, Nodes nodes, ContainOptions options, Path folder, Clock clock, Pause pause, long seed,
            Consumer<TimelineEntry> timeline) throws IOException {
        this.target = target;
        this.nodes = nodes;
        this.options = options;
        this.clock = clock;
        this.pause = pause;
        this.timeline = timeline;
        this.chance = new SplittableRandom(seed);
        this.files = new ActionFiles(folder);
        this.audit = new Audit(folder.resolve("audit.jsonl"));
        Audit.Verdict verdict = audit.verify();
        if (verdict.firstBad() != 0) {
            trouble = "audit record of " + target + ": " + verdict.text();
        }
    }

    /** What is wrong with the record or the disk, in a sentence; empty when nothing is. */
    public String trouble() {
        return trouble;
    }

    public ContainLevel level() {
        return options.level();
    }

    /** Makes a plan with reads only, and keeps it until it is out of date. */
    public Plan plan(PlanRequest request, Outlook outlook) throws RefusedException, IOException {
        try {
            if (!options.level().atLeast(ContainLevel.PROPOSE)) {
                throw new RefusedException("containment only observes here (contain.level: observe). Set it to propose to make plans");
            }
            Planner.Draft draft = planner().draft(request, outlook);
            long now = clock.wallMillis();
            String confirmation = request.kind().destructive() ? request.subject() : "";
            Plan plan = new Plan(newId(), target, request, now, now + options.planLife().toMillis(), draft.steps, draft.rules,
                    draft.preview, draft.blastRadius, draft.warnings, draft.prediction, confirmation);
            forgetOldPlans(now);
            files.save(plan);
            record(request.by(), "plan", plan.id(), Map.of("action", plan.title(), "why", request.why(), "preview", plan.preview().text()));
            tell(TimelineEntry.Kind.PLAN, "Planned: " + plan.title() + ". " + plan.preview().text(), plan, request.by());
            return plan;
        } catch (RefusedException e) {
            record(request.by(), "plan refused", "",
                    Map.of("action", request.kind().word() + " " + request.subject(), "reason", e.reason()));
            throw e;
        }
    }

    private Planner planner() {
        return new Planner(nodes, options, files.actions().stream().filter(action -> action.state() == Action.State.IN_FORCE).toList());
    }

    private void forgetOldPlans(long now) throws IOException {
        for (Plan old : files.plans()) {
            if (now > old.expiresMillis() || now < old.madeMillis()) {
                files.forget(old);
            }
        }
    }

    /** Applies a plan: checks again what it rests on, does it, measures it. Returns when it is done. */
    public Action apply(String planId, Approval approval) throws RefusedException, IOException, InterruptedException {
        Plan plan = files.plan(planId);
        try {
            if (plan == null) {
                throw new RefusedException(files.action(planId) == null
                        ? "there is no plan " + planId + "; plans are good for "
                                + Words.seconds(options.planLife().toSeconds())
                        : "plan " + planId + " was applied already");
            }
            return applyAlone(plan, approval, ContainLevel.APPLY);
        } catch (RefusedException e) {
            record(approval.by(), "apply refused", planId, Map.of("reason", e.reason()));
            throw e;
        }
    }

    /** Plans and applies what the allow-list has, without a person; refused otherwise, or when the day's budget is spent. */
    public Action automatic(PlanRequest request, Outlook outlook) throws RefusedException, IOException, InterruptedException {
        KeyRange range = request.keys();
        if (!options.automatic().contains(new ContainOptions.Automatic(request.kind(), range.bytes()))) {
            throw new RefusedException(request.kind().word() + " " + request.subject()
                    + " is not on the list of what may happen by itself (contain.automatic)");
        }
        long since = clock.wallMillis() - DAY_MILLIS;
        long spent = files.actions().stream().filter(action -> action.by().equals(WATCH) && action.appliedMillis() > since).count();
        if (spent >= options.automaticPerDay()) {
            throw new RefusedException(
                    spent + " actions happened by themselves in 24 hours; more need a person (contain.automatic-per-day)");
        }
        if (!trouble.isEmpty()) {
            throw new RefusedException(trouble + ". Nothing happens by itself until that is cleared up");
        }
        Plan plan = plan(request, outlook);
        return applyAlone(plan, new Approval(WATCH, plan.confirmation(), List.of()), ContainLevel.AUTO);
    }

    private Action applyAlone(Plan plan, Approval approval, ContainLevel needed)
            throws RefusedException, IOException, InterruptedException {
        ReentrantLock lock = lockFor(plan);
        try {
            check(plan, approval, needed);
            if (!files.claim(plan)) {
                throw new RefusedException("plan " + plan.id() + " was applied already");
            }
            return run(plan, approval);
        } finally {
            lock.unlock();
        }
    }

    private ReentrantLock lockFor(Plan plan) throws RefusedException {
        ReentrantLock lock = plan.request().kind().deletesKeys() ? deleting : changing;
        if (!lock.tryLock()) {
            throw new RefusedException("another action is being applied to " + target + "; wait for its end");
        }
        return lock;
    }

    private void check(Plan plan, Approval approval, ContainLevel needed) throws RefusedException, IOException {
        if (!options.level().atLeast(needed)) {
            throw new RefusedException("contain.level is " + options.level().name().toLowerCase(Locale.ROOT)
                    + ": nothing is applied here. The commands are in the plan");
        }
        String stop = stopReason();
        if (!stop.isEmpty()) {
            throw new RefusedException(stop);
        }
        if (!nodes.mayAct()) {
            throw new RefusedException(
                    "there is no credential to act with (contain.credential-file); the one to look with is not used for that");
        }
        long now = clock.wallMillis();
        if (!plan.target().equals(target) || now > plan.expiresMillis() || now < plan.madeMillis()) {
            throw new RefusedException("plan " + plan.id() + " is out of date: it was good for "
                    + Words.seconds((plan.expiresMillis() - plan.madeMillis()) / 1000d)
                    + ". Make another");
        }
        if (!approval.isEnoughFor(plan)) {
            throw new RefusedException(
                    "data will be lost: type " + plan.confirmation() + " to say that you mean it, or have a second person agree");
        }
        if (plan.request().range() != null) {
            String change = plan.preview().changeTo(planner().preview(plan.request().keys()));
            if (!change.isEmpty()) {
                throw new RefusedException(change + ": plan " + plan.id() + " is out of date. Make another");
            }
        }
    }

    private String stopReason() {
        Path file = options.killSwitch();
        return file != null && Files.exists(file) ? "the file " + file + " is there, which stops all containment" : "";
    }

    private Action run(Plan plan, Approval approval) throws RefusedException, IOException, InterruptedException {
        ActionKind kind = plan.request().kind();
        long now = clock.wallMillis();
        boolean exports = kind.deletesKeys() && kind != ActionKind.TRIM_LIST && options.exportMaxBytes() > 0;
        Action action = new Action(plan, Action.State.APPLYING, approval.by(), now,
                kind.reversible() ? now + options.undoAfter().toMillis() : 0,
                ProcessHandle.current().pid(), Effect.NONE, List.of(), exports ? files.export(plan.id()).getFileName().toString() : "");
        running.add(plan.id());
        try {
            files.save(action);
            record(approval.by(), "apply", plan.id(),
                    Map.of("action", plan.title(), "agreed", String.join(", ", approval.others()), "commands",
                            String.join("; ", plan.steps().stream().map(step -> step.node() + ": " + step.command().text()).toList())));
            Effect effect = execute(plan);
            Action done = action.with(kind.reversible() ? Action.State.IN_FORCE : Action.State.DONE, effect, effect.text());
            files.save(done);
            files.prune();
            if (kind.changesRules()) {
                followUps.put(plan.id(), clock.monotonicNanos());
            }
            record(approval.by(), "applied", plan.id(), Map.of("effect", effect.text()));
            tell(TimelineEntry.Kind.ACTION, "Applied: " + plan.title() + ". " + effect.text(), plan, approval.by());
            return done;
        } catch (IOException | RefusedException | InterruptedException e) {
            String why = String.valueOf(e.getMessage());
            Action failed = action.with(Action.State.FAILED, Effect.NONE, why);
            // What may be half done stays to be taken back by the next tick, unless it says itself that it was.
            files.save(e instanceof RefusedException || !kind.reversible()
                    ? failed
                    : failed.with(Action.State.APPLYING, Effect.NONE, "to be taken back"));
            record(approval.by(), "failed", plan.id(), Map.of("reason", why));
            tell(TimelineEntry.Kind.ACTION, "Failed: " + plan.title() + ". " + why, plan, approval.by());
            throw e;
        } finally {
            running.remove(plan.id());
        }
    }

    private Effect execute(Plan plan) throws IOException, RefusedException, InterruptedException {
        return switch (plan.request().kind()) {
            case READ_ONLY, DRAIN_ONLY, DISABLE_USER -> new RuleRunner(nodes, clock).apply(plan);
            case DROP_PREFIX, DROP_KEY, TRIM_LIST ->
                new KeyRunner(nodes, options, clock, pause, this::stopReason, files.export(plan.id())).run(plan);
            case KILL_CLIENT, RAISE_LIMIT -> new CommandRunner(nodes, clock, pause).apply(plan);
        };
    }

    /** Takes an action back, or puts back what was exported before it was deleted. */
    public Action undo(String actionId, String by) throws RefusedException, IOException {
        Action action = files.action(actionId);
        if (action == null) {
            throw new RefusedException("there is no action " + actionId);
        }
        ReentrantLock lock = lockFor(action.plan());
        try {
            return undoAlone(action, by);
        } finally {
            lock.unlock();
        }
    }

    private Action undoAlone(Action action, String by) throws RefusedException, IOException {
        Plan plan = action.plan();
        if (action.state() == Action.State.UNDONE) {
            throw new RefusedException(plan.title() + " was taken back already");
        }
        if (!nodes.mayAct()) {
            throw new RefusedException("there is no credential to act with (contain.credential-file). By hand: " + String.join("; ",
                    plan.steps().stream().filter(step -> step.undo() != null).map(step -> step.node() + ": " + undoText(step)).toList()));
        }
        String note = switch (plan.request().kind()) {
            case READ_ONLY, DRAIN_ONLY, DISABLE_USER -> undoRules(plan);
            case RAISE_LIMIT -> new CommandRunner(nodes, clock, pause).lowerLimit(plan);
            case DROP_PREFIX, DROP_KEY -> restore(action);
            case TRIM_LIST, KILL_CLIENT -> throw new RefusedException(plan.request().kind().word() + " cannot be taken back");
        };
        Action undone = action.with(Action.State.UNDONE, action.effect(), note);
        files.save(undone);
        followUps.remove(action.id());
        record(by, "undone", action.id(), Map.of("notes", note));
        tell(TimelineEntry.Kind.ACTION, "Taken back: " + plan.title() + ". " + note, plan, by);
        return undone;
    }

    private static String undoText(Plan.Step step) {
        Command undo = step.undo();
        return undo == null ? "" : undo.text();
    }

    /** In the reverse order in which they were applied: what is below another change would not be known again. */
    private String undoRules(Plan plan) throws RefusedException {
        for (Action later : files.actions().reversed()) {
            if (later.id().equals(plan.id())) {
                break;
            }
            if (later.state() == Action.State.IN_FORCE
                    && later.plan().rules().stream().anyMatch(rule -> plan.rules().stream().anyMatch(rule::isOfSameUser))) {
                throw new RefusedException(
                        later.plan().title() + " was applied later to the same user: take back " + later.id() + " first");
            }
        }
        RuleRunner.Undone undone = new RuleRunner(nodes, clock).undo(plan.rules());
        String notes = String.join("; ", undone.notes());
        if (!undone.whole()) {
            throw new RefusedException(notes);
        }
        return notes;
    }

    private String restore(Action action) throws RefusedException, IOException {
        Path file = files.export(action.id());
        if (!Files.exists(file)) {
            throw new RefusedException(action.plan().title() + " cannot be taken back: nothing was exported");
        }
        long restored = 0;
        for (String node : planner().primaries()) {
            try (Nodes.Session session = nodes.open(node, true)) {
                restored += Export.restore(file, session, clock);
            }
        }
        return Words.count(restored) + " keys are back from " + file;
    }

    /** Keeps an action in force for the whole time again, from now on. */
    public Action renew(String actionId, String by) throws RefusedException, IOException {
        Action action = files.action(actionId);
        if (action == null || action.state() != Action.State.IN_FORCE) {
            throw new RefusedException("there is no action " + actionId + " in force");
        }
        String note = "renewed for " + Words.seconds(options.undoAfter().toSeconds());
        Action renewed = action.undoAt(clock.wallMillis() + options.undoAfter().toMillis(), note);
        files.save(renewed);
        record(by, "renewed", actionId, Map.of());
        tell(TimelineEntry.Kind.ACTION, action.plan().title() + ": " + note, action.plan(), by);
        return renewed;
    }

    /** Takes back what is due, and what a watcher that is gone left half done; says later what an action changed. */
    public void tick() {
        if (options.level() == ContainLevel.OBSERVE && files.actions().isEmpty() || !changing.tryLock()) {
            return;
        }
        try {
            long now = clock.wallMillis();
            for (Action action : files.actions().reversed()) {
                boolean due = action.state() == Action.State.IN_FORCE && action.undoAtMillis() > 0 && now >= action.undoAtMillis();
                if (due) {
                    undoByItself(action, now);
                } else if (isAbandoned(action)) {
                    abandon(action, now);
                } else if (action.state() == Action.State.IN_FORCE) {
                    followUp(action);
                }
            }
        } catch (IOException e) {
            trouble = "containment of " + target + ": " + e.getMessage();
        } finally {
            changing.unlock();
        }
    }

    /** Whether the process that was applying it is gone: another one, or this one in an earlier life. */
    private boolean isAbandoned(Action action) {
        boolean alive = action.owner() == ProcessHandle.current().pid()
                ? running.contains(action.id())
                : ProcessHandle.of(action.owner()).isPresent();
        return action.state() == Action.State.APPLYING && !alive;
    }

    private void abandon(Action action, long now) throws IOException {
        if (action.plan().request().kind().reversible()) {
            undoByItself(action, now);
        } else {
            files.save(action.with(Action.State.FAILED, action.effect(), "watch ended while it was applied; what was done stays done"));
            record(WATCH, "failed", action.id(), Map.of("reason", "watch ended while it was applied"));
        }
    }

    private void undoByItself(Action action, long now) throws IOException {
        try {
            undoAlone(action, WATCH);
        } catch (RefusedException | IOException e) {
            String why = "could not be taken back by itself, tried again in " + UNDO_AGAIN_MILLIS / 1000 + " s: " + e.getMessage();
            Action later = action.with(Action.State.IN_FORCE, action.effect(), why).undoAt(now + UNDO_AGAIN_MILLIS, why);
            files.save(later);
            if (!action.notes().contains(why)) {
                record(WATCH, "undo failed", action.id(), Map.of("reason", String.valueOf(e.getMessage())));
                tell(TimelineEntry.Kind.ACTION, action.plan().title() + " " + why, action.plan(), WATCH);
            }
        }
    }

    private void followUp(Action action) throws IOException {
        Long since = followUps.get(action.id());
        if (since == null || clock.monotonicNanos() - since < FOLLOW_UP_MILLIS * 1_000_000) {
            return;
        }
        followUps.remove(action.id());
        long used = 0;
        for (String node : action.plan().rules().stream().map(RuleChange::node).distinct().toList()) {
            try (Nodes.Session session = nodes.open(node, false)) {
                used += NodeFacts.used(NodeFacts.info(session, "memory"));
            }
        }
        long grown = used - action.effect().usedAfterBytes();
        String text = FOLLOW_UP_MILLIS / 1000 + " s later memory has " + (grown < 0 ? "fallen by " : "grown by ")
                + Words.bytes(Math.abs(grown));
        record(WATCH, "effect", action.id(), Map.of("effect", text));
        tell(TimelineEntry.Kind.ACTION, action.plan().title() + ": " + text, action.plan(), WATCH);
    }

    /** Plans that can still be applied. */
    public List<Plan> plans() {
        long now = clock.wallMillis();
        return files.plans().stream().filter(plan -> now <= plan.expiresMillis()).toList();
    }

    public @Nullable Plan find(String planId) {
        return files.plan(planId);
    }

    /** All that are remembered, oldest first. */
    public List<Action> actions() {
        return files.actions();
    }

    /** Where the audit record is. */
    public String verifyAudit() throws IOException {
        return audit.verify().text();
    }

    private synchronized String newId() {
        while (true) {
            StringBuilder id = new StringBuilder();
            for (int i = 0; i < ID_LETTERS; i++) {
                id.append(LETTERS.charAt(chance.nextInt(LETTERS.length())));
            }
            if (!files.isTaken(id.toString())) {
                return id.toString();
            }
        }
    }

    private void record(String who, String what, String id, Map<String, String> details) throws IOException {
        Map<String, String> all = new LinkedHashMap<>();
        all.put("id", id);
        all.putAll(details);
        audit.append(clock.wallMillis(), target, who, what, all);
    }

    private void tell(TimelineEntry.Kind kind, String text, Plan plan, String author) {
        List<String> commands = new ArrayList<>(plan.steps().stream().limit(5).map(step -> step.command().text()).toList());
        timeline.accept(new TimelineEntry(clock.wallMillis(), kind, text,
                Map.of("plan", plan.id(), "commands", String.join("; ", commands)), author));
    }
}
