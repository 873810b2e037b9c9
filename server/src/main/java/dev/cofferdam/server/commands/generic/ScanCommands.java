// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.commands.generic;

import static dev.cofferdam.server.command.Argument.integer;
import static dev.cofferdam.server.command.Argument.pattern;
import static dev.cofferdam.server.command.Argument.string;
import static dev.cofferdam.server.command.Arity.atLeast;
import static dev.cofferdam.server.command.Arity.exactly;
import static dev.cofferdam.server.command.Flag.READONLY;
import static dev.cofferdam.server.command.Memory.NEUTRAL;

import dev.cofferdam.keyspace.Compartment;
import dev.cofferdam.keyspace.Keyspace;
import dev.cofferdam.server.command.Call;
import dev.cofferdam.server.command.CommandTable;
import dev.cofferdam.server.command.ScanArguments;

/** SCAN, KEYS, RANDOMKEY: which keys there are. */
final class ScanCommands {
    private static final long COUNT_DEFAULT = 10;
    /** Buckets one SCAN looks at most for each key it was asked for: what bounds a call on a sparse table. */
    private static final int BUCKETS_PER_COUNT = 10;
    private static final int RANDOM_TRIES = 100;

    private ScanCommands() {
    }

    static void declare(CommandTable table) {
        table.command("SCAN").summary("Walks the keys of the database a few at a time.").since("2.8.0")
            .complexity("O(1) for every call, O(N) for a whole walk").arity(atLeast(2)).flags(READONLY).memory(NEUTRAL).wholeKeyspace()
            .arguments(integer("cursor"), pattern("pattern").after("MATCH").optional(), integer("count").after("COUNT").optional(),
                    string("type").after("TYPE").since("6.0.0").optional())
            .tips("nondeterministic_output", "request_policy:special").history("6.0.0", "Has TYPE.").handledBy(ScanCommands::scan);
        table.command("KEYS").summary("Returns all keys of the database that match a pattern.").since("1.0.0")
            .complexity("O(N) where N is the number of keys").arity(exactly(2)).flags(READONLY).memory(NEUTRAL)
            .arguments(pattern("pattern"))
            .tips("request_policy:all_shards", "nondeterministic_output_order").visitsEachCompartment(1, ScanCommands::keys);
        table.command("RANDOMKEY").summary("Returns some key of the database.").since("1.0.0").complexity("O(1)").arity(exactly(1))
            .flags(READONLY).memory(NEUTRAL).wholeKeyspace().tips("request_policy:all_shards", "nondeterministic_output")
            .handledBy(ScanCommands::randomKey);
    }

    private static void scan(Call call) {
        if (!ScanArguments.isCursor(call, 1)) {
            return;
        }
        // Redis gives what it does not know a start; ours are never negative.
        long cursor = ScanArguments.cursor(call, 1) & Long.MAX_VALUE;
        long wanted = COUNT_DEFAULT;
        KeyFilter filter = new KeyFilter(call.client().database(), call.nowMillis());
        for (int i = 2; i < call.count(); i += 2) {
            if (i + 1 == call.count()) {
                call.reply().error("ERR syntax error");
                return;
            }
            if (call.is(i, "COUNT")) {
                if (!call.parseLong(i + 1)) {
                    return;
                }
                wanted = call.number;
                if (wanted < 1) {
                    call.reply().error("ERR syntax error");
                    return;
                }
            } else if (call.is(i, "MATCH")) {
                filter.match(call.address(i + 1), call.length(i + 1));
            } else if (call.is(i, "TYPE")) {
                filter.type(call.text(i + 1));
            } else {
                call.reply().error("ERR syntax error");
                return;
            }
        }
        if (call.heavy(Math.min(wanted, call.server().keyspace().keyCount(filter.database())))) {
            return;
        }
        reply(call, cursor, wanted, filter);
    }

    /** Matches are counted in a first pass over the same buckets and written in a second: nothing is collected. */
    private static void reply(Call call, long cursor, long wanted, KeyFilter filter) {
        Keyspace keyspace = call.server().keyspace();
        long buckets = wanted > Long.MAX_VALUE / BUCKETS_PER_COUNT ? Long.MAX_VALUE : wanted * BUCKETS_PER_COUNT;
        long next = cursor;
        long steps = 0;
        do {
            next = keyspace.scan(next, filter);
            steps++;
        } while (next != 0 && steps < buckets && filter.visited() < wanted);
        call.reply().array(2);
        call.reply().bulkLong(next);
        call.reply().array(filter.matched());
        filter.writeTo(call.reply());
        long at = cursor;
        for (long i = 0; i < steps; i++) {
            at = keyspace.scan(at, filter);
        }
        filter.expire(keyspace);
    }

    private static long keys(Call call, Compartment compartment, boolean write) {
        KeyFilter filter = new KeyFilter(call.client().database(), call.nowMillis());
        filter.match(call.address(1), call.length(1));
        if (write) {
            filter.writeTo(call.reply());
        }
        compartment.keys().each(filter);
        return filter.matched();
    }

    /** Compartments have their chance by their keys; where all of one's turn out to be past their time, the next is asked. */
    private static void randomKey(Call call) {
        Keyspace keyspace = call.server().keyspace();
        KeyFilter filter = new KeyFilter(call.client().database(), call.nowMillis());
        int first = randomCompartment(call, keyspace);
        for (int i = 0; i < keyspace.compartmentCount(); i++) {
            long entry = random(call, keyspace.compartment((first + i) % keyspace.compartmentCount()), filter);
            if (entry != 0) {
                filter.write(call.reply(), entry);
                return;
            }
        }
        call.reply().nil();
    }

    private static int randomCompartment(Call call, Keyspace keyspace) {
        int database = call.client().database();
        long wanted = Math.floorMod(call.random().nextLong(), Math.max(1, keyspace.keyCount(database)));
        int home = 0;
        while (home < keyspace.compartmentCount() - 1 && wanted >= keyspace.compartment(home).keyCount(database)) {
            wanted -= keyspace.compartment(home).keyCount(database);
            home++;
        }
        return home;
    }

    /** A key that is of the database and not past its time: by luck, else the first that is found. */
    private static long random(Call call, Compartment compartment, KeyFilter filter) {
        for (int tries = 0; tries < RANDOM_TRIES && compartment.keyCount(filter.database()) > 0; tries++) {
            long entry = compartment.keys().random(call.random().nextLong(), call.random().nextInt());
            if (entry != 0 && filter.accepts(entry)) {
                return entry;
            }
            if (entry != 0 && filter.isPast(entry)) {
                filter.expire(call.server().keyspace(), entry);
            }
        }
        long cursor = 0;
        while (compartment.keyCount(filter.database()) > 0 && filter.firstMatch() == 0) {
            cursor = compartment.keys().scan(cursor, filter);
            if (cursor == 0) {
                break;
            }
        }
        return filter.firstMatch();
    }
}
