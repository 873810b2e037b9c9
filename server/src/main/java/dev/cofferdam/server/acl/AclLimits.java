// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.acl;

import org.jspecify.annotations.Nullable;

/** How much there may be of users and rules: they lie on the Java heap, whose size does not depend on what clients send. Stateless. */
public final class AclLimits {
    public static final int USERS_MAX = 4096;
    /** What all users' rules may take, as {@link Rules#bytes()} estimates it. */
    public static final long RULES_MAX_BYTES = 4L << 20;
    /** Of one user. */
    public static final int PASSWORDS_MAX = 64;
    public static final int SELECTORS_MAX = 64;
    /** Of keys and channels, and first arguments, of one user. */
    public static final int PATTERNS_MAX = 1024;
    public static final int PATTERN_MAX_BYTES = 1024;
    /** Entries of ACL LOG, whatever acllog-max-len says. */
    public static final int LOG_ENTRIES_MAX = 1024;
    /** Kept of a key, channel or name in ACL LOG. */
    public static final int LOG_OBJECT_MAX_BYTES = 1024;
    static final int NAME_MAX_BYTES = 1024;

    private AclLimits() {
    }

    /** What is wrong with a pattern, or null. */
    static @Nullable String patternProblem(String pattern) {
        if (Bytes.hasBlank(pattern)) {
            return SelectorEditor.SYNTAX_ERROR;
        }
        return pattern.length() > PATTERN_MAX_BYTES
                ? "a pattern of " + pattern.length() + " bytes: " + PATTERN_MAX_BYTES + " is the most"
                : null;
    }

    /** What one user has too much of, or null. */
    static @Nullable String excess(Rules rules) {
        int patterns = 0;
        for (Selector selector : rules.selectors) {
            patterns += selector.keys.size() + selector.channels.size()
                    + selector.firstArguments.values().stream().mapToInt(words -> words.size()).sum();
        }
        if (rules.passwords.size() > PASSWORDS_MAX) {
            return rules.passwords.size() + " passwords: a user may have " + PASSWORDS_MAX
                    + "; take one away by <password, or all by resetpass";
        }
        if (rules.selectors.size() > SELECTORS_MAX) {
            return rules.selectors.size() + " selectors: a user may have " + SELECTORS_MAX + "; clearselectors removes them";
        }
        return patterns > PATTERNS_MAX
                ? patterns + " patterns: a user may have " + PATTERNS_MAX + "; resetkeys and resetchannels remove them"
                : null;
    }
}
