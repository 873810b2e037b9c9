// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.keyspace;

import org.jspecify.annotations.Nullable;

/**
 * The effects of one command or transaction, over all compartments it changes.
 *
 * <p>Owned by whoever executes commands, one at a time: the event loop has one ({@link Keyspace#effectGroup()}), and each lane its own, which the compartments
 * follow while they are there. What always holds: a compartment is in a group from its first effect to {@link #end()}, after which the next group begins.
 */
public final class EffectGroup {
    private final Keyspace keyspace;
    private long number;
    /** A bit for each compartment that has an effect in this group; 0: there is nothing to end. Read by executors, so that no call is made for nothing. */
    public int compartments;
    /** The command that is just being executed, for listeners that say how it was asked; null while nobody listens. The executor's. */
    public @Nullable Object cause;

    EffectGroup(Keyspace keyspace) {
        this.keyspace = keyspace;
    }

    /** A compartment has its first effect; answers the group's number. */
    long join(int compartment) {
        if (compartments == 0) {
            number = keyspace.nextGroupNumber();
        }
        compartments |= 1 << compartment;
        return number;
    }

    /** What another executor's command has done so far is of this one's group: the command goes on here. Its compartments must follow this group then. */
    public void takeOver(EffectGroup other) {
        if (other.compartments != 0) {
            number = other.number;
            compartments = other.compartments;
            other.compartments = 0;
        }
    }

    /** The command is over, whether it changed anything or not. */
    public void end() {
        int all = compartments;
        compartments = 0;
        for (int left = all; left != 0; left &= left - 1) {
            keyspace.compartment(Integer.numberOfTrailingZeros(left)).effects().endGroup(number, all);
        }
    }
}
