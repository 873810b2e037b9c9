// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.commands.admin;

import static dev.cofferdam.server.command.Argument.integer;
import static dev.cofferdam.server.command.Arity.atLeast;
import static dev.cofferdam.server.command.Arity.exactly;
import static dev.cofferdam.server.command.Flag.ADMIN;
import static dev.cofferdam.server.command.Flag.LOADING;
import static dev.cofferdam.server.command.Flag.STALE;
import static dev.cofferdam.server.command.Memory.NEUTRAL;

import dev.cofferdam.server.command.Arity;
import dev.cofferdam.server.command.Call;
import dev.cofferdam.server.command.CommandTable;
import dev.cofferdam.server.metrics.SlowLog;
import java.util.List;

/** SLOWLOG: the commands that took longest of late. */
public final class SlowLogCommands {
    private static final int DEFAULT_COUNT = 10;
    private static final String BAD_COUNT = "ERR count should be greater than or equal to -1";

    private SlowLogCommands() {
    }

    public static void declare(CommandTable table) {
        table.group("server");
        table.command("SLOWLOG").summary("Commands about slow commands.").since("2.2.12").complexity("Depends on subcommand.")
            .arity(atLeast(2)).memory(NEUTRAL)
            .container();
        table.command("SLOWLOG|GET").summary("Lists slow commands, the newest first.").since("2.2.12")
            .complexity("O(N) for N entries returned")
            .arity(new Arity(2, 3)).flags(ADMIN, LOADING, STALE).memory(NEUTRAL).arguments(integer("count").optional())
            .tips("request_policy:all_nodes", "nondeterministic_output").history("4.0.0", "Shows the client's address and name.")
            .handledBy(SlowLogCommands::get);
        table.command("SLOWLOG|LEN").summary("Counts them.").since("2.2.12").complexity("O(1)").arity(exactly(2))
            .flags(ADMIN, LOADING, STALE).memory(NEUTRAL)
            .tips("request_policy:all_nodes", "response_policy:agg_sum", "nondeterministic_output")
            .handledBy(call -> call.reply().integer(call.server().operations().slowLog().size()));
        table.command("SLOWLOG|RESET").summary("Forgets them.").since("2.2.12").complexity("O(N) where N is the number of entries")
            .arity(exactly(2))
            .flags(ADMIN, LOADING, STALE).memory(NEUTRAL).tips("request_policy:all_nodes", "response_policy:all_succeeded")
            .handledBy(call -> {
                call.server().operations().slowLog().clear();
                call.reply().ok();
            });
        HelpText.declare(table, "SLOWLOG", "6.2.0", "GET [<count>]",
                "    Return top <count> entries from the slowlog (default: 10, -1 mean all).",
                "    Entries are made of:", "    id, timestamp, time in microseconds, arguments array, client IP and port,",
                "    client name", "LEN",
                "    Return the length of the slowlog.", "RESET", "    Reset the slowlog.");
    }

    private static void get(Call call) {
        long count = DEFAULT_COUNT;
        if (call.count() == 3) {
            if (!call.parseLong(2, BAD_COUNT)) {
                return;
            }
            count = call.number;
            if (count < -1) {
                call.reply().error(BAD_COUNT);
                return;
            }
        }
        List<SlowLog.Entry> entries = call.server().operations().slowLog().newest(count < 0 ? Long.MAX_VALUE : count);
        call.reply().array(entries.size());
        for (SlowLog.Entry entry : entries) {
            call.reply().array(6);
            call.reply().integer(entry.id());
            call.reply().integer(entry.atSeconds());
            call.reply().integer(entry.micros());
            call.reply().array(entry.arguments().size());
            entry.arguments().forEach(argument -> call.reply().bulk(Texts.bytes(argument)));
            call.reply().bulk(entry.peer());
            call.reply().bulk(Texts.bytes(entry.clientName()));
        }
    }
}
