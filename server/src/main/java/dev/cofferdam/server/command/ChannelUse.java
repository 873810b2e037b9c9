// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.command;

/** Which arguments of a command are channels that its user must be allowed to use. */
public enum ChannelUse {
    NONE,
    /** The first argument is a channel. */
    PUBLISHES,
    /** All arguments are channels. */
    SUBSCRIBES,
    /** All arguments are patterns of channels. */
    SUBSCRIBES_TO_PATTERNS;

    /** How many of the call's arguments are channels; they begin at argument 1. */
    public int count(Call call) {
        return switch (this) {
            case NONE -> 0;
            case PUBLISHES -> Math.min(1, call.count() - 1);
            case SUBSCRIBES, SUBSCRIBES_TO_PATTERNS -> call.count() - 1;
        };
    }
}
