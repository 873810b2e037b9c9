// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.metrics;

import dev.cofferdam.keyspace.Compartment;
import dev.cofferdam.memory.Account;
import dev.cofferdam.server.Server;
import dev.cofferdam.server.command.Command;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.ToLongFunction;

/**
 * The figures in Prometheus's text format: redis_exporter's names where it has the thing, {@code cofferdam_...} for the rest.
 *
 * <p>Lives for one page; any thread.
 */
public final class PrometheusText {
    /** Figures there is one of per command, with their names and sentences. */
    private record OfCommand(String name, String sentence, Function<Command, String> value) {
    }

    private static final List<OfCommand> COMMANDS = List.of(
            new OfCommand("redis_commands_total", "Calls of a command.", c -> Long.toString(c.statistics().calls)),
            new OfCommand("redis_commands_duration_seconds_total", "Time they took.",
                    c -> String.format(Locale.ROOT, "%.6f", c.statistics().nanos / 1e9)),
            new OfCommand("redis_commands_rejected_calls_total", "Calls refused before they ran.",
                    c -> Long.toString(c.statistics().rejectedCalls)),
            new OfCommand("redis_commands_failed_calls_total", "Calls that ran and failed.",
                    c -> Long.toString(c.statistics().failedCalls)));

    private final StringBuilder out = new StringBuilder(16 * 1024);
    private final Figures figures;
    private final Server server;

    private PrometheusText(Figures figures) {
        this.figures = figures;
        this.server = figures.server();
    }

    /** The page. */
    public static String of(Server server) {
        PrometheusText page = new PrometheusText(new Figures(server, null));
        page.write();
        return page.out.toString();
    }

    private void write() {
        head("redis_up", "gauge", "1: the server answers.");
        sample("redis_up", "", "1");
        head("redis_instance_info", "gauge", "Constant 1; the labels say what runs.");
        sample("redis_instance_info",
                labels("redis_version", Operations.REDIS_VERSION, "role", "master", "redis_mode", "standalone", "server", "cofferdam",
                        "cofferdam_version", server.operations().version(), "maxmemory_policy", figures.policyName()),
                "1");
        head("redis_start_time_seconds", "gauge", "Time of the start, since 1970.");
        sample("redis_start_time_seconds", "", Long.toString(server.startedMillis() / 1000));
        for (Metric metric : Metrics.all()) {
            if (!metric.prometheusName().isEmpty()) {
                head(metric.prometheusName(), metric.kind() == Metric.Kind.COUNTER ? "counter" : "gauge", metric.sentence());
                sample(metric.prometheusName(), "", metric.number(figures));
            }
        }
        databases();
        commands();
        head("redis_errors_total", "counter", "Error replies by their first word.");
        server.statistics().errors()
            .forEach((code, count) -> sample("redis_errors_total", labels("err", code), Long.toString(count.sum())));
        compartments();
    }

    private void databases() {
        databases("redis_db_keys", "Keys of a database.", database -> server.keyspace().keyCount(database.intValue()));
        databases("redis_db_keys_expiring", "Keys with a time to live.",
                database -> figures.sum(c -> c.expiringCount(database.intValue())));
    }

    private void databases(String name, String sentence, ToLongFunction<Integer> value) {
        head(name, "gauge", sentence);
        for (int database = 0; database < server.operations().databaseCount(); database++) {
            sample(name, labels("db", "db" + database), Long.toString(value.applyAsLong(database)));
        }
    }

    private void commands() {
        List<Command> called = new ArrayList<>();
        for (Command command : server.commands().all()) {
            if (command.statistics().calls > 0 || command.statistics().rejectedCalls > 0) {
                called.add(command);
            }
        }
        for (OfCommand figure : COMMANDS) {
            head(figure.name(), "counter", figure.sentence());
            for (Command command : called) {
                sample(figure.name(), labels("cmd", command.name()), figure.value().apply(command));
            }
        }
    }

    private void compartments() {
        List<Account> accounts = server.arena().accounts();
        for (CompartmentMetric.OfAccount metric : CompartmentMetric.ofAccounts()) {
            head(metric.prometheusName(), type(metric.kind()), metric.sentence());
            for (Account account : accounts) {
                sample(metric.prometheusName(), labels("compartment", account.name()), Long.toString(metric.value().applyAsLong(account)));
            }
        }
        for (CompartmentMetric metric : CompartmentMetric.ofCompartments()) {
            head(metric.prometheusName(), type(metric.kind()), metric.sentence());
            for (int i = 0; i < server.keyspace().compartmentCount(); i++) {
                Compartment compartment = server.keyspace().compartment(i);
                sample(metric.prometheusName(), labels("compartment", compartment.name()),
                        Long.toString(metric.value().applyAsLong(compartment)));
            }
        }
    }

    private static String type(Metric.Kind kind) {
        return kind == Metric.Kind.COUNTER ? "counter" : "gauge";
    }

    private void head(String name, String type, String sentence) {
        out.append("# HELP ").append(name).append(' ').append(sentence).append("\n# TYPE ").append(name).append(' ').append(type)
            .append('\n');
    }

    private void sample(String name, String labels, String value) {
        out.append(name).append(labels).append(' ').append(value).append('\n');
    }

    /** Name, value, name, value ... */
    private static String labels(String... pairs) {
        StringBuilder text = new StringBuilder("{");
        for (int i = 0; i < pairs.length; i += 2) {
            text.append(i == 0 ? "" : ",").append(pairs[i]).append("=\"")
                .append(pairs[i + 1].replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n"))
                .append('"');
        }
        return text.append('}').toString();
    }
}
