// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.commands.admin;

import static dev.cofferdam.server.command.Argument.integer;
import static dev.cofferdam.server.command.Argument.key;
import static dev.cofferdam.server.command.Arity.atLeast;
import static dev.cofferdam.server.command.Arity.exactly;
import static dev.cofferdam.server.command.Flag.READONLY;
import static dev.cofferdam.server.command.KeyUse.INSPECTS;
import static dev.cofferdam.server.command.Memory.NEUTRAL;

import dev.cofferdam.keyspace.BlockKind;
import dev.cofferdam.keyspace.BlockLayout;
import dev.cofferdam.keyspace.Compartment;
import dev.cofferdam.keyspace.HashValues;
import dev.cofferdam.keyspace.Key;
import dev.cofferdam.keyspace.SetValues;
import dev.cofferdam.keyspace.SortedSetValues;
import dev.cofferdam.keyspace.StreamValues;
import dev.cofferdam.memory.Account;
import dev.cofferdam.resp.ReplyWriter;
import dev.cofferdam.server.Server;
import dev.cofferdam.server.command.Call;
import dev.cofferdam.server.command.CommandTable;
import dev.cofferdam.server.command.KeySpec;
import dev.cofferdam.server.config.Sizes;
import dev.cofferdam.server.metrics.ProcessFigures;
import java.util.ArrayList;
import java.util.List;

/** MEMORY: where the bytes are. */
public final class MemoryCommands {
    /** A slot of the index and its share of the bucket. */
    private static final long INDEX_BYTES_PER_KEY = 12;
    /** From this share of its budget on DOCTOR speaks of a compartment, in percent. */
    private static final int NEARLY_FULL_PERCENT = 90;

    private MemoryCommands() {
    }

    public static void declare(CommandTable table) {
        table.group("server");
        table.command("MEMORY").summary("Commands about memory.").since("4.0.0").complexity("Depends on subcommand.").arity(atLeast(2))
            .memory(NEUTRAL).container();
        table.command("MEMORY|DOCTOR").summary("Says in words what is wrong with memory.").since("4.0.0").complexity("O(1)")
            .arity(exactly(2)).memory(NEUTRAL)
            .tips("nondeterministic_output", "request_policy:all_shards", "response_policy:special").handledBy(MemoryCommands::doctor);
        table.command("MEMORY|MALLOC-STATS").summary("Shows the accounts of the arena.").since("4.0.0").complexity("O(1)").arity(exactly(2))
            .memory(NEUTRAL)
            .tips("nondeterministic_output", "request_policy:all_shards", "response_policy:special").handledBy(MemoryCommands::accounts);
        table.command("MEMORY|PURGE").summary("Gives free pages back to the system.").since("4.0.0")
            .complexity("O(N) where N is the number of free pages")
            .arity(exactly(2)).memory(NEUTRAL).tips("request_policy:all_shards", "response_policy:all_succeeded").handledBy(call -> {
                call.server().arena().decommitFreeBytes(Long.MAX_VALUE);
                call.reply().ok();
            });
        table.command("MEMORY|STATS").summary("Shows figures about memory.").since("4.0.0").complexity("O(1)").arity(exactly(2))
            .memory(NEUTRAL)
            .tips("nondeterministic_output", "request_policy:all_shards", "response_policy:special").handledBy(MemoryCommands::statistics);
        table.command("MEMORY|USAGE").summary("Says how many bytes a key and its value take.").since("4.0.0").complexity("O(1)")
            .arity(atLeast(3)).flags(READONLY)
            .memory(NEUTRAL).keys(KeySpec.key(2, INSPECTS)).arguments(key("key"), integer("count").after("SAMPLES").optional())
            .handledBy(MemoryCommands::usage);
        HelpText.declare(table, "MEMORY", "4.0.0", "DOCTOR", "    Return memory problems reports.", "MALLOC-STATS",
                "    Return internal statistics report from the memory allocator.", "PURGE",
                "    Attempt to purge dirty pages for reclamation by the allocator.", "STATS",
                "    Return information about the memory usage of the server.",
                "USAGE <key> [SAMPLES <count>]", "    Return memory in bytes used by <key> and its value. Nested values are",
                "    sampled up to <count> times (default: 5, 0 means sample all).");
    }

    private static void usage(Call call) {
        if (call.count() != 3 && (call.count() != 5 || !call.is(3, "SAMPLES"))) {
            call.reply().error("ERR syntax error");
            return;
        }
        if (call.count() == 5) {
            if (!call.parseLong(4)) {
                return;
            }
            if (call.number < 0) {
                call.reply().error("ERR syntax error");
                return;
            }
        }
        Key key = call.peek(2);
        if (key.entry == 0) {
            call.reply().nil();
        } else {
            call.reply().integer(valueBytes(key) + INDEX_BYTES_PER_KEY);
        }
    }

