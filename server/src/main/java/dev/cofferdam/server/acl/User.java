// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.acl;

import dev.cofferdam.server.command.Call;
import dev.cofferdam.server.command.Command;
import java.util.List;

/**
 * Somebody a connection can be: a name and the rules it has now.
 *
 * <p>Owns nothing else. The event loop exchanges the rules; a lane that runs a script reads them, so they are published by a volatile field. What always holds:
 * a user that was deleted may do nothing.
 */
public final class User {
    private static final Rules NO_RULES = new Rules(false, false, Rules.PayloadCheck.UNSAID, List.of(), List.of(), "");
    /** Of a connection before it has one, and of deleted users: may do nothing at all. */
    public static final User NOBODY = new User("", NO_RULES);

    private final String name;
    private volatile Rules rules;
    private volatile boolean unrestricted;

    User(String name, Rules rules) {
        this.name = name;
        this.rules = rules;
        this.unrestricted = rules.unrestricted;
    }

    public String name() {
        return name;
    }

    /** May do everything, so that nothing needs to be checked. */
    public boolean isUnrestricted() {
        return unrestricted;
    }

    Rules rules() {
        return rules;
    }

    void setRules(Rules value) {
        rules = value;
        unrestricted = value.unrestricted;
    }

    void delete() {
        setRules(NO_RULES);
    }

    /** {@link Denial#NONE}, or why the call is refused. */
    public long check(Command command, Call call) {
        return unrestricted ? Denial.NONE : rules.check(command, call);
    }
}
