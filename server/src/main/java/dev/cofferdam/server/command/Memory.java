// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.command;

/** What a command may do to the memory of its compartments: decides admission when one is full. */
public enum Memory {
    /** May need bytes: refused in a full compartment, unless this call needs none. */
    GROWS,
    /** Takes bytes from one key to another: admitted at full. */
    MOVES,
    /** Needs no bytes and frees none. */
    NEUTRAL,
    /** Gives bytes back: always admitted. */
    FREES
}
