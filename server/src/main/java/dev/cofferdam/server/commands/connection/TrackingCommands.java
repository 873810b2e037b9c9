// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.commands.connection;

import static dev.cofferdam.server.command.Argument.integer;
import static dev.cofferdam.server.command.Argument.oneOf;
import static dev.cofferdam.server.command.Argument.string;
import static dev.cofferdam.server.command.Argument.token;
import static dev.cofferdam.server.command.Arity.atLeast;
import static dev.cofferdam.server.command.Arity.exactly;
import static dev.cofferdam.server.command.Flag.LOADING;
import static dev.cofferdam.server.command.Flag.NOSCRIPT;
import static dev.cofferdam.server.command.Flag.STALE;
import static dev.cofferdam.server.command.Memory.NEUTRAL;

import dev.cofferdam.memory.Mem;
import dev.cofferdam.server.client.Client;
import dev.cofferdam.server.command.Arity;
import dev.cofferdam.server.command.Call;
import dev.cofferdam.server.command.CommandBuilder;
import dev.cofferdam.server.command.CommandTable;
import dev.cofferdam.server.pubsub.Subscriptions;
import dev.cofferdam.server.pubsub.Tracker;
import dev.cofferdam.server.pubsub.Tracking;
import dev.cofferdam.server.pubsub.TrackingOptions;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** CLIENT TRACKING, CACHING, GETREDIR and TRACKINGINFO: caches that clients keep. */
final class TrackingCommands {
    private static final String SYNTAX_ERROR = "ERR syntax error";

    private TrackingCommands() {
    }

    static void declare(CommandTable table) {
        sub(table, "TRACKING", "Sets whether the server tells this connection what is out of date in its cache.", "6.0.0", atLeast(3))
            .arguments(oneOf(token("ON"), token("OFF")).named("status"), integer("client-id").after("REDIRECT").optional(),
                    string("prefix").after("PREFIX").multipleWithToken().optional(), token("BCAST").optional(), token("OPTIN").optional(),
                    token("OPTOUT").optional(), token("NOLOOP").optional())
            .handledBy(TrackingCommands::tracking);
        sub(table, "CACHING", "Says whether what the next command reads is cached.", "6.0.0", exactly(3))
            .arguments(oneOf(token("YES"), token("NO")).named("mode")).handledBy(TrackingCommands::caching);
        sub(table, "GETREDIR", "Answers which connection gets this one's messages about its cache.", "6.0.0", exactly(2))
            .handledBy(call -> call.reply().integer(redirection(call.client())));
        sub(table, "TRACKINGINFO", "Answers how this connection's cache is watched over.", "6.2.0", exactly(2))
            .handledBy(TrackingCommands::info);
    }

    private static CommandBuilder sub(CommandTable table, String name, String summary, String since, Arity arity) {
        return table.command("CLIENT|" + name).summary(summary).since(since)
            .complexity(name.equals("TRACKING") ? "O(N) for N prefixes" : "O(1)").arity(arity)
            .flags(NOSCRIPT, LOADING, STALE).memory(NEUTRAL);
    }

    private static long redirection(Client client) {
        Tracker tracker = client.tracker();
        return tracker == null ? -1 : tracker.targetId();
    }

    // ---------------------------------------------------------------- TRACKING

    private static void tracking(Call call) {
        Client target = null;
        boolean redirected = false;
        boolean broadcast = false;
        boolean optIn = false;
        boolean optOut = false;
        boolean noLoop = false;
        List<Integer> prefixes = new ArrayList<>();
        for (int i = 3; i < call.count(); i++) {
            boolean more = i + 1 < call.count();
            if (call.is(i, "REDIRECT") && more) {
                i++;
                if (redirected) {
                    call.reply().error("ERR A client can only redirect to a single other client");
                    return;
                }
                if (!call.parseLong(i)) {
                    return;
                }
                target = find(call, call.number);
                if (target == null) {
                    call.reply().error("ERR The client ID you want redirect to does not exist");
                    return;
                }
                redirected = true;
            } else if (call.is(i, "BCAST")) {
                broadcast = true;
            } else if (call.is(i, "OPTIN")) {
                optIn = true;
            } else if (call.is(i, "OPTOUT")) {
                optOut = true;
            } else if (call.is(i, "NOLOOP")) {
                noLoop = true;
            } else if (call.is(i, "PREFIX") && more) {
                prefixes.add(++i);
            } else {
                call.reply().error(SYNTAX_ERROR);
                return;
            }
        }
        if (call.is(2, "ON")) {
            on(call, target, new TrackingOptions(broadcast, optIn, optOut, noLoop), prefixes);
        } else if (call.is(2, "OFF")) {
            call.server().tracking().forget(call.client());
            call.reply().ok();
        } else {
            call.reply().error(SYNTAX_ERROR);
        }
    }

    private static @Nullable Client find(Call call, long id) {
        return id == call.client().id() ? call.client() : call.server().clients().find(id);
    }

    private static void on(Call call, @Nullable Client target, TrackingOptions options, List<Integer> prefixes) {
        String problem = conflict(call, options, prefixes);
        if (problem != null) {
            call.reply().error(problem);
            return;
        }
        Tracking tracking = call.server().tracking();
        boolean before = call.client().isTracking();
        boolean done = tracking.enable(call.client(), target, options);
        if (done && options.broadcast()) {
            done = addPrefixes(call, prefixes);
        }
        if (!done) {
            if (!before) {
                tracking.forget(call.client());
            }
            call.reply().error("ERR no memory for tracking: it uses " + tracking.memory().usedBytes() + " bytes, a quarter of what"
                    + " 'connections' may use is the most (" + tracking.memory().maxBytes() + "), and " + Tracking.PREFIXES_MAX
                    + " prefixes in all");
            return;
        }
        call.reply().ok();
    }

