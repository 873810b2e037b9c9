// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.command;

import dev.cofferdam.keyspace.MemberWalk;
import dev.cofferdam.resp.ReplyWriter;
import java.util.function.BiConsumer;

/**
 * HRANDFIELD and SRANDMEMBER: fields or members chosen by position, so that each is as likely as any other. Owns nothing; on the thread of the call.
 */
public final class RandomMembers {
    private RandomMembers() {
    }

    /** Reads the count at argument 2 to {@link Call#number}, or replies what is wrong with it and answers false. */
    public static boolean parseCount(Call call) {
        if (!call.parseLong(2)) {
            return false;
        }
        if (call.number == Long.MIN_VALUE) {
            call.reply().error("ERR value is out of range, value must between -9223372036854775807 and 9223372036854775807");
            return false;
        }
        return true;
    }

    /** Replies one, nil when there is none. */
    public static void one(Call call, MemberWalk walk) {
        if (walk.count() == 0) {
            call.reply().nil();
            return;
        }
        walk.to(call.random().nextInt(walk.count()));
        call.reply().bulk(walk.name.address, walk.name.length);
    }

    /**
     * Replies {@code count} different ones, all when there are not so many; with a negative count as many as that, some perhaps more than once.
     *
     * @param parts what {@code element} counts for in the reply's array
     */
    public static <W extends MemberWalk> void several(Call call, long count, W walk, int parts, BiConsumer<ReplyWriter, W> element) {
        int size = walk.count();
        if (size == 0 || count == 0) {
            call.reply().emptyArray();
            return;
        }
        long wanted = count < 0 ? -count : Math.min(count, size);
        if (call.heavy(wanted)) {
            return;
        }
        ReplyWriter reply = call.reply();
        reply.array(parts * wanted);
        if (count >= size) {
            while (walk.next()) {
                element.accept(reply, walk);
            }
            return;
        }
        DistinctPositions distinct = count > 0 ? new DistinctPositions(call.random(), size) : null;
        for (long i = 0; i < wanted && !reply.isLost(); i++) {
            walk.to(distinct == null ? call.random().nextInt(size) : distinct.next());
            element.accept(reply, walk);
        }
    }
}
