// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.keyspace;

import dev.cofferdam.memory.Account;
import dev.cofferdam.memory.Arena;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.function.ToDoubleBiFunction;

/**
 * Hit rates of {@link EvictionPolicy} over queues of pages, without a server: what decides whether a rule is worth building.
 *
 * <p>The first four traces are those of the project's hit-rate tool, number for number, so that a simulated rule can be compared with a running
 * server. The others are where rules of this family are known to be weak. A miss inserts the key; the first fifth of a trace is warm-up.
 *
 * <p>Run: {@code java -cp <test classes> dev.cofferdam.keyspace.EvictionSimulation}; it prints the table of decisions.md.
 */
final class EvictionSimulation {
    static final List<String> TRACES = List.of("zipf", "zipf+scan", "zipf+loop", "shifting zipf", "fast drift", "recency", "one-hit",
            "small loop", "loop, then zipf");

    private static final int LENGTH = 1_500_000;
    private static final int KEYS = 200_000;
    private static final int KEYS_LIMIT = 1_200_000;

    private EvictionSimulation() {
    }

    static int[] trace(String kind) {
        Random random = new Random(42);
        double[] cumulative = new double[KEYS];
        double sum = 0;
        for (int i = 0; i < KEYS; i++) {
            sum += 1 / Math.pow(i + 1, 0.99);
            cumulative[i] = sum;
        }
        int[] shuffled = new int[KEYS];
        Arrays.setAll(shuffled, i -> i);
        for (int i = KEYS - 1; i > 0; i--) {
            int j = random.nextInt(i + 1);
            int swapped = shuffled[i];
            shuffled[i] = shuffled[j];
            shuffled[j] = swapped;
        }
        int[] trace = new int[LENGTH];
        int fresh = KEYS;
        int looped = 0;
        int shift = 0;
        for (int i = 0; i < LENGTH; i++) {
            boolean own = false;
            switch (kind) {
                case "zipf+scan" -> own = i % 75_000 >= 50_000;
                case "zipf+loop" -> own = i % 3 == 2;
                case "shifting zipf" -> shift += i % 150_000 == 0 ? 7919 : 0;
                case "fast drift" -> shift += i % 15_000 == 0 ? 7919 : 0;
                case "one-hit" -> own = i % 2 == 0;
                case "recency", "small loop" -> own = true;
                case "loop, then zipf" -> own = i < LENGTH / 2;
                default -> {
                }
            }
            if (own) {
                trace[i] = switch (kind) {
                    case "zipf+loop" -> KEYS + looped++ % 100_000;
                    case "small loop", "loop, then zipf" -> KEYS + i % 30_000;
                    // Three of ten are new; the others were asked for a while ago, log-uniformly up to 120,000 requests back.
                    case "recency" -> i < 100 || random.nextInt(10) < 3
                            ? fresh++
                            : trace[i - 1 - (int) Math.min(i - 1, Math.exp(random.nextDouble() * Math.log(120_000)))];
                    default -> fresh++;
                };
                continue;
            }
            int rank = Arrays.binarySearch(cumulative, random.nextDouble() * sum);
            rank = rank < 0 ? -rank - 1 : rank;
            trace[i] = shuffled[(Math.min(rank, KEYS - 1) + shift) % KEYS];
        }
        return trace;
    }

    /** Hit rate in percent of exact LRU with so many entries. */
    static double lru(int[] trace, int capacity) {
        LinkedHashMap<Integer, Boolean> entries = new LinkedHashMap<>(16, 0.75f, true) {
            @Override
            protected boolean removeEldestEntry(Map.Entry<Integer, Boolean> eldest) {
                return size() > capacity;
            }
        };
        long hits = 0;
        for (int i = 0; i < trace.length; i++) {
            boolean hit = entries.get(trace[i]) != null;
            if (!hit) {
                entries.put(trace[i], true);
            }
            hits += hit && i >= trace.length / 5 ? 1 : 0;
        }
        return 100.0 * hits / (trace.length - trace.length / 5);
    }

    /** What a run of the policy shows. */
    record Outcome(double hitPercent, double share, double movesPerInsert, double entriesHeld, double ghostBytesPerEntry) {
    }

