// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.pubsub;

/**
 * The classes of events about keys that {@code notify-keyspace-events} chooses from, as bits. Stateless.
 *
 * <p>What always holds: each event has one class, and none of it depends on who asks: a name says it all.
 */
public final class EventClasses {
    public static final int KEYSPACE = 1;
    public static final int KEYEVENT = 1 << 1;
    public static final int GENERIC = 1 << 2;
    public static final int STRING = 1 << 3;
    public static final int LIST = 1 << 4;
    public static final int SET = 1 << 5;
    public static final int HASH = 1 << 6;
    public static final int SORTED_SET = 1 << 7;
    public static final int EXPIRED = 1 << 8;
    public static final int EVICTED = 1 << 9;
    public static final int STREAM = 1 << 10;
    public static final int MODULE = 1 << 11;
    public static final int MISSED = 1 << 12;
    public static final int NEW = 1 << 13;
    /** "A": all that are usual; misses and new keys are not. */
    private static final int ALL = GENERIC | STRING | LIST | SET | HASH | SORTED_SET | EXPIRED | EVICTED | STREAM | MODULE;
    private static final String LETTERS = "KEg$lshzxetdmn";
    /** In the order in which Redis prints them. */
    private static final String PRINTED_UNLESS_ALL = "g$lshzxetdn";

    private EventClasses() {
    }

    /** The bits of the letters; -1 when one is none. */
    public static int parse(String letters) {
        int classes = 0;
        for (int i = 0; i < letters.length(); i++) {
            char letter = letters.charAt(i);
            int at = LETTERS.indexOf(letter);
            if (at < 0 && letter != 'A') {
                return -1;
            }
            classes |= letter == 'A' ? ALL : 1 << at;
        }
        return classes;
    }

    public static String print(int classes) {
        StringBuilder text = new StringBuilder();
        if ((classes & ALL) == ALL) {
            text.append('A');
        } else {
            appendLetters(text, classes, PRINTED_UNLESS_ALL);
        }
        appendLetters(text, classes, "KEm");
        return text.toString();
    }

    private static void appendLetters(StringBuilder text, int classes, String letters) {
        for (int i = 0; i < letters.length(); i++) {
            if ((classes & 1 << LETTERS.indexOf(letters.charAt(i))) != 0) {
                text.append(letters.charAt(i));
            }
        }
    }

    /** The class of an event that a command tells. */
    static int of(String event) {
        return switch (event) {
            case "del", "expire", "persist", "rename_from", "rename_to", "move_from", "move_to", "copy_to", "restore" -> GENERIC;
            case "set", "setrange", "setbit", "append", "incrby", "incrbyfloat", "pfadd" -> STRING;
            case "lpush", "rpush", "lpop", "rpop", "lset", "linsert", "lrem", "ltrim", "sortstore" -> LIST;
            case "sadd", "srem", "spop", "sinterstore", "sunionstore", "sdiffstore" -> SET;
            case "hset", "hdel", "hincrby", "hincrbyfloat" -> HASH;
            case "expired" -> EXPIRED;
            case "evicted" -> EVICTED;
            case "keymiss" -> MISSED;
            case "new" -> NEW;
            default -> event.startsWith("x") ? STREAM : SORTED_SET;
        };
    }
}
