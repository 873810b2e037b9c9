// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.commands.sortedsets;

import dev.cofferdam.keyspace.Key;
import dev.cofferdam.keyspace.SortedSetVisitor;
import dev.cofferdam.resp.Glob;
import dev.cofferdam.resp.ReplyWriter;
import dev.cofferdam.server.command.Call;
import dev.cofferdam.server.command.ScanArguments;
import java.util.Arrays;

/** ZSCAN. Owns nothing. */
final class ScanCommands {
    private static final long COUNT_DEFAULT = 10;

    private ScanCommands() {
    }

    /** What one step found, kept until it is known how much it is. Made per call. */
    private static final class Page implements SortedSetVisitor {
        private static final int FIELDS = 3;
        private final long pattern;
        private final int patternLength;
        private long[] found = new long[FIELDS * 64];
        private int used;

        Page(long pattern, int patternLength) {
            this.pattern = pattern;
            this.patternLength = patternLength;
        }

        @Override
        public void visit(long address, int length, double score) {
            if (pattern != 0 && !Glob.matches(pattern, patternLength, address, length)) {
                return;
            }
            if (used == found.length) {
                found = Arrays.copyOf(found, 2 * used);
            }
            found[used] = address;
            found[used + 1] = length;
            found[used + 2] = Double.doubleToRawLongBits(score);
            used += FIELDS;
        }

        void reply(ReplyWriter reply) {
            reply.array(2L * (used / FIELDS));
            for (int i = 0; i < used; i += FIELDS) {
                reply.bulk(found[i], found[i + 1]);
                reply.bulkReal(Double.longBitsToDouble(found[i + 2]));
            }
        }
    }

    static void zscan(Call call) {
        if (!ScanArguments.isCursor(call, 2)) {
            return;
        }
        long cursor = ScanArguments.cursor(call, 2);
        Key key = SortedSetKeys.key(call, 1);
        if (key == null) {
            return;
        }
        ReplyWriter reply = call.reply();
        if (!key.exists()) {
            reply.array(2);
            reply.bulkLong(0);
            reply.emptyArray();
            return;
        }
        long wanted = COUNT_DEFAULT;
        long pattern = 0;
        int patternLength = 0;
        for (int i = 3; i < call.count(); i += 2) {
            boolean count = call.is(i, "COUNT");
            if (i + 1 >= call.count() || !count && !call.is(i, "MATCH")) {
                reply.error(SortedSetKeys.SYNTAX);
                return;
            }
            if (count) {
                if (!call.parseLong(i + 1)) {
                    return;
                }
                if (call.number < 1) {
                    reply.error(SortedSetKeys.SYNTAX);
                    return;
                }
                wanted = call.number;
            } else {
                pattern = call.address(i + 1);
                patternLength = call.length(i + 1);
            }
        }
        step(call, key, cursor, wanted, new Page(pattern, patternLength));
    }

    private static void step(Call call, Key key, long cursor, long wanted, Page page) {
        if (call.heavy(SortedSetKeys.values(key).scanLooks(key, wanted))) {
            return;
        }
        long next = SortedSetKeys.values(key).scan(key, cursor, wanted, page);
        call.reply().array(2);
        call.reply().bulkLong(next);
        page.reply(call.reply());
    }
}
