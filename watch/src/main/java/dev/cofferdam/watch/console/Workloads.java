// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.console;

import dev.cofferdam.watch.attribute.PrefixShare;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Which applications share a target, and what each takes of it: its prefixes, put together under the names of the configuration, or else by their first part.
 * Immutable, any thread.
 */
final class Workloads {
    /** Lines shown; the smallest of more become {@code other}. */
    static final int SHOWN_MAX = 8;
    private static final String OTHER = "other";
    private static final String SEPARATORS = ":/|.-_#";

    /** One line. */
    record Workload(String name, long bytes, long keys, double bytesPerSecond, double growthShare) {
        private Workload plus(PrefixShare share) {
            return new Workload(name, bytes + share.bytes(), keys + share.keys(), bytesPerSecond + share.bytesPerSecond(),
                    growthShare + share.growthShare());
        }

        private Workload plus(Workload more) {
            return new Workload(name, bytes + more.bytes, keys + more.keys, bytesPerSecond + more.bytesPerSecond,
                    growthShare + more.growthShare);
        }
    }

    private final Map<String, List<String>> named;

    Workloads(Map<String, List<String>> named) {
        this.named = named;
    }

    /** The largest first, {@code other} last. */
    List<Workload> of(List<PrefixShare> prefixes) {
        Map<String, Workload> found = new LinkedHashMap<>();
        for (PrefixShare share : prefixes) {
            String name = name(share.pattern());
            found.put(name, found.getOrDefault(name, new Workload(name, 0, 0, 0, 0)).plus(share));
        }
        Workload rest = found.remove(OTHER);
        List<Workload> sorted = new ArrayList<>(found.values());
        sorted.sort(Comparator.comparingLong(Workload::bytes).reversed());
        while (sorted.size() > SHOWN_MAX - 1) {
            Workload smallest = sorted.removeLast();
            rest = (rest == null ? new Workload(OTHER, 0, 0, 0, 0) : rest).plus(smallest);
        }
        if (rest != null) {
            sorted.add(rest);
        }
        return sorted;
    }

    private String name(String pattern) {
        for (Map.Entry<String, List<String>> workload : named.entrySet()) {
            for (String glob : workload.getValue()) {
                String literal = glob.endsWith("*") ? glob.substring(0, glob.length() - 1) : glob;
                if (glob.endsWith("*") ? pattern.startsWith(literal) : pattern.equals(literal)) {
                    return workload.getKey();
                }
            }
        }
        if (!named.isEmpty()) {
            return OTHER;
        }
        for (int i = 1; i < pattern.length(); i++) {
            if (SEPARATORS.indexOf(pattern.charAt(i)) >= 0) {
                return pattern.substring(0, i);
            }
        }
        return pattern;
    }
}
