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

import dev.cofferdam.server.command.Call;
import dev.cofferdam.server.command.Command;
import dev.cofferdam.server.command.CommandTable;
import dev.cofferdam.server.metrics.LatencyHistogram;
import java.util.ArrayList;
import java.util.List;

/** LATENCY: histograms of commands. Latency events are not kept, so LATEST and HISTORY are empty, as on a Redis that does not monitor latency. */
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
            .arguments(string("COMMAND").optional().multiple())
            .tips("nondeterministic_output", "request_policy:all_nodes", "response_policy:special").handledBy(LatencyCommands::histogram);
        table.command("LATENCY|LATEST").summary("Lists latency events; none are kept.").since("2.8.13").complexity("O(1)").arity(exactly(2))
            .flags(ADMIN, NOSCRIPT, LOADING, STALE).memory(NEUTRAL)
            .tips("nondeterministic_output", "request_policy:all_nodes", "response_policy:special")
            .handledBy(call -> call.reply().array(0));
        table.command("LATENCY|HISTORY").summary("Lists the samples of a latency event; none are kept.").since("2.8.13").complexity("O(1)")
            .arity(exactly(3))
            .flags(ADMIN, NOSCRIPT, LOADING, STALE).memory(NEUTRAL).arguments(string("event"))
            .tips("nondeterministic_output", "request_policy:all_nodes", "response_policy:special")
            .handledBy(call -> call.reply().array(0));
        table.command("LATENCY|RESET").summary("Forgets latency events; none are kept.").since("2.8.13").complexity("O(1)")
            .arity(atLeast(2))
            .flags(ADMIN, NOSCRIPT, LOADING, STALE).memory(NEUTRAL).arguments(string("event").optional().multiple())
            .tips("request_policy:all_nodes", "response_policy:all_succeeded").handledBy(call -> call.reply().integer(0));
        HelpText.declare(table, "LATENCY", "2.8.13", "HISTORY <event>", "    Return time-latency samples for the <event> class.", "LATEST",
                "    Return the latest latency samples for all events.", "RESET [<event> ...]",
                "    Reset latency data of one or more <event> classes.",
                "    (default: reset all data for all event classes)", "HISTOGRAM [COMMAND ...]",
                "    Return a cumulative distribution of latencies in the format of a histogram for the specified command names.",
                "    If no commands are specified then all histograms are replied.");
    }

    private static void histogram(Call call) {
        List<Command> commands = new ArrayList<>();
        if (call.count() == 2) {
            commands.addAll(call.server().commands().all());
        }
        for (int i = 2; i < call.count(); i++) {
            Command named = call.server().commands().named(call.text(i));
            if (named != null) {
                commands.add(named);
            }
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
