// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.metrics;

import dev.cofferdam.keyspace.Compartment;
import dev.cofferdam.memory.Account;
import dev.cofferdam.server.Server;
import dev.cofferdam.server.command.Command;
import dev.cofferdam.server.command.CommandStatistics;
import dev.cofferdam.server.config.PolicyWords;
import dev.cofferdam.server.metrics.Metric.Section;
import dev.cofferdam.server.replication.Replica;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeMap;

/**
 * The text of INFO: sections of fields, from the metric tables and from what there is one of per command, error, database and compartment.
 *
 * <p>Lives for one report; event loop.
 */
public final class InfoReport {
    private static final List<String> DEFAULT = List.of("server", "clients", "memory", "persistence", "stats", "replication", "cpu",
            "modules", "errorstats",
            "cluster", "keyspace", "compartments");
    private static final List<String> ALL = List.of("server", "clients", "memory", "persistence", "stats", "replication", "cpu", "modules",
            "commandstats",
            "errorstats", "latencystats", "cluster", "keyspace", "compartments");

    private final StringBuilder out = new StringBuilder();
    private final Figures figures;
    private final Server server;

    private InfoReport(Figures figures) {
        this.figures = figures;
        this.server = figures.server();
    }

    /** The report on the sections named, in any case; on the usual ones when none is. */
    public static String of(Figures figures, List<String> names) {
        Set<String> wanted = new LinkedHashSet<>();
        for (String name : names.isEmpty() ? List.of("default") : names) {
            switch (name.toLowerCase(Locale.ROOT)) {
                case "default" -> wanted.addAll(DEFAULT);
                case "all", "everything" -> wanted.addAll(ALL);
                default -> wanted.add(name.toLowerCase(Locale.ROOT));
            }
        }
        InfoReport report = new InfoReport(figures);
        for (String section : ALL) {
            if (wanted.contains(section)) {
                report.section(section);
            }
        }
        return report.out.toString();
    }

    private void section(String name) {
        if (!out.isEmpty()) {
            out.append("\r\n");
        }
        switch (name) {
            case "modules" -> title("Modules");
            case "commandstats" -> commandStatistics();
            case "errorstats" -> errors();
            case "latencystats" -> latencies();
            case "keyspace" -> databases();
            case "compartments" -> compartments();
            default -> metrics(Section.valueOf(name.toUpperCase(Locale.ROOT)));
        }
    }

    private void title(String title) {
        out.append("# ").append(title).append("\r\n");
    }

    private void line(String name, String value) {
        out.append(name).append(':').append(value).append("\r\n");
    }

    private void metrics(Section section) {
        title(section.title());
        for (Metric metric : Metrics.all()) {
            if (metric.section() == section && !metric.infoName().isEmpty()) {
                line(metric.infoName(), metric.value().apply(figures));
                if (metric.infoName().equals("connected_slaves")) {
                    replicas();
                }
            }
        }
    }

    private void replicas() {
        int number = 0;
        for (Replica replica : server.replication().following()) {
            line("slave" + number++, "ip=" + replica.address() + ",port=" + replica.port() + ",state=" + replica.state().redisName()
                    + ",offset=" + replica.acknowledged() + ",lag=" + replica.lagSeconds(server.nowMillis()));
        }
    }

    private void commandStatistics() {
        title("Commandstats");
        for (Command command : server.commands().all()) {
            CommandStatistics statistics = command.statistics();
            if (statistics.calls > 0 || statistics.rejectedCalls > 0) {
                long micros = statistics.nanos / 1000;
                line("cmdstat_" + command.name(),
                        String.format(Locale.ROOT, "calls=%d,usec=%d,usec_per_call=%.2f,rejected_calls=%d,failed_calls=%d",
                                statistics.calls, micros, statistics.calls == 0 ? 0 : statistics.nanos / 1000.0 / statistics.calls,
                                statistics.rejectedCalls,
                                statistics.failedCalls));
            }
        }
    }

    private void errors() {
        title("Errorstats");
        new TreeMap<>(server.statistics().errors()).forEach((code, count) -> line("errorstat_" + code, "count=" + count.sum()));
    }

    private void latencies() {
        title("Latencystats");
        List<String> percentiles = server.operations().percentiles();
        for (Command command : server.commands().all()) {
            LatencyHistogram histogram = server.operations().latencyOf(command);
            if (histogram != null && histogram.total() > 0 && !percentiles.isEmpty()) {
                List<String> values = new ArrayList<>();
                for (String percentile : percentiles) {
                    double micros = histogram.percentileNanos(Double.parseDouble(percentile)) / 1000.0;
                    values.add("p" + percentile + "=" + String.format(Locale.ROOT, "%.3f", micros));
                }
                line("latency_percentiles_usec_" + command.name(), String.join(",", values));
            }
        }
    }

    private void databases() {
        title("Keyspace");
        for (int database = 0; database < server.operations().databaseCount(); database++) {
            int number = database;
            long keys = server.keyspace().keyCount(number);
            if (keys > 0) {
                line("db" + number,
                        "keys=" + keys + ",expires=" + figures.sum(compartment -> compartment.expiringCount(number)) + ",avg_ttl=0");
            }
        }
    }

    private void compartments() {
        title("Compartments");
        for (int i = 0; i < server.keyspace().compartmentCount(); i++) {
            Compartment compartment = server.keyspace().compartment(i);
            line(compartment.name(), fieldsOf(compartment));
        }
        for (Account account : server.operations().accountsWithoutKeys()) {
            line(account.name(), fieldsOf(account));
        }
    }

    /** One line of fields: {@code used=..,reserve=..,...,full=evict}. */
    private static String fieldsOf(Compartment compartment) {
        StringBuilder fields = new StringBuilder(fieldsOf(compartment.account()));
        for (CompartmentMetric metric : CompartmentMetric.ofCompartments()) {
            fields.append(',').append(metric.name()).append('=').append(metric.value().applyAsLong(compartment));
        }
        return fields.append(",full=").append(PolicyWords.text(compartment.full())).toString();
    }

    private static String fieldsOf(Account account) {
        StringBuilder fields = new StringBuilder();
        for (CompartmentMetric.OfAccount metric : CompartmentMetric.ofAccounts()) {
            fields.append(fields.isEmpty() ? "" : ",").append(metric.name()).append('=').append(metric.value().applyAsLong(account));
        }
        return fields.toString();
    }
}
