// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.replication;

import dev.cofferdam.keyspace.Compartment;
import dev.cofferdam.keyspace.Effect;
import dev.cofferdam.keyspace.EffectGroup;
import dev.cofferdam.keyspace.EffectSink;
import dev.cofferdam.server.command.Call;

/**
 * Hears one compartment's effects for the replicas and hands them to the feed of whoever executes commands there.
 *
 * <p>Owns nothing. The compartment's owner thread; the loop changes the fields while the compartment is its own.
 */
final class CompartmentFeed implements EffectSink {
    final Compartment compartment;
    private final Replication replication;
    private final int bit;
    /** Where effects go now, and who executes. */
    Feed feed;
    EffectGroup executor;

    CompartmentFeed(Replication replication, Compartment compartment, Feed feed, EffectGroup executor) {
        this.replication = replication;
        this.compartment = compartment;
        this.bit = 1 << compartment.id();
        this.feed = feed;
        this.executor = executor;
    }

    @Override
    public void begin(long group) {
        feed.open |= bit;
    }

    @Override
    public void effect(Effect effect) {
        feed.effect(effect, compartment.id(), (Call) executor.cause);
        if (feed.open == 0) {
            endUnit(); // what expires or is evicted stands for itself
        }
    }

    @Override
    public void end(long group, int compartments) {
        feed.open &= ~bit;
        if (feed.open == 0) {
            endUnit();
        }
    }

    private void endUnit() {
        feed.endUnit();
        replication.unitEnded(feed);
    }
}
