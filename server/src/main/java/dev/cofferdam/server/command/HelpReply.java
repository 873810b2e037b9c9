// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.command;

import java.util.List;
import java.util.Locale;

/** The reply of a container's HELP sub-command, derived from the declarations of its sub-commands. */
public final class HelpReply {
    private HelpReply() {
    }

    /** Replies the sub-commands of the container that the call's command belongs to, with their summaries. */
    public static void write(Call call) {
        String container = call.command().name().substring(0, call.command().name().indexOf('|'));
        Command declared = call.server().commands().named(container);
        CommandIndex index = declared == null ? null : declared.subcommands();
        List<Command> all = index == null ? List.of() : index.all();
        call.reply().array(1 + 2L * all.size());
        call.reply().simple(container.toUpperCase(Locale.ROOT) + " <subcommand> [<arg> [value] [opt] ...]. Subcommands are:");
        for (Command command : all) {
            call.reply().simple(usage(command));
            call.reply().simple("    " + command.summary());
        }
    }

    private static String usage(Command command) {
        StringBuilder text = new StringBuilder(command.name().substring(command.name().indexOf('|') + 1).toUpperCase(Locale.ROOT));
        for (Argument argument : command.arguments()) {
            text.append(' ').append(usage(argument));
        }
        return text.toString();
    }

    /** One argument as people read it: "[EX seconds]", "key [key ...]". */
    public static String usage(Argument argument) {
        StringBuilder inner = new StringBuilder();
        if (!argument.token().isEmpty()) {
            inner.append(argument.token());
        }
        if (argument.type() == Argument.Type.ONE_OF || argument.type() == Argument.Type.BLOCK) {
            String separator = argument.type() == Argument.Type.ONE_OF ? "|" : " ";
            StringBuilder parts = new StringBuilder();
            for (Argument part : argument.parts()) {
                parts.append(parts.isEmpty() ? "" : separator).append(usage(part));
            }
            boolean bracket = argument.type() == Argument.Type.ONE_OF && !argument.isOptional();
            inner.append(inner.isEmpty() ? "" : " ").append(bracket ? "<" + parts + ">" : parts);
        } else if (argument.type() != Argument.Type.TOKEN) {
            inner.append(inner.isEmpty() ? "" : " ").append(argument.name());
        }
        String one = inner.toString();
        String all = argument.isMultiple() ? one + " [" + one + " ...]" : one;
        return argument.isOptional() ? "[" + all + "]" : all;
    }
}