    private static boolean addPrefixes(Call call, List<Integer> prefixes) {
        Tracking tracking = call.server().tracking();
        if (prefixes.isEmpty()) {
            return tracking.addPrefix(call.client(), call.address(0), 0);
        }
        boolean done = true;
        for (int argument : prefixes) {
            done &= tracking.addPrefix(call.client(), call.address(argument), call.length(argument));
        }
        return done;
    }

    /** What does not go together, among the options and with those said before; null when all is well. */
    private static @Nullable String conflict(Call call, TrackingOptions options, List<Integer> prefixes) {
        Tracker tracker = call.client().tracker();
        if (!options.broadcast() && !prefixes.isEmpty()) {
            return "ERR PREFIX option requires BCAST mode to be enabled";
        }
        if (tracker != null && tracker.isBroadcast() != options.broadcast()) {
            return "ERR You can't switch BCAST mode on/off before disabling tracking for this client, and then re-enabling it with a"
                    + " different mode.";
        }
        if (options.broadcast() && (options.optIn() || options.optOut())) {
            return "ERR OPTIN and OPTOUT are not compatible with BCAST";
        }
        if (options.optIn() && options.optOut()) {
            return "ERR You can't specify both OPTIN mode and OPTOUT mode";
        }
        if (tracker != null && (options.optIn() && tracker.isOptOut() || options.optOut() && tracker.isOptIn())) {
            return "ERR You can't switch OPTIN/OPTOUT mode before disabling tracking for this client, and then re-enabling it with a"
                    + " different mode.";
        }
        return options.broadcast() ? overlap(call, prefixes) : null;
    }

    private static @Nullable String overlap(Call call, List<Integer> prefixes) {
        long[] known = Tracking.prefixesOf(call.client());
        for (int i = 0; i < prefixes.size(); i++) {
            int argument = prefixes.get(i);
            for (long name : known) {
                if (overlap(Subscriptions.address(name), Subscriptions.length(name), call.address(argument), call.length(argument))) {
                    return overlaps(call.text(argument), "an existing prefix", text(name));
                }
            }
            for (int other : prefixes.subList(i + 1, prefixes.size())) {
                if (overlap(call.address(argument), call.length(argument), call.address(other), call.length(other))) {
                    return overlaps(call.text(argument), "another provided prefix", call.text(other));
                }
            }
        }
        return null;
    }

    private static String overlaps(String prefix, String what, String other) {
        return "ERR Prefix '" + prefix + "' overlaps with " + what + " '" + other + "'. Prefixes for a single client must not overlap.";
    }

    private static boolean overlap(long a, int aLength, long b, int bLength) {
        return Mem.equal(a, b, Math.min(aLength, bLength));
    }

    private static String text(long name) {
        return new String(Mem.bytes(Subscriptions.address(name), Subscriptions.length(name)),
                java.nio.charset.StandardCharsets.ISO_8859_1);
    }

    // ---------------------------------------------------------------- CACHING and TRACKINGINFO

    private static void caching(Call call) {
        Tracker tracker = call.client().tracker();
        if (tracker == null) {
            call.reply()
                .error("ERR CLIENT CACHING can be called only when the client is in tracking mode with OPTIN or OPTOUT mode enabled");
            return;
        }
        boolean yes = call.is(2, "YES");
        if (!yes && !call.is(2, "NO")) {
            call.reply().error(SYNTAX_ERROR);
        } else if (yes && !tracker.isOptIn()) {
            call.reply().error("ERR CLIENT CACHING YES is only valid when tracking is enabled in OPTIN mode.");
        } else if (!yes && !tracker.isOptOut()) {
            call.reply().error("ERR CLIENT CACHING NO is only valid when tracking is enabled in OPTOUT mode.");
        } else {
            tracker.setCaching();
            call.reply().ok();
        }
    }

    private static void info(Call call) {
        List<String> flags = flags(call.client().tracker());
        call.reply().map(3);
        call.reply().bulk("flags");
        call.reply().set(flags.size());
        for (String flag : flags) {
            call.reply().bulk(flag);
        }
        call.reply().bulk("redirect");
        call.reply().integer(redirection(call.client()));
        call.reply().bulk("prefixes");
        long[] prefixes = Tracking.prefixesOf(call.client());
        call.reply().array(prefixes.length);
        for (long prefix : prefixes) {
            call.reply().bulk(Subscriptions.address(prefix), Subscriptions.length(prefix));
        }
    }

    private static List<String> flags(@Nullable Tracker tracker) {
        List<String> flags = new ArrayList<>();
        if (tracker == null) {
            flags.add("off");
            return flags;
        }
        flags.add("on");
        addIf(flags, tracker.isBroadcast(), "bcast");
        addIf(flags, tracker.isOptIn(), "optin");
        addIf(flags, tracker.isOptIn() && tracker.isCaching(), "caching-yes");
        addIf(flags, tracker.isOptOut(), "optout");
        addIf(flags, tracker.isOptOut() && tracker.isCaching(), "caching-no");
        addIf(flags, tracker.isNoLoop(), "noloop");
        addIf(flags, tracker.isBroken(), "broken_redirect");
        return flags;
    }

    private static void addIf(List<String> flags, boolean condition, String flag) {
        if (condition) {
            flags.add(flag);
        }
    }
}
