// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.metrics;

import java.util.Locale;
import java.util.function.Predicate;

/** Writes docs/reference/watch-metrics.md from the table. Stateless. */
final class WatchMetricsReference {
    private WatchMetricsReference() {
    }

    static String page() {
        StringBuilder out = new StringBuilder("""
                # Metrics of the watcher

                Generated from the table of metrics; a test keeps it up to date.

                `/metrics` shows all targets, each point with the label `target`. `/scrape?target=<name or address>` shows one of them as redis_exporter does, without
                that label on `redis_*`, so that its dashboards and rules work unchanged; only targets that are watched can be asked for. OpenMetrics is sent to whoever
                accepts it. Per metric at most 2,000 points are sent; what is left out is counted in `cofferdam_metric_points_dropped_total`.

                `dashboards/` has a dashboard for Grafana and rules for Prometheus. The rules have no `for:`, because a stage has its hysteresis in the detector.

                ## Of the watcher

                """);
        table(out, metric -> !metric.isRedis());
        out.append("\n## As redis_exporter has them, worked out\n\n");
        table(out, metric -> metric.isRedis() && metric.infoField().isEmpty());
        out.append("\n## As redis_exporter has them, from INFO\n\nOne that the target's INFO does not have is absent.\n\n");
        table(out, metric -> metric.isRedis() && !metric.infoField().isEmpty());
        return out.toString();
    }

    private static void table(StringBuilder out, Predicate<WatchMetric> which) {
        out.append("| metric | kind | labels | what it says |\n|---|---|---|---|\n");
        for (WatchMetric metric : WatchMetrics.all()) {
            if (which.test(metric)) {
                out.append("| `").append(metric.name()).append("` | ").append(metric.kind().name().toLowerCase(Locale.ROOT)).append(" | ")
                    .append(String.join(", ", metric.labels())).append(" | ").append(metric.sentence())
                    .append(metric.infoField().isEmpty() ? "" : " `" + metric.infoField() + "`").append(" |\n");
            }
        }
    }
}
