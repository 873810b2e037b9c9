// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.commands.admin;

import static dev.cofferdam.server.command.Argument.string;
import static dev.cofferdam.server.command.Arity.atLeast;
import static dev.cofferdam.server.command.Arity.exactly;
import static dev.cofferdam.server.command.Flag.ADMIN;
import static dev.cofferdam.server.command.Flag.LOADING;
import static dev.cofferdam.server.command.Flag.NOSCRIPT;
import static dev.cofferdam.server.command.Flag.STALE;
import static dev.cofferdam.server.command.Memory.NEUTRAL;

import dev.cofferdam.server.command.Arity;
import dev.cofferdam.server.command.Call;
import dev.cofferdam.server.command.Command;
import dev.cofferdam.server.command.CommandBuilder;
import dev.cofferdam.server.command.CommandTable;
import dev.cofferdam.server.metrics.LatencyEvents;
import dev.cofferdam.server.metrics.LatencyHistogram;
import java.util.ArrayList;
import java.util.List;

/** LATENCY: histograms of commands, and the events that took longer than latency-monitor-threshold. */
public final class LatencyCommands {
    private LatencyCommands() {
    }

    public static void declare(CommandTable table) {
        table.group("server");
        table.command("LATENCY").summary("Commands about latency.").since("2.8.13").complexity("Depends on subcommand.").arity(atLeast(2))
            .memory(NEUTRAL).container();
        table.command("LATENCY|HISTOGRAM")
            .summary("Shows how long commands took, as counts of calls that took at most so many microseconds.").since("7.0.0")
            .complexity("O(N) where N is the number of commands").arity(atLeast(2)).flags(ADMIN, NOSCRIPT, LOADING, STALE).memory(NEUTRAL)
            .arguments(string("command").optional().multiple())
            .tips("nondeterministic_output", "request_policy:all_nodes", "response_policy:special").handledBy(LatencyCommands::histogram);
        sub(table, "LATEST", "Lists the latest and the longest of each kind of event that took long.", exactly(2))
            .tips("nondeterministic_output", "request_policy:all_nodes", "response_policy:special").handledBy(LatencyCommands::latest);
        sub(table, "HISTORY", "Lists when events of a kind took long, and how long.", exactly(3)).arguments(string("event"))
            .tips("nondeterministic_output", "request_policy:all_nodes", "response_policy:special").handledBy(LatencyCommands::history);
        sub(table, "RESET", "Forgets events that took long.", atLeast(2)).arguments(string("event").optional().multiple())
            .tips("request_policy:all_nodes", "response_policy:all_succeeded").handledBy(LatencyCommands::reset);
        sub(table, "GRAPH", "Draws how long events of a kind took.", exactly(3)).arguments(string("event"))
            .tips("nondeterministic_output", "request_policy:all_nodes", "response_policy:special").handledBy(LatencyCommands::graph);
        sub(table, "DOCTOR", "Says in words what took long, and what helps.", exactly(2))
            .tips("nondeterministic_output", "request_policy:all_nodes", "response_policy:special").handledBy(LatencyCommands::doctor);
        HelpText.declare(table, "LATENCY", "2.8.13", "DOCTOR", "    Return a human readable latency analysis report.", "GRAPH <event>",
                "    Return an ASCII latency graph for the <event> class.", "HISTORY <event>",
                "    Return time-latency samples for the <event> class.", "LATEST",
                "    Return the latest latency samples for all events.", "RESET [<event> ...]",
                "    Reset latency data of one or more <event> classes.",
                "    (default: reset all data for all event classes)", "HISTOGRAM [COMMAND ...]",
                "    Return a cumulative distribution of latencies in the format of a histogram for the specified command names.",
                "    If no commands are specified then all histograms are replied.");
    }

    private static CommandBuilder sub(CommandTable table, String name, String summary, Arity arity) {
        return table.command("LATENCY|" + name).summary(summary).since("2.8.13").complexity("O(1)").arity(arity)
            .flags(ADMIN, NOSCRIPT, LOADING, STALE).memory(NEUTRAL);
    }

    private static LatencyEvents events(Call call) {
        return call.server().operations().latencyEvents();
    }

