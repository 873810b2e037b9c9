// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.metrics;

import java.util.Locale;

/** Writes docs/reference/metrics.md from the metric tables. Stateless. */
public final class MetricsReference {
    private MetricsReference() {
    }

    /** The page. */
    public static String page() {
        StringBuilder out = new StringBuilder("# Metrics\n\nGenerated from the metric tables; a test keeps it up to date.\n\n"
                + "`http-port 9121` opens `/metrics` in Prometheus's text format and `/healthz`. INFO shows the same figures under Redis's names, so that tools for\n"
                + "Redis find what they look for. Figures of things this server does not have (disk, replicas, scripts) are constants and not listed.\n\n"
                + "## Of every compartment\n\n`INFO compartments` has one line each; in Prometheus the label `compartment` names it. `connections`, `scripts` and `machinery` have the\n"
                + "first six.\n\n| field | Prometheus | kind | unit | what it says |\n|---|---|---|---|---|\n");
        for (CompartmentMetric.OfAccount metric : CompartmentMetric.ofAccounts()) {
            row(out, metric.name(), metric.prometheusName(), metric.kind(), metric.unit(), metric.sentence());
        }
        for (CompartmentMetric metric : CompartmentMetric.ofCompartments()) {
            row(out, metric.name(), metric.prometheusName(), metric.kind(), metric.unit(), metric.sentence());
        }
        out.append("\n## Of commands, errors and databases\n\n| Prometheus | label | what it says |\n|---|---|---|\n"
                + "| `redis_commands_total` | cmd | Calls of a command. |\n| `redis_commands_duration_seconds_total` | cmd | Time they took. |\n"
                + "| `redis_commands_rejected_calls_total` | cmd | Calls refused before they ran. |\n| `redis_commands_failed_calls_total` | cmd | Calls that ran and failed. |\n"
                + "| `redis_errors_total` | err | Error replies by their first word. |\n| `redis_db_keys` | db | Keys of a database. |\n"
                + "| `redis_db_keys_expiring` | db | Keys with a time to live. |\n");
        for (Metric.Section section : Metric.Section.values()) {
            out.append("\n## INFO ").append(section.title().toLowerCase(Locale.ROOT))
                .append("\n\n| field | Prometheus | kind | unit | what it says |\n|---|---|---|---|---|\n");
            for (Metric metric : Metrics.all()) {
                if (metric.section() == section && !metric.sentence().startsWith("Constant")) {
                    row(out, metric.infoName(), metric.prometheusName(), metric.kind(), metric.unit(), metric.sentence());
                }
            }
        }
        return out.toString().replaceAll("\n## INFO cluster\n\n.*\n.*\n", "");
    }

    private static void row(StringBuilder out, String name, String prometheus, Metric.Kind kind, String unit, String sentence) {
        out.append("| `").append(name).append("` | ").append(prometheus.isEmpty() ? "" : "`" + prometheus + "`").append(" | ")
            .append(kind.name().toLowerCase(Locale.ROOT)).append(" | ").append(unit).append(" | ").append(sentence).append(" |\n");
    }
}
