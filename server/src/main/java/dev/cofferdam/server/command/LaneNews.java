// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.command;

import dev.cofferdam.keyspace.Key;
import dev.cofferdam.memory.Mem;
import dev.cofferdam.server.pubsub.KeyNews;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Keys that a command changed in its lane, with the events, until the event loop tells of them. Filled only while somebody listens.
 *
 * <p>Owned by the lane while the command runs, then by the loop. The keys' bytes are the command's arguments, which stay until the command is over; those of a
 * script's commands are gone by then, so they are copied to the heap, up to a number that leaves the heap alone.
 */
final class LaneNews {
    /** Changes of one script in a lane that are told at most. */
    private static final int COPIED_MAX = 4096;
    private static final int COPIED_KEY_MAX_BYTES = 1024;
    /** In place of a database: a script has read something for a client that tracks. */
    private static final int READ = -1;

    /** One change; {@code copy} is the key when it does not stay where it is. */
    private record Change(int number, int database, long address, int length, byte @Nullable [] copy, String event) {
        boolean isRead() {
            return database == READ;
        }
    }

    private final List<Change> changes = new ArrayList<>();
    private final Key key = new Key();
    private int next;
    private boolean lost;

    void add(int number, Key changed, String event) {
        changes.add(new Change(number, changed.database, changed.address, changed.length, null, event));
    }

    /** The script has read something after so many changes; once between two changes is enough. */
    void addRead(int number) {
        if (changes.isEmpty() || changes.getLast().number() != number || !changes.getLast().isRead()) {
            changes.add(new Change(number, READ, 0, 0, null, ""));
        }
    }

    /** Takes over a change of a script's command as the one with that number. */
    void adopt(int number, LaneNews inner, int innerNumber) {
        if (inner.next == inner.changes.size() || inner.changes.get(inner.next).number() != innerNumber) {
            return;
        }
        Change change = inner.changes.get(inner.next++);
        if (changes.size() >= COPIED_MAX || change.length() > COPIED_KEY_MAX_BYTES) {
            lost = true;
            return;
        }
        byte[] copy = change.copy();
        changes.add(new Change(number, change.database(), 0, change.length(),
                copy != null ? copy : Mem.bytes(change.address(), change.length()), change.event()));
    }

    /** Tells of what has that number, if it is known: that the script has read, then the change; to be called with rising numbers. */
    void tell(int number, Call call) {
        while (next < changes.size() && changes.get(next).number() == number) {
            tell(changes.get(next++), call);
        }
    }

    private void tell(Change change, Call call) {
        KeyNews news = call.server().keyNews();
        byte[] copy = change.copy();
        if (change.isRead()) {
            call.server().tracking().remember(call);
        } else if (copy != null) {
            news.changed(call.client(), change.event(), change.database(), copy);
        } else {
            key.set(change.database(), change.address(), change.length());
            news.changed(call.client(), key, change.event());
        }
    }

    /** True when changes were left out. */
    boolean isIncomplete() {
        return lost;
    }

    /** There was a change that is not remembered. */
    void lose() {
        lost = true;
    }

    void clear() {
        changes.clear();
        next = 0;
        lost = false;
    }
}
