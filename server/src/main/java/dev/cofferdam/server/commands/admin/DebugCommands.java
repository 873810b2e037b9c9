// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.commands.admin;

import static dev.cofferdam.server.command.Argument.string;
import static dev.cofferdam.server.command.Arity.atLeast;
import static dev.cofferdam.server.command.Flag.ADMIN;
import static dev.cofferdam.server.command.Flag.LOADING;
import static dev.cofferdam.server.command.Flag.NOSCRIPT;
import static dev.cofferdam.server.command.Flag.STALE;
import static dev.cofferdam.server.command.Memory.NEUTRAL;

import dev.cofferdam.keyspace.EntryLayout;
import dev.cofferdam.keyspace.Key;
import dev.cofferdam.keyspace.KeyspaceAudit;
import dev.cofferdam.server.command.Call;
import dev.cofferdam.server.command.CommandTable;
import dev.cofferdam.server.config.Directives;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/** DEBUG: for tests and for people who know what they do; off unless enable-debug-command says otherwise. */
public final class DebugCommands {
    private static final String NOT_ALLOWED = "ERR DEBUG command not allowed. If the enable-debug-command option is set to \"local\", you can run it from a local "
            + "connection, otherwise you need to set this option in the configuration file, and then restart the server.";
    /** A sleep is one command that freezes the server: not for longer than this. */
    private static final double SLEEP_MAX_SECONDS = 60;

    private DebugCommands() {
    }

    public static void declare(CommandTable table) {
        table.group("server");
        table.command("DEBUG").summary("Looks behind the scenes: SLEEP, OBJECT, SET-ACTIVE-EXPIRE, AUDIT.").since("1.0.0")
            .complexity("Depends on subcommand.")
            .arity(atLeast(2))
            .flags(ADMIN, NOSCRIPT, LOADING, STALE).memory(NEUTRAL).wholeKeyspace()
            .arguments(string("subcommand"), string("argument").optional().multiple())
            .handledBy(DebugCommands::debug);
    }

    private static void debug(Call call) {
        String allowed = call.server().operations().configuration().get(Directives.ENABLE_DEBUG_COMMAND);
        boolean local = call.client().peer().startsWith("127.") || call.client().peer().startsWith("[::1]");
        if (allowed.equals("no") || allowed.equals("local") && !local) {
            call.reply().error(NOT_ALLOWED);
        } else if (call.is(1, "SLEEP") && call.count() == 3) {
            sleep(call);
        } else if (call.is(1, "SET-ACTIVE-EXPIRE") && call.count() == 3) {
            call.server().keyspace().setExpiresActively(!call.is(2, "0"));
            call.reply().ok();
        } else if (call.is(1, "OBJECT") && call.count() == 3) {
            object(call);
        } else if (call.is(1, "AUDIT") && call.count() == 2) {
            audit(call);
        } else if (call.is(1, "JMAP")) {
            call.reply().error("ERR DEBUG JMAP would stop the server for the time of a heap dump; use jcmd <pid> GC.heap_info");
        } else if (call.is(1, "HELP")) {
            help(call);
        } else {
            call.reply()
                .error("ERR unknown subcommand or wrong number of arguments for '" + Texts.oneLine(call.text(1)) + "'. Try DEBUG HELP.");
        }
    }

    private static void sleep(Call call) {
        if (!call.parseDouble(2)) {
            return;
        }
        if (!(call.real >= 0 && call.real <= SLEEP_MAX_SECONDS)) {
            call.reply().error("ERR DEBUG SLEEP takes 0 to 60 seconds");
            return;
        }
        long until = call.server().clock().monotonicNanos() + (long) (call.real * 1e9);
        for (long left = until - call.server().clock().monotonicNanos(); left > 0; left = until - call.server().clock().monotonicNanos()) {
            LockSupport.parkNanos(left);
        }
        call.reply().ok();
    }

    private static void object(Call call) {
        Key key = call.peek(2);
        if (key.entry == 0) {
            call.reply().error("ERR no such key");
            return;
        }
        call.reply()
            .simple("Value at:0x" + Long.toHexString(key.entry) + " refcount:1 kind:" + EntryLayout.kind(key.entry) + " serializedlength:"
                    + EntryLayout.valueLength(key.entry) + " compartment:" + key.compartment().name());
    }

    private static void audit(Call call) {
        List<String> findings = KeyspaceAudit.of(call.server().keyspace());
        if (findings.isEmpty()) {
            call.reply().ok();
        } else {
            call.reply().error("ERR audit: " + findings.size() + " findings, the first: " + Texts.oneLine(findings.getFirst()));
            findings.forEach(finding -> call.server().events().log("audit-finding " + finding));
        }
    }

    private static void help(Call call) {
        List<String> lines = List.of("DEBUG <subcommand> [<arg> [value] [opt] ...]. Subcommands are:", "AUDIT",
                "    Compares all data with the books; answers OK or what does not add up.", "OBJECT <key>",
                "    Shows where and how a key is stored.", "SET-ACTIVE-EXPIRE <0|1>",
                "    With 0, keys past their time are deleted only when somebody asks for them.",
                "SLEEP <seconds>", "    Stops the server for so long, 60 seconds at most.", "HELP", "    Prints this help.");
        call.reply().array(lines.size());
        lines.forEach(call.reply()::simple);
    }
}
