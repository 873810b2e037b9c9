// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.contain;

import dev.cofferdam.resp.client.Reply;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Plans changes of users' rules on every node, since rules are not replicated. Reads only. Owns nothing.
 *
 * <p>Always holds: no user is given a command or a key he had not, and the one we act as is never changed.
 */
final class RulePlanner {
    private final Nodes nodes;
    private final ContainOptions options;
    private final List<Action> inForce;
    private final List<String> warnings = new ArrayList<>();

    /** @param inForce actions whose changes of rules stand */
    RulePlanner(Nodes nodes, ContainOptions options, List<Action> inForce) {
        this.nodes = nodes;
        this.options = options;
        this.inForce = inForce;
    }

    /** In the order in which they are to be made. */
    List<RuleChange> changes(PlanRequest request) throws IOException, RefusedException {
        List<RuleChange> changes = new ArrayList<>();
        List<String> all = nodes.names();
        for (String node : all) {
            try {
                changesOn(node, request, changes);
            } catch (IOException e) {
                if (node.equals(all.getFirst())) {
                    throw e;
                }
                warn(node + " cannot be reached (" + e.getMessage() + "): should it take over, its users have their old rules");
            }
        }
        if (changes.isEmpty()) {
            throw new RefusedException("no user can write " + request.subject() + " but those that are exempt: there is nothing to change");
        }
        return changes;
    }

    List<String> warnings() {
        return warnings;
    }

    private void changesOn(String node, PlanRequest request, List<RuleChange> changes) throws IOException, RefusedException {
        try (Nodes.Session session = nodes.open(node, nodes.mayAct())) {
            Map<String, AclUser> users = NodeFacts.users(session);
            if (users == null) {
                throw new RefusedException(node + " does not let us read its users (ACL LIST); "
                        + "a credential to act with needs +acl, and a managed service wants its own interface for this");
            }
            String self = self(session, users);
            int version = NodeFacts.majorVersion(session);
            for (AclUser user : users.values()) {
                if (user.name().equals(self) || options.exemptUsers().contains(user.name())) {
                    continue;
                }
                if (request.kind() == ActionKind.DISABLE_USER) {
                    if (user.name().equals(request.user()) && user.enabled()) {
                        changes.add(new RuleChange(node, user.name(), user.digest(), user.keys(), user.keys(), "", true));
                    }
                } else {
                    refuseTwice(node, user);
                    rangeChange(session, node, user, request, version, changes);
                }
            }
        }
    }

    private void rangeChange(Nodes.Session session, String node, AclUser user, PlanRequest request, int version, List<RuleChange> changes)
            throws IOException, RefusedException {
        AclUser.Change change = user.without(request.keys(), version >= 7);
        if (!change.changed()) {
            return;
        }
        String selector = "";
        if (request.kind() == ActionKind.DRAIN_ONLY) {
            if (version < 7) {
                throw new RefusedException("draining while writing is closed needs selectors, which Redis has from 7 on; this is " + version
                        + ". Make it read-only instead");
            }
            List<String> allowed = drainCommands(session, user, request.keys());
            selector = allowed.isEmpty() ? "" : DrainCommands.selector(user.keys(), allowed);
        } else if (version < 7) {
            warn("Redis " + version + " has no permission for reading alone: reads of it stop as well");
        }
        changes.add(new RuleChange(node, user.name(), user.digest(), user.keys(), change.keys(), selector, false));
    }

    /** Patterns of ours are not told apart again: a user is bound by one action at a time. */
    private void refuseTwice(String node, AclUser user) throws RefusedException {
        for (Action action : inForce) {
            for (RuleChange change : action.plan().rules()) {
                if (!change.disables() && change.node().equals(node) && change.user().equals(user.name()) && change.isInForce(user)) {
                    throw new RefusedException("user " + Command.quote(user.name()) + " is bound by action " + action.id() + " already ("
                            + action.plan().title() + "). Take that back first, or choose a prefix that has both in it");
                }
            }
        }
    }

    private static List<String> drainCommands(Nodes.Session session, AclUser user, KeyRange range) throws IOException {
        List<Reply> replies = session.ask(DrainCommands.dryRuns(user.name(), range.bytes()));
        List<String> allowed = new ArrayList<>();
        for (int i = 0; i < replies.size(); i++) {
            if (replies.get(i) instanceof Reply.Status status && status.text().equals("OK")) {
                allowed.add(DrainCommands.names().get(i));
            }
        }
        return allowed;
    }

    /** Whom we act as. Refused when that is everybody's user: its rules would be ours too, and applications use it. */
    private String self(Nodes.Session session, Map<String, AclUser> users) throws RefusedException, IOException {
        if (!nodes.mayAct()) {
            warn("there is no credential to act with yet: the user it will be is planned for like any other");
            return "";
        }
        String self = NodeFacts.text(NodeFacts.need(session.ask("ACL", "WHOAMI"), "ACL WHOAMI"));
        if (self.equals("default")) {
            throw new RefusedException("the credential to act with is the user 'default', which "
                    + (users.size() == 1 ? "is the only one" : "applications may use too")
                    + ": it would lock us out with them. Make one for this: ACL SETUSER cofferdam-ops on >SECRET ~* &* +@all");
        }
        return self;
    }

    private void warn(String warning) {
        if (!warnings.contains(warning)) {
            warnings.add(warning);
        }
    }
}
