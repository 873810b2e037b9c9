// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.keyspace;

/**
 * Hears everything that happens to the keys of one compartment, in order: what a log writes, a replica applies, a publisher tells.
 *
 * <p>Called on the thread that owns the compartment at that time, the event loop or its lane, so never by two at once, and what one call wrote the next
 * one sees. The change itself may be done or about to be done: a sink goes by what it is given and does not look into the keyspace. It cannot refuse: what a
 * change needs was admitted before; whoever listens makes room for its own buffers elsewhere. What it throws, the command at hand dies of.
 *
 * <p>The effects of a command, or of a whole transaction, stand between {@link #begin} and {@link #end}, and count together or not at all. A command that
 * changes nothing is not heard of. Keys that expire or are evicted are told alone when no group of this compartment is open.
 */
public interface EffectSink {
    /**
     * A group's first effect in this compartment follows.
     *
     * @param group rises from group to group within a compartment, and is the same in all compartments of a group
     */
    void begin(long group);

    /** Valid during the call. */
    void effect(Effect effect);

    /**
     * The group is complete here.
     *
     * @param compartments a bit for the id of each compartment whose stream has a part of this group: a log is complete when all of them have their end
     */
    void end(long group, int compartments);
}
