// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.keyspace;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** A sorted set as one would write it in an afternoon: the yardstick of the property tests. */
final class SortedSetModel {
    record Element(String name, double score) implements Comparable<Element> {
        @Override
        public int compareTo(Element other) {
            // By < and >, not Double.compare: -0 equals 0 here.
            if (score < other.score || score > other.score) {
                return score < other.score ? -1 : 1;
            }
            return name.compareTo(other.name);
        }
    }

    private final Map<String, Double> scores = new HashMap<>();
    private final TreeSet<Element> order = new TreeSet<>();

    Double score(String name) {
        return scores.get(name);
    }

    void put(String name, double score) {
        remove(name);
        scores.put(name, score);
        order.add(new Element(name, score));
    }

    boolean remove(String name) {
        Double before = scores.remove(name);
        return before != null && order.remove(new Element(name, before));
    }

    int size() {
        return scores.size();
    }

    int rank(String name) {
        return order.headSet(new Element(name, scores.get(name))).size();
    }

    long countByScore(double bound, boolean inclusive) {
        return order.stream().filter(element -> inclusive ? element.score <= bound : element.score < bound).count();
    }

    List<Element> elements() {
        return new ArrayList<>(order);
    }

    void clear() {
        scores.clear();
        order.clear();
    }
}
