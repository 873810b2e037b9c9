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

    /**
     * One key, by its name as it is shown to people, with {@code \\x00} for odd bytes and a backslash doubled. Refused when the name was cut: which key it is, is not known then.
     */
    public static KeyRange shownKey(int database, String shown) throws RefusedException {
        if (shown.isEmpty() || shown.endsWith("…")) {
            throw new RefusedException("the name of the key is too long to be shown whole; name it on the command line");
        }
        return key(database, bytesOf('"' + shown + '"'));
    }

    /** The bytes of a key that was written as text: UTF-8, or in double quotes as redis-cli writes odd bytes. */
    public static String bytesOf(String text) {
        return ContainCommand.bytes(text);
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
