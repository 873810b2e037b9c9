// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.attribute;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The largest keys of a target, measured again and again: growth inside one key is invisible to random samples. Bounded; the smallest makes room. One thread.
 */
final class BigKeys {
    /** Smaller keys are the samples' business. */
    static final long BIG_BYTES = 16 * 1024;
    /** Measurements kept of each key, ten seconds apart: some from before an onset that is seen late. */
    private static final int MEASURES_KEPT = 13;

    private final int keysMax;
    private final Map<String, Entry> entries = new HashMap<>();

    /** One of them, with what it was when. */
    static final class Entry {
        private final int database;
        private final byte[] name;
        private final String type;
        private final Deque<Measure> measures = new ArrayDeque<>();

        private Entry(int database, byte[] name, String type) {
            this.database = database;
            this.name = name;
            this.type = type;
        }

        int database() {
            return database;
        }

        byte[] name() {
            return name;
        }

        String type() {
            return type;
        }

        Measure last() {
            return measures.getLast();
        }

        /** The last measurement at or before a moment, else the first there is. */
        Measure at(long millis) {
            Measure found = measures.getFirst();
            for (Measure each : measures) {
                if (each.atMillis <= millis) {
                    found = each;
                }
            }
            return found;
        }

        /**
         * Growth between two measurements. Where elements were added their number is believed and their size is today's: the bytes are an estimate from a few elements, which may be
         * others each time.
         */
        long growth(Measure from, Measure to) {
            boolean counted = from.elements > 0 && to.elements > 0 && !type.equals("string");
            return counted ? Math.round((to.elements - from.elements) * ((double) to.bytes / to.elements)) : to.bytes - from.bytes;
        }
    }

    /** What a key was at one moment. */
    record Measure(long atMillis, long bytes, long elements) {
    }

    BigKeys(int keysMax) {
        this.keysMax = keysMax;
    }

    /** Whether a key of this size would be kept. */
    boolean wants(long bytes) {
        return bytes >= BIG_BYTES && (entries.size() < keysMax || bytes > smallest().last().bytes());
    }

    private Entry smallest() {
        return entries.values().stream().min(Comparator.comparingLong(each -> each.last().bytes())).orElseThrow();
    }

    boolean holds(int database, byte[] name) {
        return entries.containsKey(id(database, name));
    }

    private static String id(int database, byte[] name) {
        return database + " " + new String(name, StandardCharsets.ISO_8859_1);
    }

    /** Adds those that are large enough, with their types. */
    void add(Collection<Asking.Met> found, Asking asking, long atMillis) throws IOException {
        Map<Integer, List<Asking.Met>> wanted = new TreeMap<>();
        for (Asking.Met each : found) {
            if (wants(each.bytes()) && !holds(each.database(), each.name())) {
                wanted.computeIfAbsent(each.database(), any -> new ArrayList<>()).add(each);
            }
        }
        for (Map.Entry<Integer, List<Asking.Met>> of : wanted.entrySet()) {
            List<Asking.Met> keys = of.getValue();
            keys.sort(Comparator.comparingLong(Asking.Met::bytes).reversed());
            List<Asking.Met> kept = keys.subList(0, Math.min(keys.size(), keysMax));
            List<byte[]> names = kept.stream().map(Asking.Met::name).toList();
            List<String> types = asking.types(of.getKey(), names);
            List<Asking.Length> lengths = asking.lengths(of.getKey(), names, types);
            for (int i = 0; i < kept.size(); i++) {
                if (wants(kept.get(i).bytes())) {
                    if (entries.size() >= keysMax) {
                        Entry smallest = smallest();
                        entries.remove(id(smallest.database, smallest.name));
                    }
                    Entry entry = new Entry(of.getKey(), names.get(i), types.get(i));
                    entry.measures.add(new Measure(atMillis, kept.get(i).bytes(), lengths.get(i).elements()));
                    entries.put(id(of.getKey(), names.get(i)), entry);
                }
            }
        }
    }

    /** Measures all of them again; those that are gone leave. */
    void measure(Asking asking, long atMillis) throws IOException {
        Map<Integer, List<Entry>> byDatabase = new TreeMap<>();
        entries.values().forEach(entry -> byDatabase.computeIfAbsent(entry.database, any -> new ArrayList<>()).add(entry));
        for (Map.Entry<Integer, List<Entry>> of : byDatabase.entrySet()) {
            List<Entry> keys = of.getValue();
            List<byte[]> names = keys.stream().map(Entry::name).toList();
            Map<String, Long> sizes = new HashMap<>();
            asking.sizes(of.getKey(), names, false).forEach(met -> sizes.put(id(met.database(), met.name()), met.bytes()));
            List<Asking.Length> lengths = asking.lengths(of.getKey(), names, keys.stream().map(Entry::type).toList());
            for (int i = 0; i < keys.size(); i++) {
                String id = id(of.getKey(), names.get(i));
                Long bytes = sizes.get(id);
                if (bytes == null) {
                    entries.remove(id);
                } else {
                    Entry entry = keys.get(i);
                    entry.measures.addLast(new Measure(atMillis, bytes, lengths.get(i).elements()));
                    // Within one suspicion they are measured each second: of those the oldest before it must stay.
                    if (entry.measures.size() > MEASURES_KEPT) {
                        thin(entry.measures);
                    }
                }
            }
        }
    }

    /** Drops the second oldest of those closest together, so that the first and the last stay. */
    private static void thin(Deque<Measure> measures) {
        List<Measure> all = new ArrayList<>(measures);
        int closest = 1;
        for (int i = 1; i < all.size() - 1; i++) {
            if (all.get(i + 1).atMillis - all.get(i - 1).atMillis < all.get(closest + 1).atMillis - all.get(closest - 1).atMillis) {
                closest = i;
            }
        }
        // While all are equally far apart the oldest is the least worth.
        boolean even = all.get(closest + 1).atMillis - all.get(closest - 1).atMillis >= 15_000;
        all.remove(even ? 0 : closest);
        measures.clear();
        measures.addAll(all);
    }

    List<Entry> entries() {
        return List.copyOf(entries.values());
    }

    void clear() {
        entries.clear();
    }
}
