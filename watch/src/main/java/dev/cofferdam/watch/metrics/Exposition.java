// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.metrics;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Points of declared metrics, written out as Prometheus's text or as OpenMetrics. Used by one thread.
 *
 * <p>Bounded: what is too much, or of a name that nobody declared, is left out and counted. Two points of the same labels are one: the later.
 */
public final class Exposition {
    public static final String TEXT = "text/plain; version=0.0.4; charset=utf-8";
    public static final String OPEN_METRICS = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    static final int POINTS_MAX = 2_000;
    static final int LABEL_CHARACTERS_MAX = 200;

    private final Map<String, Map<String, Double>> points = new LinkedHashMap<>();
    private long dropped;

    /** @param labels name, value, name, value ... */
    public void add(String name, double value, String... labels) {
        add(name, value, List.of(labels));
    }

    void add(String name, double value, List<String> labels) {
        if (!WatchMetrics.byName().containsKey(name)) {
            dropped++;
            return;
        }
        Map<String, Double> ofName = points.computeIfAbsent(name, n -> new LinkedHashMap<>());
        if (ofName.size() >= POINTS_MAX) {
            dropped++;
        } else if (!Double.isNaN(value)) {
            ofName.put(labelText(labels), value);
        }
    }

    long dropped() {
        return dropped;
    }

    String text(boolean openMetrics) {
        StringBuilder out = new StringBuilder(16_384);
        for (WatchMetric metric : WatchMetrics.all()) {
            Map<String, Double> ofName = points.get(metric.name());
            if (ofName == null || ofName.isEmpty()) {
                continue;
            }
            boolean counter = metric.kind() == WatchMetric.Kind.COUNTER;
            String family = openMetrics && counter ? metric.name().substring(0, metric.name().length() - "_total".length()) : metric.name();
            out.append("# HELP ").append(family).append(' ').append(metric.sentence()).append('\n');
            out.append("# TYPE ").append(family).append(counter ? " counter\n" : " gauge\n");
            ofName.forEach((labels, value) -> out.append(metric.name()).append(labels).append(' ').append(number(value)).append('\n'));
        }
        return openMetrics ? out.append("# EOF\n").toString() : out.toString();
    }

    private static String labelText(List<String> labels) {
        if (labels.isEmpty()) {
            return "";
        }
        List<String> parts = new ArrayList<>();
        for (int i = 0; i < labels.size(); i += 2) {
            parts.add(labels.get(i) + "=\"" + escaped(labels.get(i + 1)) + '"');
        }
        return '{' + String.join(",", parts) + '}';
    }

    /** What a key is called may hold anything. Halves of surrogate pairs have no UTF-8, and other control characters no business in a label. */
    private static String escaped(String value) {
        StringBuilder out = new StringBuilder();
        int end = Math.min(value.length(), LABEL_CHARACTERS_MAX);
        for (int i = 0; i < end; i++) {
            char c = value.charAt(i);
            boolean pair = Character.isHighSurrogate(c) && i + 1 < end && Character.isLowSurrogate(value.charAt(i + 1));
            if (pair) {
                out.append(c).append(value.charAt(++i));
            } else if (c == '\\' || c == '"') {
                out.append('\\').append(c);
            } else if (c == '\n') {
                out.append("\\n");
            } else {
                out.append(Character.isSurrogate(c) || c < ' ' ? '?' : c);
            }
        }
        return out.toString();
    }

    private static String number(double value) {
        return value == Math.rint(value) && Math.abs(value) < 1e15 ? Long.toString((long) value) : Double.toString(value);
    }
}
