// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.contain;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * One line of ACL LIST, and what it would become. Immutable.
 *
 * @param line as it came, so that it can be compared later byte by byte
 * @param keys its key patterns with their permission, in order, as they stand
 * @param selectors whether there are rules in brackets
 */
record AclUser(String line, String name, boolean enabled, List<String> keys, boolean selectors) {
    private static final String READ = "%R~";
    private static final String WRITE = "%W~";
    private static final String READ_WRITE = "%RW~";

    AclUser {
        keys = List.copyOf(keys);
    }

    static AclUser parse(String line) {
        String[] words = line.split(" ", -1);
        if (words.length < 2 || !words[0].equals("user")) {
            throw new IllegalArgumentException("not a line of ACL LIST: " + Command.quote(line));
        }
        List<String> keys = new ArrayList<>();
        boolean enabled = false;
        boolean selectors = false;
        for (int i = 2; i < words.length && !selectors; i++) {
            enabled |= words[i].equals("on");
            selectors = words[i].startsWith("(");
            if (words[i].startsWith("~") || words[i].startsWith("%")) {
                keys.add(words[i]);
            } else if (words[i].equals("allkeys")) {
                keys.add("~*");
            }
        }
        return new AclUser(line, words[1], enabled, keys, selectors);
    }

    /** Tells this line from any other, and nothing else. */
    String digest() {
        return Digest.sha256(line);
    }

    /** What becomes of a user's key patterns. */
    record Change(List<String> keys, boolean changed) {
    }

    /**
     * The key patterns with which the user can do everything as before, but not write the range.
     *
     * @param readPatterns whether the server knows permissions for reading only (Redis 7); without, reads of the range end too
     * @throws RefusedException when his rules are of a kind that is not understood and might let him write it
     */
    Change without(KeyRange range, boolean readPatterns) throws RefusedException {
        if (selectors) {
            throw new RefusedException("user '" + name + "' has rules in brackets (selectors); what they allow is not told apart here."
                    + " Change that user by hand, or exempt it");
        }
        Set<String> after = new LinkedHashSet<>();
        for (String key : keys) {
            int tilde = key.indexOf('~');
            String permission = key.substring(0, tilde + 1);
            GlobText.Parts parts = GlobText.parts(key.substring(tilde + 1));
            if (permission.equals(READ) || !couldMatch(parts, range)) {
                after.add(key);
                continue;
            }
            boolean reads = permission.equals("~") || permission.equals(READ_WRITE);
            if (!parts.isExact() && !parts.isPrefix()) {
                throw new RefusedException(
                        "user '" + name + "' has the key pattern " + Command.quote(key) + ", which may match " + range.text()
                                + " and is not one that is told apart here. Change that user by hand, or exempt it");
            }
            if (reads && readPatterns) {
                after.add(READ + key.substring(tilde + 1));
            }
            if (parts.isPrefix() && range.bytes().startsWith(parts.head())) {
                for (String other : Complement.within(parts.head(), range)) {
                    after.add((reads ? "~" : WRITE) + other);
                }
            }
        }
        List<String> changed = List.copyOf(after);
        return new Change(changed, !changed.equals(keys));
    }

    private static boolean couldMatch(GlobText.Parts parts, KeyRange range) {
        return parts.isExact() ? range.covers(parts.head()) : range.meets(parts.head());
    }
}
