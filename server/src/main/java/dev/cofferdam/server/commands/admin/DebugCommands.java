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
import dev.cofferdam.server.commands.generic.ObjectCommands;
import dev.cofferdam.server.config.Directives;
import dev.cofferdam.server.config.InvalidValueException;
import dev.cofferdam.server.config.Sizes;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.locks.LockSupport;

/** DEBUG: for tests and for people who know what they do; off unless enable-debug-command says otherwise. */
public final class DebugCommands {
    private static final String NOT_ALLOWED = "ERR DEBUG command not allowed. If the enable-debug-command option is set to \"local\", you can run it from a local "
            + "connection, otherwise you need to set this option in the configuration file, and then restart the server.";
    /** A sleep is one command that freezes the server: not for longer than this. */
    private static final double SLEEP_MAX_SECONDS = 60;
    /** Of a text somebody gave, this much goes into a line of the log or an error. */
    private static final int LOG_MAX_CHARS = 1024;

    private DebugCommands() {
    }

    public static void declare(CommandTable table) {
        table.group("server");
        table.command("DEBUG").summary("Looks behind the scenes, for tests; DEBUG HELP lists how.").since("1.0.0")
            .complexity("Depends on subcommand.")
            .arity(atLeast(2))
            .flags(ADMIN, NOSCRIPT, LOADING, STALE).memory(NEUTRAL).wholeKeyspace()
            .internal()
            .handledBy(DebugCommands::debug);
    }

    private static void debug(Call call) {
        String allowed = call.server().operations().configuration().get(Directives.ENABLE_DEBUG_COMMAND);
        boolean local = call.client().peer().startsWith("127.") || call.client().peer().startsWith("[::1]");
        if (allowed.equals("no") || allowed.equals("local") && !local) {
            call.reply().error(NOT_ALLOWED);
            return;
        }
        String subcommand = call.text(1).toUpperCase(Locale.ROOT);
        switch (subcommand) {
            case "AUDIT" -> audit(call);
            case "DIGEST" -> call.reply()
                .simple(ValueDigest.hex(new ValueDigest().ofAll(call.server().keyspace(), call.nowMillis())));
            case "DIGEST-VALUE" -> digestValues(call);
            case "HELP" -> help(call);
            case "JMAP" -> call.reply()
                .error("ERR DEBUG JMAP would stop the server for the time of a heap dump; use jcmd <pid> GC.heap_info");
            case "STRUCTSIZE" -> call.reply().bulk("bits:64 page:" + call.server().arena().pageBytes() + " ");
            case "CHANGE-REPL-ID" -> call.reply().ok(); // nobody replicates, so nobody knows the one before
            default -> withArguments(call, subcommand);
        }
    }

    private static void withArguments(Call call, String subcommand) {
        switch (subcommand + ' ' + call.count()) {
            case "SLEEP 3" -> sleep(call);
            case "SET-ACTIVE-EXPIRE 3" -> {
                call.server().keyspace().setExpiresActively(call.longOr(2, 0) != 0);
                call.reply().ok();
            }
            case "OBJECT 3", "OBJECT 4" -> object(call);
            case "PROTOCOL 3" -> DebugProtocol.reply(call);
            case "ERROR 3" -> call.reply().error(Texts.oneLine(call.text(2)));
            case "LOG 3" -> {
                call.server().events().log("DEBUG LOG: " + Texts.oneLine(call.text(2, LOG_MAX_CHARS)));
                call.reply().ok();
            }
            case "SET-DISABLE-DENY-SCRIPTS 3" -> {
                call.server().scripting().setAllowsAll(call.longOr(2, 0) != 0);
                call.reply().ok();
            }
            case "QUICKLIST-PACKED-THRESHOLD 3" -> packedThreshold(call);
            case "PAUSE-CRON 3" -> call.reply().ok(); // nothing here runs by a cron
            case "REPLYBUFFER 4" -> replyBuffer(call);
            default -> unknown(call);
        }
    }

    private static void unknown(Call call) {
        call.reply().error("ERR unknown subcommand or wrong number of arguments for '" + Texts.oneLine(call.text(1, LOG_MAX_CHARS))
                + "'. Try DEBUG HELP.");
    }

    private static void digestValues(Call call) {
        ValueDigest digest = new ValueDigest();
        call.reply().array(call.count() - 2L);
        for (int i = 2; i < call.count(); i++) {
            call.reply().simple(ValueDigest.hex(digest.ofValue(call.eachPeek(i))));
        }
    }

    /** Lists have one form of node whatever their elements' size; the value is checked as Redis does, and has no effect. */
    private static void packedThreshold(Call call) {
        try {
            long bytes = Sizes.parseBytes(call.text(2));
            if (bytes < 0 || bytes > 1L << 32) {
                throw new InvalidValueException("out of range");
            }
            call.reply().ok();
        } catch (InvalidValueException e) {
            call.reply().error("ERR argument must be a memory value bigger than 1 and smaller than 4gb");
        }
    }

    /** Reply buffers are the loop's and are not resized by use, so there is nothing to steer. */
    private static void replyBuffer(Call call) {
        if (call.is(2, "PEAK-RESET-TIME") || call.is(2, "RESIZING")) {
            call.reply().ok();
        } else {
            unknown(call);
        }
    }

    private static void sleep(Call call) {
        if (!call.tryDouble(2)) {
            call.real = 0; // as C's strtod has it
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
        Key key = call.peekAnyway(2);
        if (key.entry == 0) {
            call.reply().error("ERR no such key");
            return;
        }
        call.reply()
            .simple("Value at:0x" + Long.toHexString(key.entry) + " refcount:" + ObjectCommands.references(call, key) + " encoding:"
                    + ObjectCommands.encoding(key) + " serializedlength:" + EntryLayout.valueLength(key.entry)
                    + " lru:0 lru_seconds_idle:" + key.compartment().idleMillis(key) / 1000 + " kind:" + EntryLayout.kind(key.entry)
                    + " compartment:" + key.compartment().name());
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
                "    Compares all data with the books; answers OK or what does not add up.", "DIGEST",
                "    Everything in all databases as one hash, equal to that of a Redis with the same content.",
                "DIGEST-VALUE <key> [<key> ...]",
                "    The same of the values of keys.", "ERROR <text>", "    Answers an error with this text.", "LOG <text>",
                "    Writes a line to the log.", "OBJECT <key>", "    Shows where and how a key is stored.",
                "PROTOCOL <string|integer|double|null|array|set|map|attrib|push|verbatim|true|false|bignum>",
                "    Answers with a reply of that kind.", "SET-ACTIVE-EXPIRE <0|1>",
                "    With 0, keys past their time are deleted only when somebody asks for them.", "SET-DISABLE-DENY-SCRIPTS <0|1>",
                "    With 1, scripts may call commands that are not for scripts.", "SLEEP <seconds>",
                "    Stops the server for so long, 60 seconds at most.",
                "CHANGE-REPL-ID, PAUSE-CRON, QUICKLIST-PACKED-THRESHOLD, REPLYBUFFER", "    Are accepted and have nothing to act on.",
                "HELP",
                "    Prints this help.");
        call.reply().array(lines.size());
        lines.forEach(call.reply()::simple);
    }
}
