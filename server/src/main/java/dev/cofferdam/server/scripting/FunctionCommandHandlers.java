// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.scripting;

import dev.cofferdam.resp.ReplyWriter;
import dev.cofferdam.server.command.Call;
import dev.cofferdam.server.config.NamePattern;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** FCALL and FUNCTION ... Stateless; the event loop, FCALL also in lanes. */
public final class FunctionCommandHandlers {
    /** Text for people, as FUNCTION HELP of Redis has it. */
    public static final String[] HELP = {"LOAD [REPLACE] <FUNCTION CODE>", "    Create a new library with the given library name and code.",
        "DELETE <LIBRARY NAME>", "    Delete the given library.", "LIST [LIBRARYNAME PATTERN] [WITHCODE]",
        "    Return general information on all the libraries:", "    * Library name", "    * The engine used to run the Library",
        "    * Library description", "    * Functions list", "    * Library code (if WITHCODE is given)",
        "    It also possible to get only function that matches a pattern using LIBRARYNAME argument.", "STATS",
        "    Return information about the current function running:", "    * Function name", "    * Command used to run the function",
        "    * Duration in MS that the function is running", "    If no function is running, return nil",
        "    In addition, returns a list of available engines.", "KILL", "    Kill the current running function.", "FLUSH [ASYNC|SYNC]",
        "    Delete all the libraries.", "    When called without the optional mode argument, the behavior is determined by the",
        "    lazyfree-lazy-user-flush configuration directive. Valid modes are:", "    * ASYNC: Asynchronously flush the libraries.",
        "    * SYNC: Synchronously flush the libraries.", "DUMP",
        "    Return a serialized payload representing the current libraries, can be restored using FUNCTION RESTORE command",
        "RESTORE <PAYLOAD> [FLUSH|APPEND|REPLACE]",
        "    Restore the libraries represented by the given payload, it is possible to give a restore policy to",
        "    control how to handle existing libraries (default APPEND):", "    * FLUSH: delete all existing libraries.",
        "    * APPEND: appends the restored libraries to the existing libraries. On collision, abort.",
        "    * REPLACE: appends the restored libraries to the existing libraries, On collision, replace the old",
        "      libraries with the new libraries (notice that even on this option there is a chance of failure",
        "      in case of functions name collision with another library)."};

    private FunctionCommandHandlers() {
    }

    public static void call(Call call) {
        ScriptCommandHandlers.fcall(call);
    }

    public static void load(Call call) {
        boolean replace = false;
        int at = 2;
        while (at < call.count() - 1) {
            if (!call.is(at, "REPLACE")) {
                call.reply().error("ERR Unknown option given: " + call.text(at));
                return;
            }
            replace = true;
            at++;
        }
        if (call.server().scripting().refusesLibrary(call)) {
            return;
        }
        FunctionLibraries.Loaded loaded;
        try {
            loaded = call.server().scripting().libraries().load(call.address(at), call.length(at), replace);
        } catch (OutOfMemoryError e) {
            loaded = FunctionLibraries.Loaded.failed("no memory for a script's interpreter: " + e.getMessage());
        }
        FunctionLibrary library = loaded.library();
        if (library == null) {
            call.reply().error("ERR " + loaded.error());
        } else {
            call.reply().bulk(library.name());
        }
    }

    public static void delete(Call call) {
        FunctionLibraries libraries = call.server().scripting().libraries();
        FunctionLibrary library = libraries.library(call.text(2));
        if (library == null) {
            call.reply().error("ERR Library not found");
            return;
        }
        libraries.remove(library);
        call.reply().ok();
    }

    public static void flush(Call call) {
        if (call.count() > 3) {
            call.reply().error("ERR unknown subcommand or wrong number of arguments for '" + call.text(1) + "'. Try FUNCTION HELP.");
        } else if (call.count() == 3 && !call.is(2, "SYNC") && !call.is(2, "ASYNC")) {
            call.reply().error("ERR FUNCTION FLUSH only supports SYNC|ASYNC option");
        } else {
            call.server().scripting().libraries().clear();
            call.reply().ok();
        }
    }

    public static void kill(Call call) {
        String error = call.server().scripting().kill(false);
        if (error == null) {
            call.reply().ok();
        } else {
            call.reply().error(error);
        }
    }

