// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.acl;

/**
 * Why a call is refused, as one number, so that checking allocates nothing: the kind above, the argument it is about below. Of two, the greater one tells
 * more: a key behind that one, or a key instead of the command. Stateless.
 */
public final class Denial {
    public static final long NONE = 0;
    private static final int KIND_SHIFT = 32;
    public static final int KIND_COMMAND = 1;
    public static final int KIND_KEY = 2;
    public static final int KIND_AUTH = 3;
    public static final int KIND_CHANNEL = 4;
    static final long COMMAND = (long) KIND_COMMAND << KIND_SHIFT;

    private Denial() {
    }

    static long key(int argument) {
        return (long) KIND_KEY << KIND_SHIFT | argument;
    }

    static long channel(int argument) {
        return (long) KIND_CHANNEL << KIND_SHIFT | argument;
    }

    public static int kind(long denial) {
        return (int) (denial >>> KIND_SHIFT);
    }

    /** The key or channel, counted in the call. */
    public static int argument(long denial) {
        return (int) denial;
    }

    /** As ACL LOG has it. */
    static String reason(int kind) {
        return switch (kind) {
            case KIND_COMMAND -> "command";
            case KIND_KEY -> "key";
            case KIND_CHANNEL -> "channel";
            default -> "auth";
        };
    }
}
