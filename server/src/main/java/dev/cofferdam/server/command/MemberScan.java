// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.command;

import dev.cofferdam.keyspace.Key;
import dev.cofferdam.keyspace.MemberWalk;
import dev.cofferdam.resp.ReplyWriter;
import java.util.function.BiConsumer;
import java.util.function.Function;

/** HSCAN and SSCAN: some fields or members, and where to go on. Owns nothing; on the thread of the call. */
public final class MemberScan {
    private MemberScan() {
    }

    /**
     * @param way to a walk over the value of a key that exists
     * @param parts bulk strings that {@code element} writes
     */
    public static <W extends MemberWalk> void run(Call call, ValueType type, Function<Key, W> way, int parts,
            BiConsumer<ReplyWriter, W> element) {
        ScanArguments scan = new ScanArguments();
        if (!scan.parseCursor(call, 2)) {
            return;
        }
        Key key = call.key(1);
        if (!call.typeIs(key, type)) {
            return;
        }
        if (!key.exists()) {
            ScanArguments.replyEmpty(call);
            return;
        }
        if (!scan.parseOptions(call, 3)) {
            return;
        }
        W walk = way.apply(key);
        int from = walk.isLarge() ? scan.from(walk.count()) : walk.count();
        int to = walk.isLarge() ? scan.to(walk.count()) : 0;
        if (call.heavy(from - to)) {
            return;
        }
        int matching = 0;
        while (walk.nextBetween(to, from)) {
            matching += scan.matches(walk.name) ? 1 : 0;
        }
        ReplyWriter reply = call.reply();
        reply.array(2);
        reply.bulkLong(to);
        reply.array((long) parts * matching);
        walk = way.apply(key);
        while (walk.nextBetween(to, from)) {
            if (scan.matches(walk.name)) {
                element.accept(reply, walk);
            }
        }
    }
}
