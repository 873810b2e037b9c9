// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.commands.sets;

import static dev.cofferdam.server.command.Argument.key;
import static dev.cofferdam.server.command.Arity.atLeast;
import static dev.cofferdam.server.command.Flag.WRITE;
import static dev.cofferdam.server.command.KeyUse.OVERWRITES;
import static dev.cofferdam.server.command.KeyUse.READS;
import static dev.cofferdam.server.command.KeyUse.UPDATES;
import static dev.cofferdam.server.command.Memory.GROWS;

import dev.cofferdam.keyspace.Key;
import dev.cofferdam.keyspace.SetValues;
import dev.cofferdam.server.command.Call;
import dev.cofferdam.server.command.CommandTable;
import dev.cofferdam.server.command.KeySpec;
import dev.cofferdam.server.command.KeyUse;
import dev.cofferdam.server.command.ValueType;
import dev.cofferdam.server.commands.sets.SetAlgebra.Operation;

/**
 * SINTERSTORE, SUNIONSTORE and SDIFFSTORE. The result is built beside what the destination holds, which may be one of the sources, and put in its place
 * when it is complete. It is admitted by the most it can be.
 */
final class SetStoreCommands {
    private SetStoreCommands() {
    }

    static void declare(CommandTable table) {
        declare(table, "SINTERSTORE", "Stores the members that all the sets have.", "O(N*M) for M sets, the smallest of N members",
                Operation.INTERSECTION, UPDATES);
        declare(table, "SUNIONSTORE", "Stores the members that any of the sets has.", "O(N) for N members of all sets together",
                Operation.UNION, OVERWRITES);
        declare(table, "SDIFFSTORE", "Stores the members of the first set that none of the others has.",
                "O(N) for N members of all sets together", Operation.DIFFERENCE, OVERWRITES);
    }

    private static void declare(CommandTable table, String name, String summary, String complexity, Operation operation, KeyUse use) {
        String event = name.toLowerCase(java.util.Locale.ROOT);
        table.command(name).summary(summary).since("1.0.0").complexity(complexity).arity(atLeast(3)).flags(WRITE).memory(GROWS)
            .keys(KeySpec.key(1, use), KeySpec.keys(2, -1, 1, READS)).arguments(key("destination"), key("key").multiple())
            .bound(call -> bound(call, operation)).handledBy(call -> store(call, operation, event));
    }

    /** Bytes of the largest result the sources allow. */
    private static long bound(Call call, Operation operation) {
        long bytes = operation == Operation.INTERSECTION ? Long.MAX_VALUE : 0;
        for (int i = 2; i < call.count(); i++) {
            Key source = call.eachPeek(i);
            boolean isSet = source.exists() && ValueType.of(source.kind()) == ValueType.SET;
            long members = isSet ? SetValues.membersBound(source) : 0;
            switch (operation) {
                case INTERSECTION -> bytes = Math.min(bytes, members);
                case UNION -> bytes += members;
                case DIFFERENCE -> bytes += i == 2 ? members : 0;
            }
        }
        return bytes == 0 ? 0 : bytes + SetValues.createBound(call.length(1));
    }

    private static void store(Call call, Operation operation, String event) {
        SetAlgebra algebra = SetAlgebra.of(call, operation, 2, call.count() - 2);
        if (algebra == null || call.heavy(algebra.work())) {
            return;
        }
        Key destination = call.key(1);
        SetValues values = SetFamily.values(destination);
        long count = 0;
        while (algebra.next()) {
            if (count == 0) {
                values.createBeside(destination, algebra.member().address, algebra.member().length);
            } else {
                values.add(destination, algebra.member().address, algebra.member().length);
            }
            count++;
        }
        if (count > 0) {
            destination.compartment().adopt(destination);
            call.changed(destination, event);
        } else if (destination.exists()) {
            destination.compartment().delete(destination);
            call.changed(destination, "del");
        }
        call.reply().integer(count);
    }
}
