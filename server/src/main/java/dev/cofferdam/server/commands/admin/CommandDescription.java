// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.commands.admin;

import dev.cofferdam.resp.ReplyWriter;
import dev.cofferdam.server.command.Argument;
import dev.cofferdam.server.command.Category;
import dev.cofferdam.server.command.Command;
import dev.cofferdam.server.command.CommandHistory;
import dev.cofferdam.server.command.CommandIndex;
import dev.cofferdam.server.command.Flag;
import dev.cofferdam.server.command.KeySpec;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A command as COMMAND INFO and COMMAND DOCS describe it, from its declaration alone. Stateless. */
final class CommandDescription {
    private CommandDescription() {
    }

    // ---------------------------------------------------------------- COMMAND INFO

    static void info(ReplyWriter reply, Command command) {
        reply.array(10);
        reply.bulk(command.name());
        reply.integer(command.arity().redisValue());
        List<String> flags = flags(command);
        reply.set(flags.size());
        flags.forEach(reply::simple);
        int first = firstKey(command);
        reply.integer(first);
        reply.integer(first == 0 ? 0 : lastKey(command));
        reply.integer(first == 0 ? 0 : command.shownKeys().getFirst().step());
        List<Category> categories = Category.in(command.categories());
        reply.set(categories.size());
        categories.forEach(category -> reply.simple("@" + category.redisName()));
        reply.set(command.tips().size());
        command.tips().forEach(reply::bulk);
        reply.set(command.shownKeys().size());
        command.shownKeys().forEach(spec -> keySpec(reply, spec));
        CommandIndex subcommands = command.subcommands();
        if (subcommands == null) {
            reply.set(0);
        } else {
            reply.array(subcommands.all().size()); // as Redis: a set only when there are none
            subcommands.all().forEach(subcommand -> info(reply, subcommand));
        }
    }

    static List<String> flags(Command command) {
        List<String> flags = new ArrayList<>();
        for (Flag flag : Flag.values()) {
            if (command.has(flag) && flag.isShown() || flag == Flag.MOVABLEKEYS && hasMovableKeys(command)) {
                flags.add(flag.replyName());
            }
        }
        return flags;
    }

    /** Keys that the old three numbers cannot say. */
    private static boolean hasMovableKeys(Command command) {
        for (int i = 0; i < command.keySpecs(); i++) {
            if (!command.keySpec(i).isRange()) {
                return true;
            }
        }
        return false;
    }

    private static int firstKey(Command command) {
        List<KeySpec> keys = command.shownKeys();
        return !keys.isEmpty() && keys.getFirst().isRange() ? keys.getFirst().first() : 0;
    }

    /** Ranges that follow one another count as one: RENAME's keys are 1 to 2. */
    private static int lastKey(Command command) {
        List<KeySpec> keys = command.shownKeys();
        int last = keys.getFirst().lastForCommandInfo();
        for (KeySpec spec : keys.subList(1, keys.size())) {
            if (!spec.isRange() || last < 0 || spec.first() != last + 1) {
                return last;
            }
            last = spec.lastForCommandInfo();
        }
        return last;
    }

    private static void add(List<String> list, boolean condition, String text) {
        if (condition) {
            list.add(text);
        }
    }

    private static void keySpec(ReplyWriter reply, KeySpec spec) {
        reply.map(spec.note().isEmpty() ? 3 : 4);
        if (!spec.note().isEmpty()) {
            text(reply, "notes", spec.note());
        }
        reply.bulk("flags");
        reply.set(spec.use().flags().size() + (spec.varies() ? 1 : 0) + (spec.reachesToTheEnd() ? 1 : 0));
        spec.use().flags().forEach(reply::simple);
        if (spec.reachesToTheEnd()) {
            reply.simple("incomplete");
        }
        if (spec.varies()) {
            reply.simple("variable_flags");
        }
        if (spec.isShownUnknown()) {
            unknown(reply, "begin_search");
            unknown(reply, "find_keys");
            return;
        }
        reply.bulk("begin_search");
        reply.map(2);
        reply.bulk("type");
        String token = new String(spec.token(), StandardCharsets.US_ASCII);
        reply.bulk(token.isEmpty() ? "index" : "keyword");
        reply.bulk("spec");
        if (token.isEmpty()) {
            reply.map(1);
            reply.bulk("index");
            reply.integer(spec.position());
        } else {
            reply.map(2);
            reply.bulk("keyword");
            reply.bulk(token);
            reply.bulk("startfrom");
            reply.integer(spec.position());
        }
        reply.bulk("find_keys");
        reply.map(2);
        reply.bulk("type");
        reply.bulk(spec.isNumbered() ? "keynum" : "range");
        reply.bulk("spec");
        reply.map(3);
        if (spec.isNumbered()) {
            number(reply, "keynumidx", 0);
            number(reply, "firstkey", 1);
            number(reply, "keystep", spec.step());
        } else {
            int last = spec.lastForCommandInfo();
            number(reply, "lastkey",
                    spec.isHalf() || spec.reachesToTheEnd() ? -1 : !spec.isRange() ? 0 : last < 0 ? last : last - spec.first());
            number(reply, "keystep", spec.step());
            number(reply, "limit", spec.isHalf() ? 2 : 0);
        }
    }

