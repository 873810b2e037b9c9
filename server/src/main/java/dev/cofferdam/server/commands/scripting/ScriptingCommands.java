// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.commands.scripting;

import static dev.cofferdam.server.command.Argument.integer;
import static dev.cofferdam.server.command.Argument.key;
import static dev.cofferdam.server.command.Argument.oneOf;
import static dev.cofferdam.server.command.Argument.string;
import static dev.cofferdam.server.command.Argument.token;
import static dev.cofferdam.server.command.Arity.atLeast;
import static dev.cofferdam.server.command.Arity.exactly;
import static dev.cofferdam.server.command.Flag.ALLOW_BUSY;
import static dev.cofferdam.server.command.Flag.MAY_REPLICATE;
import static dev.cofferdam.server.command.Flag.MOVABLEKEYS;
import static dev.cofferdam.server.command.Flag.NOSCRIPT;
import static dev.cofferdam.server.command.Flag.NO_MANDATORY_KEYS;
import static dev.cofferdam.server.command.Flag.READONLY;
import static dev.cofferdam.server.command.Flag.SKIP_MONITOR;
import static dev.cofferdam.server.command.Flag.STALE;
import static dev.cofferdam.server.command.Flag.WRITE;
import static dev.cofferdam.server.command.KeySpec.numkeys;
import static dev.cofferdam.server.command.KeyUse.READS;
import static dev.cofferdam.server.command.KeyUse.READS_AND_UPDATES;
import static dev.cofferdam.server.command.Memory.GROWS;
import static dev.cofferdam.server.command.Memory.NEUTRAL;

import dev.cofferdam.server.command.CommandTable;
import dev.cofferdam.server.command.Handler;
import dev.cofferdam.server.commands.admin.HelpText;
import dev.cofferdam.server.scripting.FunctionCommandHandlers;
import dev.cofferdam.server.scripting.ScriptCommandHandlers;

/** EVAL, EVALSHA, SCRIPT, FUNCTION and FCALL. Handlers stand beside what they work on, in {@code server.scripting}. */
public final class ScriptingCommands {
    private ScriptingCommands() {
    }

    public static void declare(CommandTable table) {
        table.group("scripting");
        runner(table, "EVAL", "Runs a Lua script.", "2.6.0", "script", false, ScriptCommandHandlers::eval);
        runner(table, "EVAL_RO", "Runs a Lua script that only reads.", "7.0.0", "script", true, ScriptCommandHandlers::eval);
        runner(table, "EVALSHA", "Runs a Lua script that the server has, by its SHA1.", "2.6.0", "sha1", false,
                ScriptCommandHandlers::evalSha);
        runner(table, "EVALSHA_RO", "Runs a Lua script that the server has and that only reads.", "7.0.0", "sha1", true,
                ScriptCommandHandlers::evalSha);
        runner(table, "FCALL", "Calls a function.", "7.0.0", "function", false, FunctionCommandHandlers::call);
        runner(table, "FCALL_RO", "Calls a function that only reads.", "7.0.0", "function", true, FunctionCommandHandlers::call);
        scripts(table);
        functions(table);
    }

    private static void runner(CommandTable table, String name, String summary, String since, String what, boolean readOnly,
            Handler handler) {
        table.command(name).summary(summary).since(since).complexity("What its commands cost.").arity(atLeast(3))
            .flags(NOSCRIPT, SKIP_MONITOR, NO_MANDATORY_KEYS, STALE, MOVABLEKEYS, readOnly ? READONLY : MAY_REPLICATE)
            .memory(NEUTRAL)
            .keys(numkeys(2, readOnly ? READS : READS_AND_UPDATES)
                .noted("What a script does with its keys is known when it does it; this is the most it may do."))
            .arguments(string(what), integer("numkeys"), key("key").optional().multiple(), string("arg").optional().multiple())
            .handledBy(handler);
    }

