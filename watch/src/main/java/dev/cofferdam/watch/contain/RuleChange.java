// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.contain;

import java.util.ArrayList;
import java.util.List;

/**
 * The change of one user's rules on one node, as planned. Immutable; kept on disk while it is in force.
 *
 * <p>Only key patterns, brackets and on/off are ever set and set back: a password that is changed meanwhile stays changed.
 *
 * @param before digest of the user's line of ACL LIST: the line itself has digests of passwords, which are not for our disk
 * @param keysBefore key patterns as they were
 * @param keysAfter key patterns as they are set
 * @param selector what is added in brackets, or empty
 */
public record RuleChange(String node, String user, String before, List<String> keysBefore, List<String> keysAfter, String selector,
        boolean disables) {
    public RuleChange {
        keysBefore = List.copyOf(keysBefore);
        keysAfter = List.copyOf(keysAfter);
    }

    public Command command() {
        if (disables) {
            return Command.of("ACL", "SETUSER", user, "off");
        }
        return setUser(List.of(), keysAfter, selector.isEmpty() ? List.of() : List.of(selector));
    }

    public Command undo() {
        if (disables) {
            return Command.of("ACL", "SETUSER", user, "on");
        }
        return setUser(selector.isEmpty() ? List.of() : List.of("clearselectors"), keysBefore, List.of());
    }

    private Command setUser(List<String> first, List<String> keys, List<String> last) {
        List<String> words = new ArrayList<>(List.of("ACL", "SETUSER", user));
        words.addAll(first);
        words.add("resetkeys");
        words.addAll(keys);
        words.addAll(last);
        return new Command(words);
    }

    boolean isOfSameUser(RuleChange other) {
        return node.equals(other.node) && user.equals(other.user);
    }

    /** Whether the line is as this change leaves it, as far as the change goes. */
    boolean isInForce(AclUser now) {
        return disables ? !now.enabled() : now.keys().equals(keysAfter) && now.selectors() == !selector.isEmpty();
    }
}
