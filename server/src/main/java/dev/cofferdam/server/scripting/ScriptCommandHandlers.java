// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.scripting;

import dev.cofferdam.server.command.Call;
import dev.cofferdam.server.command.Flag;

/** EVAL, EVALSHA, FCALL and SCRIPT ...: what they check and find before anything runs. Stateless; the event loop, or the lane of a script. */
public final class ScriptCommandHandlers {
    private static final String NO_SCRIPT = "NOSCRIPT No matching script. Please use EVAL.";

    private ScriptCommandHandlers() {
    }

    /** EVAL and EVAL_RO. */
    public static void eval(Call call) {
        Scripting scripting = call.server().scripting();
        if (call.isInLane() && runInLane(scripting, call)) {
            return;
        }
        if (!checkKeys(call, "ERR value is not an integer or out of range")) {
            return;
        }
        Script script = scripting.scripts().bySource(call.address(1), call.length(1));
        if (script == null) {
            script = add(scripting, call, 1, false);
            if (script == null) {
                return;
            }
        }
        scripting.run(call, script, (int) call.number, isReadOnly(call));
    }

    /** EVALSHA and EVALSHA_RO. */
    public static void evalSha(Call call) {
        Scripting scripting = call.server().scripting();
        if (call.isInLane() && runInLane(scripting, call)) {
            return;
        }
        if (call.length(1) != ShaKey.HEX_BYTES) {
            call.reply().error(NO_SCRIPT);
            return;
        }
        if (!checkKeys(call, "ERR value is not an integer or out of range")) {
            return;
        }
        Script script = scripting.scripts().bySha(call.address(1), call.length(1));
        if (script == null) {
            call.reply().error(NO_SCRIPT);
            return;
        }
        scripting.run(call, script, (int) call.number, isReadOnly(call));
    }

    /** FCALL and FCALL_RO. */
    public static void fcall(Call call) {
        Scripting scripting = call.server().scripting();
        if (call.isInLane() && runInLane(scripting, call)) {
            return;
        }
        LibraryFunction function = scripting.libraries().function(call.text(1));
        if (function == null) {
            call.reply().error("ERR Function not found");
            return;
        }
        if (!checkKeys(call, "ERR Bad number of keys provided")) {
            return;
        }
        scripting.run(call, function, (int) call.number, isReadOnly(call));
    }

    private static boolean isReadOnly(Call call) {
        return call.command().has(Flag.READONLY);
    }

    /** Runs what the loop found before it handed over; false when there is none, in a server without lanes. */
    private static boolean runInLane(Scripting scripting, Call call) {
        Source source = scripting.takeForLane(call);
        if (source == null) {
            return false;
        }
        scripting.run(call, source, (int) call.longOr(2, 0), isReadOnly(call));
        return true;
    }

    /** Sets the call's number to that of the keys; replies what is wrong with it. */
    private static boolean checkKeys(Call call, String noNumber) {
        if (!call.parseLong(2, noNumber)) {
            return false;
        }
        if (call.number > call.count() - 3) {
            call.reply().error("ERR Number of keys can't be greater than number of args");
            return false;
        }
        if (call.number < 0) {
            call.reply().error("ERR Number of keys can't be negative");
            return false;
        }
        return true;
    }

    /** Keeps a new script; replies what is wrong with it. */
    private static @org.jspecify.annotations.Nullable Script add(Scripting scripting, Call call, int argument, boolean loaded) {
        Shebang shebang = Shebang.of(call.address(argument), call.length(argument));
        if (shebang.error() != null) {
            call.reply().error("ERR " + shebang.error());
            return null;
        }
        Script script = scripting.scripts().add(call.address(argument), call.length(argument), shebang, loaded);
        if (script == null) {
            call.reply().error("ERR no room for another script: 'scripts' uses " + scripting.account().usedBytes() + " of "
                    + scripting.account().maxBytes() + " bytes for " + scripting.scriptCount() + " scripts; SCRIPT FLUSH forgets them");
        }
        return script;
    }

    // ---------------------------------------------------------------- SCRIPT

    public static void load(Call call) {
        Scripting scripting = call.server().scripting();
        Script script = scripting.scripts().bySource(call.address(2), call.length(2));
        if (script == null) {
            script = add(scripting, call, 2, true);
            if (script == null) {
                return;
            }
            String error;
            try {
                error = scripting.compile(script);
            } catch (OutOfMemoryError e) {
                error = "ERR no memory for a script's interpreter: " + e.getMessage();
            }
            if (error != null) {
                scripting.scripts().remove(script);
                call.reply().error(error);
                return;
            }
        }
        scripting.scripts().keep(script);
        call.reply().bulk(script.name());
    }

    public static void exists(Call call) {
        call.reply().array(call.count() - 2L);
        for (int i = 2; i < call.count(); i++) {
            call.reply().integer(call.server().scripting().scripts().bySha(call.address(i), call.length(i)) != null ? 1 : 0);
        }
    }

    public static void flush(Call call) {
        if (call.count() > 3 || call.count() == 3 && !call.is(2, "SYNC") && !call.is(2, "ASYNC")) {
            call.reply().error("ERR SCRIPT FLUSH only support SYNC|ASYNC option");
            return;
        }
        call.server().scripting().scripts().clear();
        call.reply().ok();
    }

    public static void kill(Call call) {
        String error = call.server().scripting().kill(true);
        if (error == null) {
            call.reply().ok();
        } else {
            call.reply().error(error);
        }
    }

    /** The debugger of redis-cli --ldb is not there; saying so is better than accepting it. */
    public static void debug(Call call) {
        if (call.is(2, "NO")) {
            call.reply().ok();
        } else if (call.is(2, "YES") || call.is(2, "SYNC")) {
            call.reply().error("ERR SCRIPT DEBUG is not supported: Cofferdam has no script debugger");
        } else {
            call.reply().error("ERR Use SCRIPT DEBUG YES/SYNC/NO");
        }
    }
}
