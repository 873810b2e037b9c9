// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.commands.admin;

import static dev.cofferdam.server.command.Argument.oneOf;
import static dev.cofferdam.server.command.Argument.string;
import static dev.cofferdam.server.command.Arity.atLeast;
import static dev.cofferdam.server.command.Arity.exactly;
import static dev.cofferdam.server.command.Flag.LOADING;
import static dev.cofferdam.server.command.Flag.NO_MANDATORY_KEYS;
import static dev.cofferdam.server.command.Flag.STALE;
import static dev.cofferdam.server.command.Memory.NEUTRAL;

import dev.cofferdam.resp.ReplyWriter;
import dev.cofferdam.server.command.Argument;
import dev.cofferdam.server.command.Call;
import dev.cofferdam.server.command.Category;
import dev.cofferdam.server.command.Command;
import dev.cofferdam.server.command.CommandTable;
import dev.cofferdam.server.command.KeySpec;
import dev.cofferdam.server.config.NamePattern;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** COMMAND: what the command table says about itself. Nothing here is written by hand for a command. */
public final class CommandCommands {
    private CommandCommands() {
    }

    public static void declare(CommandTable table) {
        table.group("server");
        table.command("COMMAND").summary("Describes all commands.").since("2.8.13").complexity("O(N) where N is the number of commands")
            .arity(atLeast(1)).flags(LOADING, STALE).memory(NEUTRAL).tips("nondeterministic_output_order").container(CommandCommands::all);
        table.command("COMMAND|COUNT").summary("Counts the commands.").since("2.8.13").complexity("O(1)").arity(exactly(2))
            .flags(LOADING, STALE).memory(NEUTRAL)
            .handledBy(call -> call.reply().integer(topLevel(call).size()));
        table.command("COMMAND|INFO").summary("Describes the commands named, or all.").since("2.8.13")
            .complexity("O(N) where N is the number of commands")
            .arity(atLeast(2)).flags(LOADING, STALE).memory(NEUTRAL).arguments(string("command-name").optional().multiple())
            .tips("nondeterministic_output_order").history("7.0.0", "Without names it describes all commands.")
            .handledBy(CommandCommands::info);
        table.command("COMMAND|DOCS").summary("Documents the commands named, or all.").since("7.0.0")
            .complexity("O(N) where N is the number of commands")
            .arity(atLeast(2)).flags(LOADING, STALE).memory(NEUTRAL).arguments(string("command-name").optional().multiple())
            .tips("nondeterministic_output_order").handledBy(CommandCommands::docs);
        table.command("COMMAND|LIST").summary("Lists names of commands.").since("7.0.0")
            .complexity("O(N) where N is the number of commands").arity(atLeast(2))
            .flags(LOADING, STALE).memory(NEUTRAL)
            .arguments(oneOf(string("module-name").after("MODULE"), string("category").after("ACLCAT"),
                    Argument.pattern("pattern").after("PATTERN"))
                .after("FILTERBY").named("filterby").optional())
            .tips("nondeterministic_output_order").handledBy(CommandCommands::list);
        table.command("COMMAND|GETKEYS").summary("Finds the keys of the command whose words follow.").since("2.8.13")
            .complexity("O(N) where N is the number of arguments").arity(atLeast(4)).flags(LOADING, STALE).memory(NEUTRAL)
            .handledBy(call -> keys(call, false));
        table.command("COMMAND|GETKEYSANDFLAGS").summary("Finds the keys of the command whose words follow, and what happens to each.")
            .since("7.0.0")
            .complexity("O(N) where N is the number of arguments").arity(atLeast(4)).flags(LOADING, STALE).memory(NEUTRAL)
            .handledBy(call -> keys(call, true));
        HelpText.declare(table, "COMMAND", "5.0.0", "(no subcommand)", "    Return details about all Redis commands.", "COUNT",
                "    Return the total number of commands in this Redis server.", "LIST",
                "    Return a list of all commands in this Redis server.",
                "INFO [<command-name> ...]", "    Return details about multiple Redis commands.",
                "    If no command names are given, documentation details for all",
                "    commands are returned.", "DOCS [<command-name> ...]",
                "    Return documentation details about multiple Redis commands.",
                "    If no command names are given, documentation details for all", "    commands are returned.", "GETKEYS <full-command>",
                "    Return the keys from a full Redis command.", "GETKEYSANDFLAGS <full-command>",
                "    Return the keys and the access flags from a full Redis command.");
    }

