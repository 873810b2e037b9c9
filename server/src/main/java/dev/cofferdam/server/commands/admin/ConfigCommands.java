// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.commands.admin;

import static dev.cofferdam.server.command.Argument.block;
import static dev.cofferdam.server.command.Argument.string;
import static dev.cofferdam.server.command.Arity.atLeast;
import static dev.cofferdam.server.command.Arity.exactly;
import static dev.cofferdam.server.command.Flag.ADMIN;
import static dev.cofferdam.server.command.Flag.LOADING;
import static dev.cofferdam.server.command.Flag.NOSCRIPT;
import static dev.cofferdam.server.command.Flag.STALE;
import static dev.cofferdam.server.command.Memory.NEUTRAL;

import dev.cofferdam.server.command.Call;
import dev.cofferdam.server.command.CommandTable;
import dev.cofferdam.server.config.ConfigRewriter;
import dev.cofferdam.server.config.Configuration;
import java.util.LinkedHashMap;
import java.util.Map;

/** CONFIG: reads and changes directives while the server runs. */
public final class ConfigCommands {
    private ConfigCommands() {
    }

    public static void declare(CommandTable table) {
        table.group("server");
        table.command("CONFIG").summary("Commands about the configuration.").since("2.0.0").complexity("Depends on subcommand.")
            .arity(atLeast(2)).memory(NEUTRAL)
            .container();
        table.command("CONFIG|GET").summary("Reads directives whose names match.").since("2.0.0")
            .complexity("O(N) where N is the number of directives")
            .arity(atLeast(3)).flags(ADMIN, NOSCRIPT, LOADING, STALE).memory(NEUTRAL)
            .arguments(block("parameter", string("parameter")).multiple())
            .history("7.0.0", "Takes several patterns.").handledBy(ConfigCommands::get);
        table.command("CONFIG|SET").summary("Sets directives, all of them or none.").since("2.0.0")
            .complexity("O(N) where N is the number of directives set")
            .arity(atLeast(4)).flags(ADMIN, NOSCRIPT, LOADING, STALE).memory(NEUTRAL)
            .arguments(block("parameter_value", string("parameter"), string("value")).multiple())
            .tips("request_policy:all_nodes", "response_policy:all_succeeded").history("7.0.0", "Takes several directives.")
            .handledBy(ConfigCommands::set);
        table.command("CONFIG|RESETSTAT").summary("Sets the counters of INFO to zero.").since("2.0.0").complexity("O(1)").arity(exactly(2))
            .flags(ADMIN, NOSCRIPT, LOADING, STALE).memory(NEUTRAL).handledBy(ConfigCommands::resetStatistics);
        table.command("CONFIG|REWRITE").summary("Writes the present values to the configuration file.").since("2.8.0").complexity("O(1)")
            .arity(exactly(2))
            .flags(ADMIN, NOSCRIPT, LOADING, STALE).memory(NEUTRAL).handledBy(ConfigCommands::rewrite);
        HelpText.declare(table, "CONFIG", "5.0.0", "GET <pattern>",
                "    Return parameters matching the glob-like <pattern> and their values.",
                "SET <directive> <value>", "    Set the configuration <directive> to <value>.", "RESETSTAT",
                "    Reset statistics reported by the INFO command.",
                "REWRITE", "    Rewrite the configuration file.");
    }

    private static void get(Call call) {
        Configuration configuration = call.server().operations().configuration();
        Map<String, String> found = new LinkedHashMap<>(configuration.matching(Texts.from(call, 2)));
        // The one directive whose value depends on who asks.
        found.replaceAll((name, value) -> name.equalsIgnoreCase("maxmemory-policy")
                ? call.server().operations().policyName(call.client().boundCompartment())
                : value);
        call.reply().map(found.size());
        found.forEach((name, value) -> {
            call.reply().bulk(Texts.bytes(name));
            call.reply().bulk(Texts.bytes(value));
        });
    }

    private static void set(Call call) {
        if (call.count() % 2 != 0) {
            call.reply().error("ERR wrong number of arguments for 'config|set' command");
            return;
        }
        Texts.okOr(call, call.server().operations().configuration().set(Texts.from(call, 2)));
    }

    private static void resetStatistics(Call call) {
        call.server().operations().resetStatistics();
        call.reply().ok();
    }

    private static void rewrite(Call call) {
        Texts.okOr(call, ConfigRewriter.rewrite(call.server().operations().configuration()));
    }
}
