// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.contain;

import dev.cofferdam.memory.Clock;
import dev.cofferdam.resp.client.Reply;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Makes planned changes of users' rules and takes them back, on every node. One thread at a time.
 *
 * <p>Always holds: either all changes of a plan are made or none; only a user who is as the plan found him is changed, and only what is still as we set it is set
 * back. ACL SAVE is never said.
 */
final class RuleRunner {
    private final Nodes nodes;
    private final Clock clock;

    RuleRunner(Nodes nodes, Clock clock) {
        this.nodes = nodes;
        this.clock = clock;
    }

    /** What undoing found. */
    record Undone(boolean whole, List<String> notes) {
    }

    Effect apply(Plan plan) throws IOException, RefusedException {
        check(plan);
        Effect effect = Effect.NONE;
        List<RuleChange> made = new ArrayList<>();
        try {
            for (String node : nodesOf(plan)) {
                try (Nodes.Session session = nodes.open(node, true)) {
                    EffectMeter meter = new EffectMeter(session, clock);
                    for (RuleChange change : plan.rules()) {
                        if (change.node().equals(node)) {
                            // Counted before it is sent: a lost reply does not say that it was not done.
                            made.add(change);
                            NodeFacts.need(session.ask(change.command()), "ACL SETUSER " + Command.quote(change.user()));
                            killIfDisabled(session, change);
                        }
                    }
                    effect = effect.and(meter.effect(""));
                }
            }
            return effect;
        } catch (IOException | RefusedException e) {
            Undone undone = undo(made);
            throw new RefusedException(e.getMessage() + "; what was changed before is "
                    + (undone.whole() ? "as it was" : "NOT all as it was: " + undone.notes()));
        }
    }

    private static void killIfDisabled(Nodes.Session session, RuleChange change) throws IOException, RefusedException {
        if (change.disables()) {
            NodeFacts.need(session.ask("CLIENT", "KILL", "USER", change.user()), "CLIENT KILL USER");
        }
    }

    private static List<String> nodesOf(Plan plan) {
        return plan.rules().stream().map(RuleChange::node).distinct().toList();
    }

    private void check(Plan plan) throws IOException, RefusedException {
        for (String node : nodesOf(plan)) {
            try (Nodes.Session session = nodes.open(node, true)) {
                Map<String, AclUser> users = users(session, node);
                for (RuleChange change : plan.rules()) {
                    AclUser user = change.node().equals(node) ? users.get(change.user()) : null;
                    if (change.node().equals(node) && (user == null || !user.digest().equals(change.before()))) {
                        throw new RefusedException("the rules of user " + Command.quote(change.user()) + " on " + node
                                + " have changed since the plan. Make another plan");
                    }
                }
            }
        }
    }

    private static Map<String, AclUser> users(Nodes.Session session, String node) throws IOException, RefusedException {
        Map<String, AclUser> users = NodeFacts.users(session);
        if (users == null) {
            throw new RefusedException(node + " does not let us read its users (ACL LIST)");
        }
        return users;
    }

    /** May be repeated: what is as it was already is left alone. A node that cannot be reached leaves the whole undone. */
    Undone undo(List<RuleChange> changes) {
        List<String> notes = new ArrayList<>();
        boolean whole = true;
        for (RuleChange change : changes) {
            String at = "user " + Command.quote(change.user()) + " on " + change.node();
            try (Nodes.Session session = nodes.open(change.node(), true)) {
                whole &= undoOne(session, change, at, notes);
            } catch (IOException | RefusedException e) {
                whole = false;
                notes.add(at + ": " + e.getMessage());
            }
        }
        return new Undone(whole, notes);
    }

    private static boolean undoOne(Nodes.Session session, RuleChange change, String at, List<String> notes)
            throws IOException, RefusedException {
        @Nullable AclUser now = users(session, change.node()).get(change.user());
        if (now == null || now.digest().equals(change.before())) {
            notes.add(at + (now == null ? " is gone" : " is as before"));
            return true;
        }
        if (!change.isInForce(now)) {
            notes.add(at + " was changed by somebody else meanwhile and is left as it is");
            return true;
        }
        Reply reply = NodeFacts.need(session.ask(change.undo()), "ACL SETUSER");
        AclUser after = users(session, change.node()).get(change.user());
        boolean same = !reply.isFailure() && after != null && after.digest().equals(change.before());
        notes.add(at + (same ? " is as before" : " has its keys as before; somebody changed something else of it meanwhile, which stays"));
        return true;
    }
}
