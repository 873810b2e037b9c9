// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.commands.generic;

import static dev.cofferdam.server.command.Argument.key;
import static dev.cofferdam.server.command.Arity.exactly;
import static dev.cofferdam.server.command.Flag.LOADING;
import static dev.cofferdam.server.command.Flag.READONLY;
import static dev.cofferdam.server.command.Flag.STALE;
import static dev.cofferdam.server.command.KeyUse.INSPECTS;
import static dev.cofferdam.server.command.Memory.NEUTRAL;

import dev.cofferdam.keyspace.BlockKind;
import dev.cofferdam.keyspace.FullPolicy;
import dev.cofferdam.keyspace.HashValues;
import dev.cofferdam.keyspace.Key;
import dev.cofferdam.keyspace.SortedSetValues;
import dev.cofferdam.keyspace.StringValues;
import dev.cofferdam.server.command.Call;
import dev.cofferdam.server.command.CommandTable;
import dev.cofferdam.server.command.Handler;
import dev.cofferdam.server.command.KeySpec;

/** OBJECT: how a value is kept, in the words of Redis 7.0, which test suites and dashboards look for. */
public final class ObjectCommands {
    /** Longest string that Redis keeps inside its object. */
    private static final long EMBEDDED_MAX_BYTES = 44;
    private static final long SHARED_INTEGERS = 10_000;
    private static final String[] HELP = {"OBJECT ENCODING <key>: the form in which the value is kept",
        "OBJECT FREQ <key>: how often it was used lately, in a compartment that evicts by use",
        "OBJECT IDLETIME <key>: seconds since its last use, in a compartment that protects what is in use",
        "OBJECT REFCOUNT <key>: 1, and 2147483647 for integers that Redis shares", "OBJECT HELP: these lines"};

    private ObjectCommands() {
    }

    static void declare(CommandTable table) {
        table.command("OBJECT").summary("Tells how the value of a key is kept.").since("2.2.3").complexity("Depends on subcommand.")
            .container();
        sub(table, "ENCODING", "2.2.3", "Names the form in which a value is kept.",
                call -> call.reply().bulk(encoding(call.peek(2))));
        sub(table, "REFCOUNT", "2.2.3", "Counts who refers to a value: one, or the number that Redis has for its shared small integers.",
                call -> call.reply().integer(references(call, call.peek(2))));
        sub(table, "IDLETIME", "2.2.3", "Returns for how many seconds a key was not used, as far as its compartment keeps that.",
                ObjectCommands::idleTime);
        sub(table, "FREQ", "4.0.0", "Returns how often a key was used lately, as far as its compartment keeps that.",
                ObjectCommands::frequency);
        table.command("OBJECT|HELP").summary("Lists the subcommands.").since("6.2.0").complexity("O(1)").arity(exactly(2))
            .flags(LOADING, STALE)
            .memory(NEUTRAL).handledBy(ObjectCommands::help);
    }

    private static void sub(CommandTable table, String name, String since, String summary, Handler whenThere) {
        table.command("OBJECT|" + name).summary(summary).since(since).complexity("O(1)").arity(exactly(3)).flags(READONLY).memory(NEUTRAL)
            .keys(KeySpec.key(2, INSPECTS)).arguments(key("key")).tips("nondeterministic_output").handledBy(call -> {
                if (call.peek(2).exists()) {
                    whenThere.run(call);
                } else {
                    call.reply().nil();
                }
            });
    }

    /** A list has one form in Redis 7.0, and a set has no packed form but that of integers. */
    public static String encoding(Key key) {
        return switch (key.kind()) {
            case BlockKind.STRING_INT -> "int";
            case BlockKind.STRING_RAW -> key.valueLength() <= EMBEDDED_MAX_BYTES ? "embstr" : "raw";
            case BlockKind.LIST_PACKED, BlockKind.LIST_LARGE -> "quicklist";
            case BlockKind.HASH_PACKED, BlockKind.HASH_LARGE -> HashValues.isListpack(key) ? "listpack" : "hashtable";
            case BlockKind.SET_INTS -> "intset";
            case BlockKind.ZSET_PACKED, BlockKind.ZSET_LARGE -> SortedSetValues.isSkiplist(key) ? "skiplist" : "listpack";
            case BlockKind.STREAM -> "stream";
            default -> "hashtable";
        };
    }

    /**
     * Nothing is shared here; test suites look at this number to see that small integers cost nothing of their own, which is true here too. Redis shares none
     * under policies of last or frequent use.
     */
    public static long references(Call call, Key key) {
        boolean shared = call.server().settings().sharesIntegers() && StringValues.isInteger(key) && StringValues.integer(key) >= 0
                && StringValues.integer(key) < SHARED_INTEGERS;
        return shared ? Integer.MAX_VALUE : 1;
    }

    private static void idleTime(Call call) {
        Key key = call.peek(2);
        FullPolicy full = key.compartment().full();
        if (full.evicts() && full.protectMillis() == 0) {
            call.reply()
                .error("ERR An LFU maxmemory policy is selected, idle time not tracked. Please note that when switching between policies"
                        + " at runtime LRU and LFU data will take some time to adjust.");
            return;
        }
        call.reply().integer(key.compartment().idleMillis(key) / 1000);
    }

    private static void frequency(Call call) {
        Key key = call.peek(2);
        FullPolicy full = key.compartment().full();
        if (!full.evicts() || full.protectMillis() > 0) {
            call.reply()
                .error("ERR An LFU maxmemory policy is not selected, access frequency not tracked. Please note that when switching between"
                        + " policies at runtime LRU and LFU data will take some time to adjust.");
            return;
        }
        call.reply().integer(key.compartment().frequency(key));
    }

    private static void help(Call call) {
        call.reply().array(HELP.length);
        for (String line : HELP) {
            call.reply().simple(line);
        }
    }
}
