// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.metrics;

import java.util.List;

/**
 * One metric, declared once in {@link WatchMetrics}: the exposition, the reference page and the dashboards' test know no others. Immutable.
 *
 * @param labels those it always has; those of one target have {@code target} besides on {@code /metrics}
 * @param infoField the field of INFO it is read from; empty when it is worked out
 * @param scale what the field is multiplied by
 */
record WatchMetric(String name, Kind kind, List<String> labels, String sentence, String infoField, double scale) {
    enum Kind {
        GAUGE, COUNTER
    }

    static WatchMetric gauge(String name, String sentence, String... labels) {
        return new WatchMetric(name, Kind.GAUGE, List.of(labels), sentence, "", 1);
    }

    static WatchMetric counter(String name, String sentence, String... labels) {
        return new WatchMetric(name, Kind.COUNTER, List.of(labels), sentence, "", 1);
    }

    /** The value of a field of INFO. */
    WatchMetric from(String field) {
        return from(field, 1);
    }

    WatchMetric from(String field, double factor) {
        return new WatchMetric(name, kind, labels, sentence, field, factor);
    }

    boolean isRedis() {
        return name.startsWith("redis_");
    }
}
