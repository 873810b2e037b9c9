// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.commands.strings;

import static dev.cofferdam.server.command.Argument.integer;
import static dev.cofferdam.server.command.Argument.key;
import static dev.cofferdam.server.command.Argument.token;
import static dev.cofferdam.server.command.Arity.atLeast;
import static dev.cofferdam.server.command.Flag.READONLY;
import static dev.cofferdam.server.command.KeyUse.READS;
import static dev.cofferdam.server.command.Memory.NEUTRAL;

import dev.cofferdam.keyspace.DecimalText;
import dev.cofferdam.keyspace.Key;
import dev.cofferdam.keyspace.StringValues;
import dev.cofferdam.memory.Mem;
import dev.cofferdam.resp.ReplyWriter;
import dev.cofferdam.server.command.Call;
import dev.cofferdam.server.command.CommandTable;
import dev.cofferdam.server.command.KeySpec;
import org.jspecify.annotations.Nullable;

/** LCS: what two strings have in common, in order. Owns nothing; handlers run on the thread that owns the keys' compartments. */
final class LcsCommand {
    /** Pairs of bytes that are compared in the time of one element of a collection. */
    private static final int PAIRS_PER_ELEMENT = 32;
    /** Redis's table has a number of this size for each pair; its limit holds for who moves from there, though the table here is smaller. */
    private static final int REDIS_PAIR_BYTES = 4;
    /** Where numbers stand as text: one place for each key; a lane has its own. */
    private static final int NUMBERS_BYTES = 2 * DecimalText.BYTES_MAX;

    private LcsCommand() {
    }

    static void declare(CommandTable table) {
        table.command("LCS").summary("Finds the longest subsequence that two strings have in common.").since("7.0.0")
            .complexity("O(N*M) for strings of N and M bytes").arity(atLeast(3)).flags(READONLY).memory(NEUTRAL)
            .keys(KeySpec.keys(1, 2, 1, READS))
            .arguments(key("key1"), key("key2"), token("LEN").optional(), token("IDX").optional(),
                    integer("len").after("MINMATCHLEN").optional(), token("WITHMATCHLEN").optional())
            .handledBy(LcsCommand::lcs);
    }

    /** What the arguments say. */
    private record Options(boolean length, boolean ranges, boolean rangeLengths, long shortest) {
    }

    private static void lcs(Call call) {
        Key first = call.key(1);
        Key second = call.key(2);
        if (first.exists() && !StringValues.isString(first.kind()) || second.exists() && !StringValues.isString(second.kind())) {
            call.reply().error("ERR The specified keys must contain string values");
            return;
        }
        Options options = options(call);
        if (options == null) {
            return;
        }
        long firstLength = StringValues.length(first);
        long secondLength = StringValues.length(second);
        if ((firstLength + 1) * (secondLength + 1) * REDIS_PAIR_BYTES > call.server().settings().maxBulkBytes()) {
            call.reply().error("ERR Insufficient memory, transient memory for LCS exceeds proto-max-bulk-len");
            return;
        }
        if (call.heavy(firstLength * secondLength / PAIRS_PER_ELEMENT)) {
            return;
        }
        long numbers = call.server().connections().takeRun(NUMBERS_BYTES);
        LcsTable table = numbers == 0
                ? null
                : LcsTable.open(call.server().connections(), text(first, numbers), (int) firstLength,
                        text(second, numbers + DecimalText.BYTES_MAX), (int) secondLength, options.ranges() || !options.length());
        if (table == null) {
            call.reply().error("ERR Insufficient memory, failed allocating transient memory for LCS");
        } else {
            reply(call.reply(), table, options, (int) firstLength, (int) secondLength);
            table.close();
        }
        if (numbers != 0) {
            call.server().connections().returnRun(numbers, NUMBERS_BYTES);
        }
    }

    private static @Nullable Options options(Call call) {
        boolean length = false;
        boolean ranges = false;
        boolean rangeLengths = false;
        long shortest = 0;
        for (int i = 3; i < call.count(); i++) {
            if (call.is(i, "IDX")) {
                ranges = true;
            } else if (call.is(i, "LEN")) {
                length = true;
            } else if (call.is(i, "WITHMATCHLEN")) {
                rangeLengths = true;
            } else if (call.is(i, "MINMATCHLEN") && i + 1 < call.count()) {
                if (!call.parseLong(++i)) {
                    return null;
                }
                shortest = Math.max(0, call.number);
            } else {
                call.reply().error("ERR syntax error");
                return null;
            }
        }
        if (length && ranges) {
            call.reply().error("ERR If you want both the length and indexes, please just use IDX.");
            return null;
        }
        return new Options(length, ranges, rangeLengths, shortest);
    }

    /** The string's bytes; those of a number are written to {@code place}. */
    private static long text(Key key, long place) {
        if (!key.exists()) {
            return place;
        }
        if (StringValues.isInteger(key)) {
            DecimalText.write(place, StringValues.integer(key));
            return place;
        }
        return key.valueAddress();
    }

    private static void reply(ReplyWriter reply, LcsTable table, Options options, int firstLength, int secondLength) {
        int length = table.fill();
        if (options.ranges()) {
            reply.map(2);
            reply.bulk("matches");
            reply.array(ranges(null, table, options, firstLength, secondLength));
            ranges(reply, table, options, firstLength, secondLength);
            reply.bulk("len");
            reply.integer(length);
        } else if (options.length()) {
            reply.integer(length);
        } else {
            reply.bulk(table.subsequence(length), length);
        }
    }

    /** Goes the way back and replies each stretch that both strings have without a gap, or only counts them. */
    private static long ranges(@Nullable ReplyWriter reply, LcsTable table, Options options, int firstLength, int secondLength) {
        long count = 0;
        int bytes = 0;
        for (int i = firstLength, j = secondLength; i > 0 && j > 0;) {
            boolean match = table.isMatch(i, j);
            if (match) {
                bytes++;
                i--;
                j--;
            }
            boolean ends = !match || i == 0 || j == 0;
            if (ends && bytes > 0) {
                if (bytes >= options.shortest()) {
                    count++;
                    if (reply != null) {
                        range(reply, options, i, j, bytes);
                    }
                }
                bytes = 0;
            }
            if (!match) {
                if (table.leavesFirst(i, j)) {
                    i--;
                } else {
                    j--;
                }
            }
        }
        return count;
    }

    private static void range(ReplyWriter reply, Options options, int first, int second, int bytes) {
        reply.array(options.rangeLengths() ? 3 : 2);
        reply.array(2);
        reply.integer(first);
        reply.integer(first + bytes - 1);
        reply.array(2);
        reply.integer(second);
        reply.integer(second + bytes - 1);
        if (options.rangeLengths()) {
            reply.integer(bytes);
        }
    }
}
