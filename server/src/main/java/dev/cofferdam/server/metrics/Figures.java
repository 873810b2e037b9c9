// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.metrics;

import dev.cofferdam.keyspace.Compartment;
import dev.cofferdam.keyspace.Keyspace;
import dev.cofferdam.server.Server;
import dev.cofferdam.server.client.Client;
import dev.cofferdam.server.config.PolicyWords;
import dev.cofferdam.server.net.EventLoop;
import java.util.Locale;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Where the metrics read: the server, its keyspace, the process. One per look at them; cheap.
 *
 * <p>On the event loop the figures are exact. On the metrics thread they are what the loop published with its last look at the clock, at most a
 * moment old: counters are plain fields of one writer.
 */
public final class Figures {
    private final Server server;
    private final @Nullable Compartment bound;
    /** Asked once, so that what is derived from it agrees with it. */
    private final long residentBytes = ProcessFigures.residentBytes();

    /** @param bound the compartment the asking connection belongs to; null for none */
    public Figures(Server server, @Nullable Compartment bound) {
        this.server = server;
        this.bound = bound;
        server.nowMillis(); // a volatile read: what the loop wrote before its last tick is visible from here on
    }

    Server server() {
        return server;
    }

    Keyspace keyspace() {
        return server.keyspace();
    }

    Operations operations() {
        return server.operations();
    }

    /** Sum over all compartments. */
    long sum(ToLongFunction<Compartment> figure) {
        long sum = 0;
        for (int i = 0; i < keyspace().compartmentCount(); i++) {
            sum += figure.applyAsLong(keyspace().compartment(i));
        }
        return sum;
    }

    /** The largest figure any client has. On the event loop only: it walks the clients. */
    long longestOfClients(ToLongFunction<Client> figure) {
        long[] longest = {0};
        server.clients().forEach(client -> longest[0] = Math.max(longest[0], figure.applyAsLong(client)));
        return longest[0];
    }

    long tlsClients() {
        EventLoop loop = server.loop();
        return loop == null ? 0 : loop.tlsClients();
    }

    long tlsClientsMax() {
        EventLoop loop = server.loop();
        return loop == null ? 0 : loop.tlsClientsMax();
    }

    long usedBytes() {
        return server.ceiling().usedBytes();
    }

    long peakBytes() {
        return Math.max(server.arena().peakOwnedBytes(), usedBytes());
    }

    long maxBytes() {
        return server.operations().maxMemoryBytes();
    }

    /** Live bytes of all entries and nodes, keys and headers included. */
    long datasetBytes() {
        return sum(Compartment::liveBytes);
    }

    long residentBytes() {
        return residentBytes;
    }

    long uptimeSeconds() {
        return (server.nowMillis() - server.startedMillis()) / 1000;
    }

    /** noeviction, unless the connection belongs to a compartment that evicts; with 'compartments off' what is configured. */
    String policyName() {
        return server.operations().policyName(bound);
    }

    static String policyName(Compartment compartment) {
        return PolicyWords.redisName(compartment.full());
    }

    static String ratio(double dividend, double divisor) {
        return String.format(Locale.ROOT, "%.2f", divisor == 0 ? 0 : dividend / divisor);
    }

    static String percent(double part, double whole) {
        return String.format(Locale.ROOT, "%.2f%%", whole == 0 ? 0 : 100 * part / whole);
    }

    /** A size as Redis's *_human fields have it: 1.50M. */
    static String human(long bytes) {
        double value = bytes;
        if (bytes < 1024) {
            return bytes + "B";
        }
        for (char unit : new char[] {'K', 'M', 'G', 'T'}) {
            value /= 1024;
            if (value < 1024) {
                return String.format(Locale.ROOT, "%.2f%c", value, unit);
            }
        }
        return String.format(Locale.ROOT, "%.2fP", value / 1024);
    }
}