    private static List<Command> topLevel(Call call) {
        return call.server().commands().index().all();
    }

    private static void all(Call call) {
        List<Command> commands = topLevel(call);
        call.reply().array(commands.size());
        commands.forEach(command -> CommandDescription.info(call.reply(), command));
    }

    private static void info(Call call) {
        if (call.count() == 2) {
            all(call);
            return;
        }
        call.reply().array(call.count() - 2L);
        for (int i = 2; i < call.count(); i++) {
            Command command = call.server().commands().named(call.text(i));
            if (command == null) {
                call.reply().nilArray();
            } else {
                CommandDescription.info(call.reply(), command);
            }
        }
    }

    private static void docs(Call call) {
        List<Command> commands = new ArrayList<>();
        for (int i = 2; i < call.count(); i++) {
            Command command = call.server().commands().named(call.text(i));
            if (command != null) {
                commands.add(command);
            }
        }
        if (call.count() == 2) {
            commands.addAll(topLevel(call));
        }
        call.reply().map(commands.size());
        for (Command command : commands) {
            call.reply().bulk(command.name());
            CommandDescription.docs(call.reply(), command);
        }
    }

    private static void list(Call call) {
        Predicate<Command> filter = command -> true;
        if (call.count() == 5 && call.is(2, "FILTERBY") && call.is(3, "MODULE")) {
            filter = command -> false;
        } else if (call.count() == 5 && call.is(2, "FILTERBY") && call.is(3, "ACLCAT")) {
            Category category = Category.named(call.text(4));
            filter = command -> category != null && command.isIn(category);
        } else if (call.count() == 5 && call.is(2, "FILTERBY") && call.is(3, "PATTERN")) {
            NamePattern pattern = new NamePattern(call.text(4));
            filter = command -> pattern.matches(command.name());
        } else if (call.count() != 2) {
            call.reply().error("ERR syntax error");
            return;
        }
        List<Command> found = call.server().commands().all().stream().filter(filter).toList();
        call.reply().array(found.size());
        found.forEach(command -> call.reply().bulk(command.name()));
    }

    // ---------------------------------------------------------------- keys of a command

    private static void keys(Call call, boolean withFlags) {
        Call inner = call.tail(2);
        Command command = find(call, inner);
        ReplyWriter reply = call.reply();
        if (command == null) {
            reply.error("ERR Invalid command specified");
        } else if (command.keySpecs() == 0) {
            reply.error("ERR The command has no key arguments");
        } else if (!command.arity().accepts(inner.count())) {
            reply.error("ERR Invalid number of arguments specified for command");
        } else {
            int keys = 0;
            for (int s = 0; s < command.keySpecs(); s++) {
                keys += command.keySpec(s).count(inner);
            }
            // A script may name none.
            if (keys == 0 && !command.has(NO_MANDATORY_KEYS)) {
                reply.error("ERR Invalid arguments specified for command");
                return;
            }
            reply.array(keys);
            for (int s = 0; s < command.keySpecs(); s++) {
                keysOf(command.keySpec(s), inner, reply, withFlags);
            }
        }
    }

    private static void keysOf(KeySpec spec, Call inner, ReplyWriter reply, boolean withFlags) {
        int count = spec.count(inner);
        for (int n = 0; n < count; n++) {
            int argument = spec.argument(inner, n);
            if (withFlags) {
                reply.array(2);
            }
            reply.bulk(inner.address(argument), inner.length(argument));
            if (withFlags) {
                List<String> flags = spec.use(inner).flags();
                reply.set(flags.size());
                flags.forEach(reply::simple);
            }
        }
    }

    private static @Nullable Command find(Call call, Call inner) {
        Command command = call.server().commands().named(inner.text(0));
        if (command != null && command.subcommands() != null && inner.count() > 1) {
            return call.server().commands().named(inner.text(0) + "|" + inner.text(1));
        }
        return command;
    }
}
