// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch;

import dev.cofferdam.memory.Clock;
import dev.cofferdam.watch.contain.Containment;
import dev.cofferdam.watch.incident.Incident;
import dev.cofferdam.watch.incident.IncidentBook;
import dev.cofferdam.watch.probe.Dialer;
import dev.cofferdam.watch.probe.Discovery;
import dev.cofferdam.watch.probe.TargetAddress;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The primaries of one cluster, each a target of its own, called {@code name/host:port}: memory is full on one node while the others have room. A replica that is promoted comes, the
 * primary it replaces goes, with its incident.
 *
 * <p>Owns a watch and a thread for each primary; asks every ten seconds which there are, those known as well as those configured. As long as nobody could tell, the cluster is one target
 * that does not answer. One thread; {@link #close()} after it.
 */
final class ClusterWatch implements AutoCloseable {
    /** One watch; its first argument is what to watch, its second its place among the cluster's. */
    interface Begin {
        Running begin(TargetConfiguration node, int slot);
    }

    /** A watch that is on. */
    record Running(AutoCloseable pace, AutoCloseable watch) {
        /** The thread before what it works on. */
        void end() {
            try {
                pace.close();
                watch.close();
            } catch (Exception e) {
                throw new IllegalStateException("a watch cannot end", e);
            }
        }
    }

    /** Nodes of one cluster that are watched; their places in the hub. */
    static final int NODES_MAX = 1_000;
    private static final Duration ASK_EVERY = Duration.ofSeconds(10);
    private static final Duration ASK_AGAIN = Duration.ofSeconds(2);
    private static final int WHOLE = 0;

    private final TargetConfiguration configuration;
    private final Dialer dialer;
    private final IncidentBook book;
    private final @Nullable Containment containment;
    private final Clock clock;
    private final Begin begin;
    private final Consumer<Integer> forget;
    private final Consumer<String> log;
    private final Map<TargetAddress.Node, Integer> slots = new LinkedHashMap<>();
    private final Map<Integer, Running> running = new LinkedHashMap<>();
    private final Set<TargetAddress.Node> missed = new HashSet<>();
    private long nextNanos;
    private String trouble = "";

    /**
     * @param forget removes a place from what is shown
     * @param containment of the whole cluster, whose clock we are; null when nothing may be done
     */
    ClusterWatch(TargetConfiguration configuration, Dialer dialer, IncidentBook book, @Nullable Containment containment, Clock clock,
            Begin begin,
            Consumer<Integer> forget, Consumer<String> log) {
        this.configuration = configuration;
        this.dialer = dialer;
        this.book = book;
        this.containment = containment;
        this.clock = clock;
        this.begin = begin;
        this.forget = forget;
        this.log = log;
        this.nextNanos = clock.monotonicNanos();
    }

    /** Once a second. */
    void turn() {
        if (clock.monotonicNanos() - nextNanos >= 0) {
            boolean told = ask();
            nextNanos = clock.monotonicNanos() + (told ? ASK_EVERY : ASK_AGAIN).toNanos();
        }
        if (containment != null) {
            containment.tick();
        }
    }

    private boolean ask() {
        try {
            follow(Discovery.locate(asked(), dialer));
            trouble = "";
            return true;
        } catch (IOException e) {
            if (!String.valueOf(e.getMessage()).equals(trouble)) {
                trouble = String.valueOf(e.getMessage());
                log.accept("target=" + configuration.name() + " no node says which primaries there are: " + trouble);
            }
            if (running.isEmpty()) {
                running.put(WHOLE, begin.begin(configuration, WHOLE));
            }
            return false;
        }
    }

    /** Those we know are asked too: the ones configured may be gone one day. */
    private TargetAddress asked() {
        TargetAddress address = configuration.address();
        Set<TargetAddress.Node> nodes = new LinkedHashSet<>(slots.keySet());
        nodes.addAll(address.nodes());
        return new TargetAddress(address.kind(), address.tls(), List.copyOf(nodes), address.username(), address.password(),
                address.database(),
                address.masterName());
    }

    private void follow(List<TargetAddress.Node> primaries) {
        if (running.containsKey(WHOLE)) {
            end(WHOLE, configuration.name());
        }
        for (Map.Entry<TargetAddress.Node, Integer> known : new ArrayList<>(slots.entrySet())) {
            TargetAddress.Node node = known.getKey();
            if (primaries.contains(node)) {
                missed.remove(node);
            } else if (!missed.add(node)) {
                // Twice: in a fail-over the nodes do not learn of it at one moment.
                missed.remove(node);
                log.accept("target=" + name(node) + " is no primary any more");
                slots.remove(node);
                end(known.getValue(), name(node));
            }
        }
        for (TargetAddress.Node node : primaries) {
            if (!slots.containsKey(node) && slots.size() < NODES_MAX) {
                int slot = 1;
                while (slots.containsValue(slot)) {
                    slot++;
                }
                slots.put(node, slot);
                running.put(slot, begin.begin(configuration.node(name(node), node), slot));
            }
        }
    }

    private String name(TargetAddress.Node node) {
        return configuration.name() + "/" + node;
    }

    private void end(int slot, String name) {
        Running ended = running.remove(slot);
        if (ended != null) {
            ended.end();
        }
        forget.accept(slot);
        Incident on = book.current(name);
        if (on != null) {
            book.resolve(on.id(), "watch", "it is not watched under this name any more");
        }
    }

    @Override
    public void close() {
        running.values().forEach(Running::end);
        running.clear();
    }
}
