// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.command;

import dev.cofferdam.keyspace.Compartment;
import dev.cofferdam.server.Server;
import dev.cofferdam.server.net.EventLoop;

/**
 * Memory for a result that a long command stores: measuring it is as long as the command, so the loop admits only its beginning, and the command asks again from
 * its lane, before it keeps any address. Owns nothing; the thread that owns the destination's compartment.
 */
public final class LaneRoom {
    private LaneRoom() {
    }

    /** True for a command that came alone and is in its lane; what a transaction or script stores was admitted with it. */
    public static boolean isNeeded(Call call) {
        return call.isInLane() && !call.inTransaction();
    }

    /** Asks for what storing the result can take; false when it was refused, which is replied then. Blocks may have moved, and keys been evicted, afterwards. */
    public static boolean admits(Call call, int destination, long bytes) {
        Compartment home = call.compartmentOf(destination);
        if (bytes > 0 && !home.admit(bytes) && !(recalled(call.server(), home, bytes) && home.admit(bytes))) {
            call.replyFull(home);
            return false;
        }
        return true;
    }

    /** What the compartment has lent can be recalled by the loop only. */
    static boolean recalled(Server server, Compartment home, long bytes) {
        EventLoop loop = server.loop();
        return loop != null && loop.ask(() -> home.recall(2 * bytes), false);
    }
}