    private static void unknown(ReplyWriter reply, String name) {
        reply.bulk(name);
        reply.map(2);
        reply.bulk("type");
        reply.bulk("unknown");
        reply.bulk("spec");
        reply.map(0);
    }

    private static void number(ReplyWriter reply, String name, long value) {
        reply.bulk(name);
        reply.integer(value);
    }

    // ---------------------------------------------------------------- COMMAND DOCS

    static void docs(ReplyWriter reply, Command command) {
        CommandIndex subcommands = command.subcommands();
        boolean hasComplexity = !command.complexity().isEmpty();
        List<CommandHistory.Change> changes = command.history().changes();
        CommandHistory.Deprecation deprecation = command.history().deprecation();
        reply.map(3 + (hasComplexity ? 1 : 0) + (command.isInternal() || deprecation != null ? 1 : 0) + (deprecation == null ? 0 : 2)
                + (changes.isEmpty() ? 0 : 1) + (command.arguments().isEmpty() ? 0 : 1) + (subcommands == null ? 0 : 1));
        text(reply, "summary", command.summary());
        text(reply, "since", command.since());
        text(reply, "group", command.group());
        if (hasComplexity) {
            text(reply, "complexity", command.complexity());
        }
        if (command.isInternal() || deprecation != null) {
            reply.bulk("doc_flags");
            reply.set(1);
            reply.simple(deprecation == null ? "syscmd" : "deprecated");
        }
        if (deprecation != null) {
            text(reply, "deprecated_since", deprecation.since());
            text(reply, "replaced_by", deprecation.replacement());
        }
        if (!changes.isEmpty()) {
            reply.bulk("history");
            reply.set(changes.size());
            for (CommandHistory.Change change : changes) {
                reply.array(2);
                reply.bulk(change.since());
                reply.bulk(change.what().getBytes(StandardCharsets.UTF_8));
            }
        }
        if (!command.arguments().isEmpty()) {
            reply.bulk("arguments");
            arguments(reply, command.arguments(), new SpecNumbers(command));
        }
        if (subcommands != null) {
            reply.bulk("subcommands");
            reply.map(subcommands.all().size());
            for (Command subcommand : subcommands.all()) {
                reply.bulk(subcommand.name());
                docs(reply, subcommand);
            }
        }
    }

    private static void text(ReplyWriter reply, String name, String value) {
        reply.bulk(name);
        reply.bulk(value.getBytes(StandardCharsets.UTF_8));
    }

    /** Which key specification an argument belongs to: keys have theirs in order, patterns that of the keys they name. Per reply. */
    private static final class SpecNumbers {
        private final int last;
        private int next;
        /** That of keys which are no arguments; -1 when there is none. */
        final int unknown;

        SpecNumbers(Command command) {
            int found = -1;
            for (int i = 0; i < command.keySpecs(); i++) {
                found = command.keySpec(i).isUnknown() ? i : found;
            }
            last = command.keySpecs() - 1;
            unknown = found;
        }

        int of(Argument argument) {
            if (argument.type() == Argument.Type.PATTERN) {
                return unknown;
            }
            next += next == unknown ? 1 : 0;
            return Math.min(next++, last);
        }
    }

    private static void arguments(ReplyWriter reply, List<Argument> arguments, SpecNumbers keySpecs) {
        reply.array(arguments.size());
        for (Argument argument : arguments) {
            argument(reply, argument, keySpecs);
        }
    }

    private static void argument(ReplyWriter reply, Argument argument, SpecNumbers keySpecs) {
        List<String> flags = new ArrayList<>();
        add(flags, argument.isOptional(), "optional");
        add(flags, argument.isMultiple(), "multiple");
        add(flags, argument.repeatsToken(), "multiple_token");
        boolean isKey = argument.type() == Argument.Type.KEY || argument.type() == Argument.Type.PATTERN && keySpecs.unknown >= 0;
        reply.map(2 + (isKey ? 1 : 0) + (argument.token().isEmpty() ? 0 : 1) + (flags.isEmpty() ? 0 : 1)
                + (argument.since().isEmpty() ? 0 : 1) + (argument.deprecatedSince().isEmpty() ? 0 : 1)
                + (argument.parts().isEmpty() ? 0 : 1));
        text(reply, "name", argument.name());
        text(reply, "type", argument.type().replyName());
        if (isKey) {
            number(reply, "key_spec_index", keySpecs.of(argument));
        }
        if (!argument.token().isEmpty()) {
            text(reply, "token", argument.token());
        }
        if (!argument.since().isEmpty()) {
            text(reply, "since", argument.since());
        }
        if (!argument.deprecatedSince().isEmpty()) {
            text(reply, "deprecated_since", argument.deprecatedSince());
        }
        if (!flags.isEmpty()) {
            reply.bulk("flags");
            reply.set(flags.size());
            flags.forEach(reply::simple);
        }
        if (!argument.parts().isEmpty()) {
            reply.bulk("arguments");
            arguments(reply, argument.parts(), keySpecs);
        }
    }
}