    private static void latest(Call call) {
        call.reply().array(events(call).all().size());
        events(call).all().forEach((name, event) -> {
            call.reply().array(4);
            call.reply().bulk(name);
            call.reply().integer(event.latest().second());
            call.reply().integer(event.latest().millis());
            call.reply().integer(event.maxMillis());
        });
    }

    private static void history(Call call) {
        LatencyEvents.Event event = events(call).find(call.text(2));
        if (event == null) {
            call.reply().array(0);
            return;
        }
        call.reply().array(event.samples().size());
        for (LatencyEvents.Sample sample : event.samples()) {
            call.reply().array(2);
            call.reply().integer(sample.second());
            call.reply().integer(sample.millis());
        }
    }

    private static void reset(Call call) {
        int forgotten = call.count() == 2 ? events(call).forgetAll() : 0;
        for (int i = 2; i < call.count(); i++) {
            forgotten += events(call).forget(call.text(i)) ? 1 : 0;
        }
        call.reply().integer(forgotten);
    }

    private static void graph(Call call) {
        LatencyEvents.Event event = events(call).find(call.text(2));
        if (event == null) {
            call.reply().error("ERR No samples available for event '" + Texts.oneLine(call.text(2)) + "'");
        } else {
            call.reply().verbatim("txt", LatencyGraph.of(call.text(2), event, call.nowMillis() / 1000));
        }
    }

    private static void doctor(Call call) {
        LatencyEvents events = events(call);
        StringBuilder text = new StringBuilder();
        if (events.thresholdMillis() == 0) {
            text.append("Nothing is kept: latency-monitor-threshold is 0. CONFIG SET latency-monitor-threshold <milliseconds> begins;"
                    + " INFO latencystats and the loop_turn fields of INFO are there in any case.\n");
        } else if (events.all().isEmpty()) {
            text.append("Nothing took ").append(events.thresholdMillis()).append(" ms or longer since the last LATENCY RESET.\n");
        }
        events.all().forEach((name, event) -> {
            long sum = event.samples().stream().mapToLong(LatencyEvents.Sample::millis).sum();
            text.append(name).append(": ").append(event.samples().size()).append(" seconds with a long one, ")
                .append(sum / event.samples().size())
                .append(" ms on average, ").append(event.maxMillis()).append(" ms at most.\n")
                .append(name.equals(LatencyEvents.EXPIRE_CYCLE)
                        ? "  Many keys end at the same time: spread their times to live.\n"
                        : "  SLOWLOG GET names the commands; ranges and the SCAN family ask for less at once.\n");
        });
        call.reply().verbatim("txt", text.toString());
    }

    private static void histogram(Call call) {
        List<Command> commands = new ArrayList<>();
        if (call.count() == 2) {
            commands.addAll(call.server().commands().all());
        }
        for (int i = 2; i < call.count(); i++) {
            addNamed(call, call.text(i), commands);
        }
        commands.removeIf(command -> call.server().operations().latencyOf(command) == null);
        call.reply().map(commands.size());
        for (Command command : commands) {
            LatencyHistogram histogram = call.server().operations().latencyOf(command);
            if (histogram != null) {
                reply(call, command, histogram);
            }
        }
    }

    /** A container stands for all of its subcommands. */
    private static void addNamed(Call call, String name, List<Command> commands) {
        Command named = call.server().commands().named(name);
        if (named == null) {
            return;
        }
        commands.add(named);
        if (named.subcommands() != null) {
            call.server().commands().all().stream().filter(command -> command.name().startsWith(named.name() + "|")).forEach(commands::add);
        }
    }

    /** Buckets double; only those where the count grows are shown, as Redis does. */
    private static void reply(Call call, Command command, LatencyHistogram histogram) {
        List<long[]> steps = new ArrayList<>();
        long before = 0;
        for (long micros = 1; before < histogram.total() && micros <= 1L << 34; micros *= 2) {
            long upTo = histogram.countUpTo(micros * 1000);
            if (upTo > before) {
                steps.add(new long[] {micros, upTo});
                before = upTo;
            }
        }
        call.reply().bulk(command.name());
        call.reply().map(2);
        call.reply().bulk("calls");
        call.reply().integer(histogram.total());
        call.reply().bulk("histogram_usec");
        call.reply().map(steps.size());
        for (long[] step : steps) {
            call.reply().integer(step[0]);
            call.reply().integer(step[1]);
        }
    }
}
