// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.commands.sets;

import static dev.cofferdam.server.command.Argument.integer;
import static dev.cofferdam.server.command.Argument.key;
import static dev.cofferdam.server.command.Arity.atLeast;
import static dev.cofferdam.server.command.Flag.MOVABLEKEYS;
import static dev.cofferdam.server.command.Flag.READONLY;
import static dev.cofferdam.server.command.KeyUse.READS;
import static dev.cofferdam.server.command.Memory.NEUTRAL;

import dev.cofferdam.resp.ReplyWriter;
import dev.cofferdam.server.command.Call;
import dev.cofferdam.server.command.CommandTable;
import dev.cofferdam.server.command.KeySpec;
import dev.cofferdam.server.commands.sets.SetAlgebra.Operation;

/** SINTER, SUNION, SDIFF and SINTERCARD: results that are replied and not kept. */
final class SetAlgebraCommands {
    private SetAlgebraCommands() {
    }

    static void declare(CommandTable table) {
        declare(table, "SINTER", "Returns the members that all the sets have.", "O(N*M) for M sets, the smallest of N members",
                Operation.INTERSECTION);
        declare(table, "SUNION", "Returns the members that any of the sets has.", "O(N) for N members of all sets together",
                Operation.UNION);
        declare(table, "SDIFF", "Returns the members of the first set that none of the others has.",
                "O(N) for N members of all sets together", Operation.DIFFERENCE);
        table.command("SINTERCARD").summary("Returns how many members all the sets have in common.").since("7.0.0")
            .complexity("O(N*M) for M sets, the smallest of N members").arity(atLeast(3)).flags(READONLY, MOVABLEKEYS).memory(NEUTRAL)
            .keys(KeySpec.numkeys(1, READS))
            .arguments(integer("numkeys"), key("key").multiple(), integer("limit").after("LIMIT").optional())
            .handledBy(SetAlgebraCommands::sintercard);
    }

    private static void declare(CommandTable table, String name, String summary, String complexity, Operation operation) {
        table.command(name).summary(summary).since("1.0.0").complexity(complexity).arity(atLeast(2)).flags(READONLY).memory(NEUTRAL)
            .keys(KeySpec.keys(1, -1, 1, READS)).arguments(key("key").multiple()).tips("nondeterministic_output_order")
            .handledBy(call -> reply(call, operation));
    }

    private static void reply(Call call, Operation operation) {
        SetAlgebra algebra = SetAlgebra.of(call, operation, 1, call.count() - 1);
        if (algebra == null || call.heavy(algebra.work())) {
            return;
        }
        ReplyWriter reply = call.reply();
        reply.set(algebra.count(Long.MAX_VALUE));
        while (algebra.next()) {
            reply.bulk(algebra.member().address, algebra.member().length);
        }
    }

    private static void sintercard(Call call) {
        if (!call.tryLong(1) || call.number < 1) {
            call.reply().error("ERR numkeys should be greater than 0");
            return;
        }
        if (call.number > call.count() - 2) {
            call.reply().error("ERR Number of keys can't be greater than number of args");
            return;
        }
        int keys = (int) call.number;
        long limit = 0;
        for (int i = 2 + keys; i < call.count(); i += 2) {
            if (i + 1 == call.count() || !call.is(i, "LIMIT")) {
                call.reply().error("ERR syntax error");
                return;
            }
            if (!call.tryLong(i + 1) || call.number < 0) {
                call.reply().error("ERR LIMIT can't be negative");
                return;
            }
            limit = call.number;
        }
        SetAlgebra algebra = SetAlgebra.of(call, Operation.INTERSECTION, 2, keys);
        if (algebra == null || call.heavy(limit == 0 ? algebra.work() : Math.min(limit, algebra.work()))) {
            return;
        }
        call.reply().integer(algebra.count(limit == 0 ? Long.MAX_VALUE : limit));
    }
}
