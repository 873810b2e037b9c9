// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.attribute;

import dev.cofferdam.resp.client.Reply;
import dev.cofferdam.resp.client.Request;
import dev.cofferdam.watch.probe.CostGovernor.Work;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Bytes and keys of each prefix as a Cofferdam counts them itself: nothing is estimated. Keeps an hour. One thread. */
final class ExactBooks {
    private static final String PREFIXES_ASKED = "200";
    private static final long KEPT_MILLIS = 3600_000;
    private static final long FINE_MILLIS = 10 * 60_000;
    private static final long FINE_STEP_MILLIS = 10_000;
    private static final long COARSE_STEP_MILLIS = 60_000;

    private final Deque<Snapshot> snapshots = new ArrayDeque<>();

    /** One prefix of one compartment. */
    record Prefix(String compartment, String name) {
    }

    /** What it held. */
    record Usage(long bytes, long keys) {
        static final Usage NONE = new Usage(0, 0);
    }

    private record Snapshot(long atMillis, Map<Prefix, Usage> usage) {
    }

    /** One prefix's growth. */
    record Grown(Prefix prefix, long bytes, long keys, Usage now) {
    }

    void look(Collection<String> compartments, Asking asking, long atMillis) throws IOException {
        List<String> names = List.copyOf(compartments);
        List<Request> requests = new ArrayList<>();
        names.forEach(name -> requests.add(Request.of("COMPARTMENT", "PREFIXES", name, PREFIXES_ASKED)));
        if (requests.isEmpty()) {
            return;
        }
        List<Reply> replies = asking.ask(requests);
        asking.governor().charge(Work.OTHER, 4L * requests.size());
        Map<Prefix, Usage> usage = new HashMap<>();
        for (int i = 0; i < names.size(); i++) {
            // 'connections' and 'machinery' have no keys, and say so by an error.
            if (replies.get(i) instanceof Reply.Items prefixes) {
                for (Reply prefix : prefixes.items()) {
                    read(names.get(i), prefix.asList(), usage);
                }
            }
        }
        add(new Snapshot(atMillis, usage));
    }

    private static void read(String compartment, List<Reply> fields, Map<Prefix, Usage> usage) {
        byte[] name = new byte[0];
        long bytes = 0;
        long keys = 0;
        for (int i = 0; i + 1 < fields.size(); i += 2) {
            switch (String.valueOf(fields.get(i).asText())) {
                case "prefix" -> name = fields.get(i + 1) instanceof Reply.Bulk bulk ? bulk.bytes() : name;
                case "bytes" -> bytes = fields.get(i + 1).asLong();
                case "keys" -> keys = fields.get(i + 1).asLong();
                default -> {
                    // A later version tells more.
                }
            }
        }
        usage.put(new Prefix(compartment, new String(name, StandardCharsets.ISO_8859_1)), new Usage(bytes, keys));
    }

    /** The newest always, older ones each ten seconds, then each minute. */
    private void add(Snapshot now) {
        Snapshot last = snapshots.pollLast();
        Snapshot before = snapshots.peekLast();
        if (last != null && (before == null || last.atMillis - before.atMillis >= FINE_STEP_MILLIS)) {
            snapshots.addLast(last);
        }
        snapshots.addLast(now);
        Snapshot kept = null;
        for (Iterator<Snapshot> each = snapshots.iterator(); each.hasNext();) {
            Snapshot snapshot = each.next();
            long age = now.atMillis - snapshot.atMillis;
            boolean tooClose = kept != null && age > FINE_MILLIS && snapshot.atMillis - kept.atMillis < COARSE_STEP_MILLIS;
            if (age > KEPT_MILLIS || tooClose) {
                each.remove();
            } else {
                kept = snapshot;
            }
        }
    }

    boolean isEmpty() {
        return snapshots.isEmpty();
    }

    /** When it was last looked; not while empty. */
    long lastMillis() {
        return snapshots.getLast().atMillis;
    }

    /** The look that growth since a moment is counted from: the last before it, else the first there is; not while empty. */
    long fromMillis(long millis) {
        long from = snapshots.getFirst().atMillis;
        for (Snapshot each : snapshots) {
            from = each.atMillis <= millis ? each.atMillis : from;
        }
        return from;
    }

    /**
     * Growth of every prefix since a moment, most first.
     *
     * @param compartment only this one's, or null for all
     */
    List<Grown> since(long millis, @Nullable String compartment) {
        if (snapshots.isEmpty()) {
            return List.of();
        }
        Snapshot from = snapshots.getFirst();
        for (Snapshot each : snapshots) {
            if (each.atMillis <= millis) {
                from = each;
            }
        }
        Map<Prefix, Usage> then = from.usage;
        List<Grown> grown = new ArrayList<>();
        snapshots.getLast().usage.forEach((prefix, now) -> {
            if (compartment == null || compartment.equals(prefix.compartment)) {
                Usage old = then.getOrDefault(prefix, Usage.NONE);
                grown.add(new Grown(prefix, now.bytes - old.bytes, now.keys - old.keys, now));
            }
        });
        grown.sort(Comparator.comparingLong(Grown::bytes).reversed());
        return grown;
    }

    void clear() {
        snapshots.clear();
    }
}
