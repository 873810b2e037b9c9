// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.commands.sortedsets;

import dev.cofferdam.keyspace.Key;
import dev.cofferdam.keyspace.SortedSetValues;
import dev.cofferdam.server.command.Call;

/**
 * The sorted set a command stores its result in. Built beside what the key holds, which may be one of the command's sources, and put in its place when it
 * is complete; an empty result deletes the key. Made per command, on the thread that owns the compartment.
 */
public final class Destination {
    private final Key key;
    private final SortedSetValues values;
    private long count;

    public Destination(Key key) {
        this.key = key;
        this.values = SortedSetKeys.values(key);
    }

    /** Adds a member that was not added before; its bytes lie outside of this set. */
    public void add(long address, int length, double score) {
        if (count++ == 0) {
            values.addBeside(key, address, length, score);
        } else {
            values.add(key, address, length, score);
        }
    }

    /** Puts the result in place and replies its size. */
    public void finish(Call call, String event) {
        if (count > 0) {
            key.compartment().adopt(key);
            call.changed(key, event);
        } else if (key.exists()) {
            key.compartment().delete(key);
            call.changed(key, "del");
        }
        call.reply().integer(count);
    }
}
