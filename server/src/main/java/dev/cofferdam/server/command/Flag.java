// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.command;

import java.util.Locale;

/** Facts about a command, under the names COMMAND INFO gives them. */
public enum Flag {
    WRITE, READONLY, DENYOOM, ADMIN, PUBSUB, NOSCRIPT, BLOCKING, LOADING, STALE, SKIP_MONITOR, SKIP_SLOWLOG, ASKING, FAST, NO_AUTH,
    MAY_REPLICATE, NO_ASYNC_LOADING, NO_MULTI, ALLOW_BUSY, MOVABLEKEYS, NO_MANDATORY_KEYS;

    private final String replyName = name().toLowerCase(Locale.ROOT);

    /** False for what only the server itself asks for. */
    public boolean isShown() {
        return this != MAY_REPLICATE;
    }

    public String replyName() {
        return replyName;
    }
}