    public static void list(Call call) {
        boolean withCode = false;
        NamePattern pattern = null;
        for (int i = 2; i < call.count(); i++) {
            if (!withCode && call.is(i, "WITHCODE")) {
                withCode = true;
            } else if (pattern == null && call.is(i, "LIBRARYNAME")) {
                if (i == call.count() - 1) {
                    call.reply().error("ERR library name argument was not given");
                    return;
                }
                i++;
                pattern = new NamePattern(call.text(i));
            } else {
                call.reply().error("ERR Unknown argument " + call.text(i));
                return;
            }
        }
        NamePattern wanted = pattern;
        List<FunctionLibrary> found = call.server().scripting().libraries().all().stream()
            .filter(library -> wanted == null || wanted.matches(library.name())).toList();
        call.reply().array(found.size());
        for (FunctionLibrary library : found) {
            write(call.reply(), library, withCode);
        }
    }

    private static void write(ReplyWriter reply, FunctionLibrary library, boolean withCode) {
        reply.map(withCode ? 4 : 3);
        reply.bulk("library_name");
        reply.bulk(library.name());
        reply.bulk("engine");
        reply.bulk("LUA");
        reply.bulk("functions");
        reply.array(library.functions.size());
        for (LibraryFunction function : library.functions) {
            reply.map(3);
            reply.bulk("name");
            reply.bulk(function.name());
            reply.bulk("description");
            if (function.description == null) {
                reply.nil();
            } else {
                reply.bulk(function.description.getBytes(StandardCharsets.ISO_8859_1));
            }
            reply.bulk("flags");
            reply.set(Integer.bitCount(function.flags));
            for (int left = function.flags; left != 0; left &= left - 1) {
                reply.simple(ScriptFlags.NAMES.get(Integer.numberOfTrailingZeros(left)));
            }
        }
        if (withCode) {
            reply.bulk("library_code");
            reply.bulk(library.code, library.codeBytes);
        }
    }

    public static void stats(Call call) {
        Scripting scripting = call.server().scripting();
        ReplyWriter reply = call.reply();
        reply.map(2);
        reply.bulk("running_script");
        ScriptRun run = scripting.runningFunction();
        Source source = run == null ? null : run.source;
        if (run == null || source == null) {
            reply.nil();
        } else {
            reply.map(3);
            reply.bulk("name");
            reply.bulk(source.name());
            reply.bulk("command");
            command(reply, run.call);
            reply.bulk("duration_ms");
            reply.integer((call.server().clock().monotonicNanos() - run.startedNanos) / 1_000_000);
        }
        reply.bulk("engines");
        reply.map(1);
        reply.bulk("LUA");
        reply.map(2);
        reply.bulk("libraries_count");
        reply.integer(scripting.libraryCount());
        reply.bulk("functions_count");
        reply.integer(scripting.functionCount());
    }

    /** The command that runs the function. Its client waits, so its bytes stay where they are; the loop, which asks here, hands out the next one. */
    private static void command(ReplyWriter reply, @Nullable Call running) {
        reply.array(running == null ? 0 : running.count());
        for (int i = 0; running != null && i < running.count(); i++) {
            reply.bulk(running.address(i), running.length(i));
        }
    }

    public static void dump(Call call) {
        call.reply().bulk(FunctionDump.write(call.server().scripting().libraries().all()));
    }

    public static void restore(Call call) {
        if (call.count() > 4) {
            call.reply().error("ERR unknown subcommand or wrong number of arguments for '" + call.text(1) + "'. Try FUNCTION HELP.");
            return;
        }
        boolean flush = call.count() == 4 && call.is(3, "FLUSH");
        boolean replace = call.count() == 4 && call.is(3, "REPLACE");
        if (call.count() == 4 && !flush && !replace && !call.is(3, "APPEND")) {
            call.reply().error("ERR Wrong restore policy given, value should be either FLUSH, APPEND or REPLACE.");
            return;
        }
        if (call.server().scripting().refusesLibrary(call)) {
            return;
        }
        String error;
        try {
            error = FunctionDump.restore(call.server().scripting().libraries(), call.address(2), call.length(2), flush, replace);
        } catch (OutOfMemoryError e) {
            error = "no memory for a script's interpreter: " + e.getMessage();
        }
        if (error != null) {
            call.reply().error("ERR " + error);
        } else {
            call.reply().ok();
        }
    }
}