    /** Runs the policy over two queues of pages with {@code entriesPerPage} each. */
    static Outcome run(int[] trace, int capacity, int entriesPerPage) {
        try (Arena arena = Arena.open(1 << 20, 1 << 14)) {
            Account account = arena.account("simulation", 0, 1 << 20, true);
            Pages pages = new Pages(new EvictionPolicy(new GhostTable(account)), capacity, entriesPerPage);
            long hits = 0;
            long heldSum = 0;
            int first = trace.length / 5;
            for (int i = 0; i < trace.length; i++) {
                boolean hit = pages.request(trace[i]);
                hits += hit && i >= first ? 1 : 0;
                heldSum += i >= first ? pages.held : 0;
            }
            double counted = trace.length - first;
            return new Outcome(100 * hits / counted, pages.policy.share(), (double) pages.moves / pages.inserts, heldSum / counted,
                    (double) pages.policy.ownedBytes() / pages.held);
        }
    }

    /** The part of heap and index. */
    private static final class Pages {
        final EvictionPolicy policy;
        private final int entriesPerPage;
        private final int pagesMax;
        private final byte[] where = new byte[KEYS_LIMIT];
        private final byte[] frequency = new byte[KEYS_LIMIT];
        private final List<Deque<int[]>> queues = List.of(new ArrayDeque<>(), new ArrayDeque<>());
        private final int[] fill = new int[2];
        int held;
        long inserts;
        long moves;

        Pages(EvictionPolicy policy, int capacity, int entriesPerPage) {
            this.policy = policy;
            this.entriesPerPage = entriesPerPage;
            this.pagesMax = (capacity + entriesPerPage - 1) / entriesPerPage;
        }

        boolean request(int key) {
            if (where[key] != 0) {
                frequency[key] = (byte) EvictionPolicy.used(frequency[key]);
                return true;
            }
            append(policy.queueFor(hash(key)), key);
            frequency[key] = 0;
            held++;
            inserts++;
            while (queues.get(0).size() + queues.get(1).size() > pagesMax) {
                emptyPage();
            }
            return false;
        }

        private void append(int queue, int key) {
            Deque<int[]> pages = queues.get(queue);
            if (pages.isEmpty() || fill[queue] == entriesPerPage) {
                pages.addLast(new int[entriesPerPage]);
                fill[queue] = 0;
            }
            pages.peekLast()[fill[queue]++] = key;
            where[key] = (byte) (queue + 1);
        }

        private void emptyPage() {
            policy.beginPage(held);
            int queue = policy.victimQueue(queues.get(0).size(), queues.get(1).size());
            int[] page = queues.get(queue).pollFirst();
            int count = queues.get(queue).isEmpty() ? fill[queue] : entriesPerPage;
            for (int i = 0; i < count; i++) {
                int verdict = policy.verdict(queue, frequency[page[i]], hash(page[i]));
                if (verdict == EvictionPolicy.DROP) {
                    where[page[i]] = 0;
                    held--;
                } else {
                    frequency[page[i]] = (byte) verdict;
                    append(EvictionPolicy.MAIN, page[i]);
                    moves++;
                }
            }
        }

        private static long hash(int key) {
            long hash = (key + 1) * 0x9E3779B97F4A7C15L;
            hash = (hash ^ hash >>> 32) * 0xD6E8FEB86659FD93L;
            return hash ^ hash >>> 29;
        }
    }

    /** Prints the table. W-TinyLFU's column comes from the hit-rate tool: Caffeine is not among this project's libraries. */
    public static void main(String[] arguments) {
        int capacity = 25_000;
        System.out
            .println("| trace | LRU | ours, 64 KiB pages | 16 KiB | 256 KiB | share of small queue | moves per insert | ghost B/entry |");
        System.out.println("|---|---|---|---|---|---|---|---|");
        ToDoubleBiFunction<int[], Integer> hitPercent = (trace, entries) -> run(trace, capacity, entries).hitPercent();
        for (String kind : TRACES) {
            int[] trace = trace(kind);
            Outcome outcome = run(trace, capacity, 198);
            System.out.printf(Locale.ROOT, "| %s | %.2f | %.2f | %.2f | %.2f | %.2f | %.2f | %.2f |%n", kind, lru(trace, capacity),
                    outcome.hitPercent(), hitPercent.applyAsDouble(trace, 49), hitPercent.applyAsDouble(trace, 793), outcome.share(),
                    outcome.movesPerInsert(), outcome.ghostBytesPerEntry());
        }
    }
}
