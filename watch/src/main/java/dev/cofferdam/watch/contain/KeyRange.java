// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.contain;

/**
 * Keys that an action may touch: all that begin with some bytes, or one. Immutable.
 *
 * @param exact one key, not a prefix
 * @param bytes as ISO-8859-1, a character a byte
 */
public record KeyRange(int database, boolean exact, String bytes) {
    public KeyRange {
        for (int i = 0; i < bytes.length(); i++) {
            if (bytes.charAt(i) > 0xff) {
                throw new IllegalArgumentException("keys are bytes: give them as ISO-8859-1, a character a byte");
            }
        }
    }

    public static KeyRange prefix(int database, String bytes) {
        return new KeyRange(database, false, bytes);
    }

    public static KeyRange key(int database, String bytes) {
        return new KeyRange(database, true, bytes);
    }

    boolean covers(String key) {
        return exact ? key.equals(bytes) : key.startsWith(bytes);
    }

    /** Whether some key may be both in here and begin with the prefix. */
    boolean meets(String prefix) {
        return bytes.startsWith(prefix) || !exact && prefix.startsWith(bytes);
    }

    /** For SCAN MATCH. */
    String glob() {
        return exact ? GlobText.escape(bytes) : GlobText.escape(bytes) + "*";
    }

    /** For people, and what they type to say that they mean it. */
    public String text() {
        return Command.quote(bytes);
    }
}
