// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.commands.admin;

import static dev.cofferdam.server.command.Argument.integer;
import static dev.cofferdam.server.command.Argument.string;
import static dev.cofferdam.server.command.Argument.token;
import static dev.cofferdam.server.command.Arity.atLeast;
import static dev.cofferdam.server.command.Arity.exactly;
import static dev.cofferdam.server.command.Flag.ADMIN;
import static dev.cofferdam.server.command.Flag.ALLOW_BUSY;
import static dev.cofferdam.server.command.Flag.FAST;
import static dev.cofferdam.server.command.Flag.LOADING;
import static dev.cofferdam.server.command.Flag.NOSCRIPT;
import static dev.cofferdam.server.command.Flag.NO_MULTI;
import static dev.cofferdam.server.command.Flag.READONLY;
import static dev.cofferdam.server.command.Flag.STALE;
import static dev.cofferdam.server.command.Memory.NEUTRAL;

import dev.cofferdam.server.command.Argument;
import dev.cofferdam.server.command.Call;
import dev.cofferdam.server.command.CommandTable;
import dev.cofferdam.server.metrics.Figures;
import dev.cofferdam.server.metrics.InfoReport;

/** INFO, DBSIZE, TIME, LASTSAVE and SHUTDOWN. */
public final class ServerCommands {
    private static final long MICROS_PER_SECOND = 1_000_000;

    private ServerCommands() {
    }

    public static void declare(CommandTable table) {
        table.group("server");
        table.command("INFO").summary("Reports what the server is, has and did.").since("1.0.0").complexity("O(1)").arity(atLeast(1))
            .flags(LOADING, STALE)
            .memory(NEUTRAL).arguments(string("section").optional().multiple())
            .tips("nondeterministic_output", "request_policy:all_shards", "response_policy:special")
            .history("7.0.0", "Takes several sections.").handledBy(ServerCommands::info);
        table.command("DBSIZE").summary("Counts the keys of the selected database.").since("1.0.0").complexity("O(1)").arity(exactly(1))
            .flags(READONLY, FAST)
            .memory(NEUTRAL).tips("request_policy:all_shards", "response_policy:agg_sum")
            .handledBy(call -> call.reply().integer(call.server().keyspace().keyCount(call.client().database())));
        table.command("TIME").summary("Says the server's time.").since("2.6.0").complexity("O(1)").arity(exactly(1))
            .flags(LOADING, STALE, FAST).memory(NEUTRAL)
            .tips("nondeterministic_output").handledBy(ServerCommands::time);
        table.command("LASTSAVE").summary("Says when the data was last saved: at the start, since nothing is saved in this version.")
            .since("1.0.0").complexity("O(1)")
            .arity(exactly(1)).flags(LOADING, STALE, FAST).memory(NEUTRAL).tips("nondeterministic_output")
            .handledBy(call -> call.reply().integer(call.server().startedMillis() / 1000));
        table.command("LOLWUT").summary("Says which version of Redis this server speaks.").since("5.0.0").complexity("O(1)")
            .arity(atLeast(1))
            .flags(READONLY, FAST).memory(NEUTRAL).arguments(integer("version").after("VERSION").optional())
            .handledBy(ServerCommands::lolwut);
        table.command("SHUTDOWN").summary("Ends the server; all data is gone, since it lives in memory only.").since("1.0.0")
            .complexity("O(1)").arity(atLeast(1))
            .flags(ADMIN, NOSCRIPT, LOADING, STALE, NO_MULTI, ALLOW_BUSY).memory(NEUTRAL)
            .arguments(Argument.oneOf(token("NOSAVE"), token("SAVE")).named("nosave_save").optional(),
                    token("NOW").since("7.0.0").optional(),
                    token("FORCE").since("7.0.0").optional(), token("ABORT").since("7.0.0").optional())
            .history("7.0.0", "Has NOW, FORCE and ABORT.").handledBy(ServerCommands::shutdown);
    }

    private static void info(Call call) {
        call.server().operations().sampleRates();
        String text = InfoReport.of(new Figures(call.server(), call.client().boundCompartment()), Texts.from(call, 1));
        call.reply().verbatim("txt", text);
    }

    private static void time(Call call) {
        // Milliseconds are what the clock has; the last three digits are always 0.
        long micros = call.server().clock().wallMillis() * 1000;
        call.reply().array(2);
        call.reply().bulkLong(micros / MICROS_PER_SECOND);
        call.reply().bulkLong(micros % MICROS_PER_SECOND);
    }

    private static void lolwut(Call call) {
        if (call.count() > 2 && call.is(1, "VERSION") && !call.parseLong(2)) {
            return;
        }
        call.reply().verbatim("txt", "Redis ver. 7.0.15\n");
    }

    private static void shutdown(Call call) {
        boolean noSave = false;
        boolean save = false;
        boolean abort = false;
        for (int i = 1; i < call.count(); i++) {
            if (call.is(i, "NOSAVE")) {
                noSave = true;
            } else if (call.is(i, "SAVE")) {
                save = true;
            } else if (call.is(i, "ABORT")) {
                abort = true;
            } else if (!call.is(i, "NOW") && !call.is(i, "FORCE")) {
                call.reply().error("ERR syntax error");
                return;
            }
        }
        if (noSave && save || abort && call.count() > 2) {
            call.reply().error("ERR syntax error");
        } else if (abort) {
            call.reply().error("ERR No shutdown in progress.");
        } else if (save) {
            call.reply().error("ERR SHUTDOWN SAVE cannot save: data lives in memory only in this version; use SHUTDOWN NOSAVE");
        } else {
            call.server().events().log("shutdown-requested client=" + call.client().peer());
            call.server().shutDown();
            call.client().closeAfterReply();
        }
    }
}
