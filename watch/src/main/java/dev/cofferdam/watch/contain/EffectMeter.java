// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.contain;

import dev.cofferdam.memory.Clock;
import java.io.IOException;
import java.util.Map;

/** Measures what an action does to one node, by reads between its steps. One thread, that of the session. */
final class EffectMeter {
    private final Nodes.Session session;
    private final Clock clock;
    private final long startNanos;
    private final long usedBefore;
    private final long refusedBefore;
    private final boolean evicts;
    private long used;
    private long limit;
    private long pendingFrees;
    private long backAfterMillis;
    private long removed;

    EffectMeter(Nodes.Session session, Clock clock) throws IOException {
        this.session = session;
        this.clock = clock;
        this.refusedBefore = NodeFacts.refusedWrites(session);
        Map<String, String> memory = NodeFacts.info(session, "memory");
        this.evicts = !memory.getOrDefault("maxmemory_policy", "noeviction").equals("noeviction");
        read(memory);
        this.usedBefore = used;
        this.backAfterMillis = isFull() ? -1 : 0;
        this.startNanos = clock.monotonicNanos();
    }

    private void read(Map<String, String> memory) {
        used = NodeFacts.used(memory);
        limit = NodeFacts.number(memory, "maxmemory");
        pendingFrees = NodeFacts.number(memory, "lazyfree_pending_objects");
    }

    /** A look between two steps. */
    void look() throws IOException {
        read(NodeFacts.info(session, "memory"));
        if (backAfterMillis < 0 && !isFull()) {
            backAfterMillis = Math.max(1, elapsedMillis());
        }
    }

    /** Whether writes are refused. An evicting server makes room instead, so never is. */
    boolean isFull() {
        return limit > 0 && used >= limit && !evicts;
    }

    long pendingFrees() {
        return pendingFrees;
    }

    void removed(long count) {
        removed += count;
    }

    long removed() {
        return removed;
    }

    private long elapsedMillis() {
        return (clock.monotonicNanos() - startNanos) / 1_000_000;
    }

    Effect effect(String stopped) throws IOException {
        look();
        return new Effect(usedBefore, used, limit, elapsedMillis(), backAfterMillis,
                Math.max(0, NodeFacts.refusedWrites(session) - refusedBefore), removed,
                stopped);
    }
}