    private static long valueBytes(Key key) {
        return switch (key.kind()) {
            case BlockKind.HASH_LARGE -> HashValues.memoryBytes(key);
            case BlockKind.SET_LARGE -> SetValues.memoryBytes(key);
            case BlockKind.STREAM -> StreamValues.memoryBytes(key);
            case BlockKind.ZSET_LARGE -> SortedSetValues.memoryBytes(key);
            default -> BlockLayout.bytes(key.entry);
        };
    }

    private static void statistics(Call call) {
        Server server = call.server();
        List<Account> accounts = server.arena().accounts();
        long used = server.arena().ownedBytes();
        long peak = Math.max(used, server.arena().peakOwnedBytes());
        long live = 0;
        long keys = 0;
        for (int i = 0; i < server.keyspace().compartmentCount(); i++) {
            live += server.keyspace().compartment(i).liveBytes();
            keys += server.keyspace().compartment(i).keyCount();
        }
        long resident = ProcessFigures.residentBytes();
        ReplyWriter reply = call.reply();
        reply.map(14 + accounts.size());
        number(reply, "peak.allocated", peak);
        number(reply, "total.allocated", used);
        number(reply, "startup.allocated", 0);
        number(reply, "replication.backlog", 0);
        number(reply, "clients.slaves", 0);
        number(reply, "clients.normal", server.connections().usedBytes());
        number(reply, "overhead.total", used - live);
        number(reply, "keys.count", keys);
        number(reply, "keys.bytes-per-key", keys == 0 ? 0 : used / keys);
        number(reply, "dataset.bytes", live);
        real(reply, "dataset.percentage", used == 0 ? 0 : 100.0 * live / used);
        real(reply, "peak.percentage", peak == 0 ? 0 : 100.0 * used / peak);
        real(reply, "fragmentation", used == 0 ? 0 : (double) resident / used);
        number(reply, "fragmentation.bytes", resident - used);
        for (Account account : accounts) {
            number(reply, "compartment." + account.name(), account.usedBytes());
        }
    }

    private static void number(ReplyWriter reply, String name, long value) {
        reply.bulk(name);
        reply.integer(value);
    }

    private static void real(ReplyWriter reply, String name, double value) {
        reply.bulk(name);
        reply.real(value);
    }

    private static void doctor(Call call) {
        List<String> findings = new ArrayList<>();
        for (Account account : call.server().arena().accounts()) {
            if (account.usedBytes() > account.maxBytes()) {
                findings.add(" * '" + account.name() + "' is " + Sizes.readable(account.usedBytes() - account.maxBytes())
                        + " over its max, which was lowered: what grows is refused until it is below.");
            } else if (account.usedBytes() * 100 >= account.maxBytes() * NEARLY_FULL_PERCENT) {
                findings.add(" * '" + account.name() + "' has " + Sizes.readable(account.usedBytes()) + " of its "
                        + Sizes.readable(account.maxBytes())
                        + (evicts(call, account)
                                ? ": it evicts."
                                : ": at the end it refuses what grows. Delete, or raise it: COMPARTMENT SET " + account.name()
                                        + " max <size>."));
            }
        }
        call.reply().verbatim("txt", findings.isEmpty()
                ? "No compartment is above " + NEARLY_FULL_PERCENT
                        + " % of its budget. There is no fragmentation to look for: the cleaner compacts all the time.\n"
                : "Compartments to look at:\n\n" + String.join("\n", findings) + "\n");
    }

    private static boolean evicts(Call call, Account account) {
        for (int i = 0; i < call.server().keyspace().compartmentCount(); i++) {
            Compartment compartment = call.server().keyspace().compartment(i);
            if (compartment.account() == account) {
                return compartment.full().evicts();
            }
        }
        return false;
    }

    private static void accounts(Call call) {
        StringBuilder text = new StringBuilder();
        for (Account account : call.server().arena().accounts()) {
            text.append(account.name()).append(": used ").append(account.usedBytes()).append(", reserve ").append(account.reserveBytes())
                .append(", max ")
                .append(account.maxBytes()).append(", peak ").append(account.peakBytes()).append(", refused ").append(account.refusals())
                .append('\n');
        }
        text.append("arena: owned ").append(call.server().arena().ownedBytes()).append(", committed ")
            .append(call.server().arena().committedBytes())
            .append(", max ").append(call.server().arena().maxBytes()).append(", pages of ").append(call.server().arena().pageBytes())
            .append('\n');
        call.reply().verbatim("txt", text.toString());
    }
}
