// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.contain;

import org.jspecify.annotations.Nullable;

/**
 * What somebody wants done. Immutable; the factories say which part each kind needs.
 *
 * @param range for what concerns keys, else null
 * @param number elements to keep, the client's id, or the new limit in bytes
 * @param newestAtHead where the newest elements of a list are: at its head when they come by LPUSH
 * @param user for DISABLE_USER
 * @param by who asks
 * @param why for the record
 */
public record PlanRequest(ActionKind kind, @Nullable KeyRange range, long number, boolean newestAtHead, String user, String by,
        String why) {
    public static PlanRequest readOnly(KeyRange range, String by, String why) {
        return new PlanRequest(ActionKind.READ_ONLY, range, 0, false, "", by, why);
    }

    public static PlanRequest drainOnly(KeyRange range, String by, String why) {
        return new PlanRequest(ActionKind.DRAIN_ONLY, range, 0, false, "", by, why);
    }

    public static PlanRequest dropPrefix(KeyRange prefix, String by, String why) {
        return new PlanRequest(ActionKind.DROP_PREFIX, prefix, 0, false, "", by, why);
    }

    public static PlanRequest dropKey(KeyRange key, String by, String why) {
        return new PlanRequest(ActionKind.DROP_KEY, key, 0, false, "", by, why);
    }

    public static PlanRequest trimList(KeyRange key, long keep, boolean newestAtHead, String by, String why) {
        return new PlanRequest(ActionKind.TRIM_LIST, key, keep, newestAtHead, "", by, why);
    }

    public static PlanRequest killClient(long id, String by, String why) {
        return new PlanRequest(ActionKind.KILL_CLIENT, null, id, false, "", by, why);
    }

    public static PlanRequest disableUser(String user, String by, String why) {
        return new PlanRequest(ActionKind.DISABLE_USER, null, 0, false, user, by, why);
    }

    public static PlanRequest raiseLimit(long bytes, String by, String why) {
        return new PlanRequest(ActionKind.RAISE_LIMIT, null, bytes, false, "", by, why);
    }

    /** What it is done to, for people, and what they type to say that they mean it. */
    public String subject() {
        return switch (kind) {
            case KILL_CLIENT -> "client " + number;
            case DISABLE_USER -> Command.quote(user);
            case RAISE_LIMIT -> "maxmemory";
            default -> range == null ? "" : range.text();
        };
    }

    /** The range, of a kind that has one. */
    KeyRange keys() {
        if (range == null) {
            throw new IllegalArgumentException(kind.word() + " needs a prefix or a key");
        }
        return range;
    }
}