    private static void scripts(CommandTable table) {
        table.command("SCRIPT").summary("Commands about the cache of scripts.").since("2.6.0").complexity("Depends on subcommand.")
            .arity(atLeast(2)).memory(NEUTRAL).container();
        table.command("SCRIPT|DEBUG").summary("Refused: there is no script debugger.").since("3.2.0").complexity("O(1)").arity(exactly(3))
            .flags(NOSCRIPT).memory(NEUTRAL).arguments(oneOf(token("YES"), token("SYNC"), token("NO")).named("mode"))
            .handledBy(ScriptCommandHandlers::debug);
        table.command("SCRIPT|EXISTS").summary("Says which scripts the server has.").since("2.6.0")
            .complexity("O(N) with N being the number of scripts to check").arity(atLeast(3)).flags(NOSCRIPT).memory(NEUTRAL)
            .arguments(string("sha1").multiple()).tips("request_policy:all_shards", "response_policy:agg_logical_and")
            .handledBy(ScriptCommandHandlers::exists);
        table.command("SCRIPT|FLUSH").summary("Forgets all scripts.").since("2.6.0").complexity("O(N) with N being the number of scripts")
            .arity(atLeast(2)).flags(NOSCRIPT).memory(NEUTRAL)
            .arguments(oneOf(token("ASYNC"), token("SYNC")).named("async").since("6.2.0").optional())
            .tips("request_policy:all_nodes", "response_policy:all_succeeded").history("6.2.0", "Has ASYNC and SYNC.")
            .handledBy(ScriptCommandHandlers::flush);
        table.command("SCRIPT|KILL").summary("Ends the script that has run longest, if it has not written.").since("2.6.0")
            .complexity("O(1)")
            .arity(exactly(2)).flags(NOSCRIPT, ALLOW_BUSY).memory(NEUTRAL)
            .tips("request_policy:all_shards", "response_policy:one_succeeded").handledBy(ScriptCommandHandlers::kill);
        table.command("SCRIPT|LOAD").summary("Keeps a script without running it.").since("2.6.0")
            .complexity("O(N) with N being the length of the script").arity(exactly(3)).flags(NOSCRIPT, STALE).memory(NEUTRAL)
            .arguments(string("script")).tips("request_policy:all_nodes", "response_policy:all_succeeded")
            .handledBy(ScriptCommandHandlers::load);
        HelpText.declare(table, "SCRIPT", "5.0.0", "DEBUG (YES|SYNC|NO)", "    Set the debug mode for subsequent scripts executed.",
                "EXISTS <sha1> [<sha1> ...]", "    Return information about the existence of the scripts in the script cache.",
                "FLUSH [ASYNC|SYNC]", "    Flush the Lua scripts cache. Very dangerous on replicas.",
                "    When called without the optional mode argument, the behavior is determined by the",
                "    lazyfree-lazy-user-flush configuration directive. Valid modes are:",
                "    * ASYNC: Asynchronously flush the scripts cache.", "    * SYNC: Synchronously flush the scripts cache.", "KILL",
                "    Kill the currently executing Lua script.", "LOAD <script>",
                "    Load a script into the scripts cache without executing it.");
    }

    private static void functions(CommandTable table) {
        table.command("FUNCTION").summary("Commands about libraries of functions.").since("7.0.0").complexity("Depends on subcommand.")
            .arity(atLeast(2)).memory(NEUTRAL).container();
        table.command("FUNCTION|DELETE").summary("Deletes a library and its functions.").since("7.0.0").complexity("O(1)").arity(exactly(3))
            .flags(NOSCRIPT, WRITE).memory(NEUTRAL).noKeys().arguments(string("library-name"))
            .tips("request_policy:all_shards", "response_policy:all_succeeded").handledBy(FunctionCommandHandlers::delete);
        table.command("FUNCTION|DUMP").summary("Returns all libraries in the form that FUNCTION RESTORE takes.").since("7.0.0")
            .complexity("O(N) for N functions").arity(exactly(2)).flags(NOSCRIPT).memory(NEUTRAL)
            .handledBy(FunctionCommandHandlers::dump);
        table.command("FUNCTION|FLUSH").summary("Deletes all libraries.").since("7.0.0")
            .complexity("O(N) for N functions deleted").arity(atLeast(2)).flags(NOSCRIPT, WRITE).memory(NEUTRAL).noKeys()
            .arguments(oneOf(token("ASYNC"), token("SYNC")).named("async").optional())
            .tips("request_policy:all_shards", "response_policy:all_succeeded").handledBy(FunctionCommandHandlers::flush);
        table.command("FUNCTION|KILL").summary("Ends the function that has run longest, if it has not written.").since("7.0.0")
            .complexity("O(1)").arity(exactly(2)).flags(NOSCRIPT, ALLOW_BUSY).memory(NEUTRAL)
            .tips("request_policy:all_shards", "response_policy:one_succeeded").handledBy(FunctionCommandHandlers::kill);
        table.command("FUNCTION|LIST").summary("Lists the libraries.").since("7.0.0").complexity("O(N) for N functions")
            .arity(atLeast(2)).flags(NOSCRIPT).memory(NEUTRAL)
            .arguments(string("library-name-pattern").after("LIBRARYNAME").optional(), token("WITHCODE").optional())
            .tips("nondeterministic_output_order").handledBy(FunctionCommandHandlers::list);
        table.command("FUNCTION|LOAD").summary("Creates a library.").since("7.0.0")
            .complexity("O(N) for N bytes of source").arity(atLeast(3)).flags(NOSCRIPT, WRITE).memory(GROWS).noKeys()
            .arguments(token("REPLACE").optional(), string("function-code"))
            .tips("request_policy:all_shards", "response_policy:all_succeeded").handledBy(FunctionCommandHandlers::load);
        table.command("FUNCTION|RESTORE").summary("Creates the libraries of a dump.").since("7.0.0")
            .complexity("O(N) for N functions restored").arity(atLeast(3)).flags(NOSCRIPT, WRITE).memory(GROWS)
            .noKeys()
            .arguments(string("serialized-value"), oneOf(token("FLUSH"), token("APPEND"), token("REPLACE")).named("policy").optional())
            .tips("request_policy:all_shards", "response_policy:all_succeeded").handledBy(FunctionCommandHandlers::restore);
        table.command("FUNCTION|STATS").summary("Says which function runs, and how many there are.").since("7.0.0").complexity("O(1)")
            .arity(exactly(2)).flags(NOSCRIPT, ALLOW_BUSY).memory(NEUTRAL)
            .tips("nondeterministic_output", "request_policy:all_shards", "response_policy:special")
            .handledBy(FunctionCommandHandlers::stats);
        HelpText.declare(table, "FUNCTION", "7.0.0", FunctionCommandHandlers.HELP);
    }
}
