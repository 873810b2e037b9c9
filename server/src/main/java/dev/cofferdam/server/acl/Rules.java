// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.acl;

import dev.cofferdam.server.command.Call;
import dev.cofferdam.server.command.Command;
import java.util.List;

/** Everything about a user but the name: whether and how to log in, and what is permitted. Immutable, any thread. */
final class Rules {
    private static final int USER_BYTES = 400;
    private static final int SELECTOR_BYTES = 300;
    private static final int PASSWORD_BYTES = 128;
    private static final int PATTERN_BYTES = 120;
    /** A text has one byte a char, the pattern read from it four. */
    private static final int BYTES_PER_CHAR = 5;

    final boolean enabled;
    final boolean noPassword;
    final PayloadCheck payloadCheck;
    /** SHA-256 of each in small hexadecimal digits. */
    final List<String> passwords;
    /** The user's own first, then those in parentheses. */
    final List<Selector> selectors;
    /** The compartment a connection belongs to when it becomes the user, as COMPARTMENT USE has it; empty for none. */
    final String compartment;
    final boolean unrestricted;

    /** Whether RESTORE's payload is looked through; kept for who asks, it always is. */
    enum PayloadCheck {
        UNSAID, SKIPPED, MADE
    }

    Rules(boolean enabled, boolean noPassword, PayloadCheck payloadCheck, List<String> passwords, List<Selector> selectors,
            String compartment) {
        this.compartment = compartment;
        this.enabled = enabled;
        this.noPassword = noPassword;
        this.payloadCheck = payloadCheck;
        this.passwords = List.copyOf(passwords);
        this.selectors = List.copyOf(selectors);
        this.unrestricted = selectors.stream().anyMatch(Selector::permitsEverything);
    }

    Selector root() {
        return selectors.getFirst();
    }

    /** {@link Denial#NONE}, or what tells most about why not. */
    long check(Command command, Call call) {
        long told = Denial.COMMAND;
        for (int i = 0; i < selectors.size(); i++) {
            long denial = selectors.get(i).check(command, call);
            if (denial == Denial.NONE) {
                return Denial.NONE;
            }
            told = Math.max(told, denial);
        }
        return told;
    }

    /** The call is permitted by a selector that may read any key. */
    boolean readsEveryKey(Command command, Call call) {
        for (int i = 0; i < selectors.size(); i++) {
            if (selectors.get(i).readsEveryKey() && selectors.get(i).check(command, call) == Denial.NONE) {
                return true;
            }
        }
        return false;
    }

    /** About what they take on the Java heap. */
    long bytes() {
        long bytes = USER_BYTES + (long) passwords.size() * PASSWORD_BYTES;
        for (Selector selector : selectors) {
            bytes += SELECTOR_BYTES;
            for (KeyPattern key : selector.keys) {
                bytes += PATTERN_BYTES + (long) BYTES_PER_CHAR * key.glob().text().length();
            }
            for (var channel : selector.channels) {
                bytes += PATTERN_BYTES + (long) BYTES_PER_CHAR * channel.text().length();
            }
            for (List<String> words : selector.firstArguments.values()) {
                bytes += PATTERN_BYTES + (long) words.size() * PATTERN_BYTES;
            }
        }
        return bytes;
    }
}
