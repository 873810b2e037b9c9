// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.command;

import dev.cofferdam.keyspace.Key;
import dev.cofferdam.server.Server;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What a command changed in its lane, until the event loop tells those who watch keys, wait for them or listen to them.
 *
 * <p>Owned by the lane while the command runs, then by the loop. What always holds: a change is told, by its key's hash or, where they are too many, as one of
 * everything; who listens to keys hears of all of them or that some were lost.
 */
final class LaneChanges {
    /** A lane that changed more keys says that all may have changed: what it remembers lies on the heap. */
    static final int KEYS_MAX = 16 * 1024;

    private long[] hashes = new long[16];
    private int count;
    /** A bit for each database of which everything changed. */
    private int databases;
    private final LaneNews news = new LaneNews();

    /** A key changed. {@code event} is null when nobody listens. */
    void add(Key key, @Nullable String event) {
        if (event != null) {
            if (count < KEYS_MAX) {
                news.add(count, key, event);
            } else {
                news.lose();
            }
        }
        add(key.hash);
    }

    private void add(long hash) {
        if (count == KEYS_MAX) {
            databases = Server.ALL_DATABASES;
            return;
        }
        if (count == hashes.length) {
            hashes = Arrays.copyOf(hashes, count * 2);
        }
        hashes[count++] = hash;
    }

    /** The script that runs here has read something. */
    void addRead() {
        news.addRead(count);
    }

    void addDatabases(int bits) {
        databases |= bits;
    }

    /** Takes over what one of this command's own commands changed. */
    void adopt(LaneChanges inner) {
        for (int i = 0; i < inner.count; i++) {
            news.adopt(count, inner.news, i);
            add(inner.hashes[i]);
        }
        databases |= inner.databases;
        inner.clear();
    }

    /** Event loop, after the lane and while the arguments are where they were. */
    void tell(Call call) {
        Server server = call.server();
        for (int i = 0; i < count; i++) {
            news.tell(i, call);
            server.changed(hashes[i]);
        }
        news.tell(count, call);
        server.databasesChanged(databases);
        if (news.isIncomplete()) {
            server.keyNews().lost();
        }
        clear();
    }

    void clear() {
        count = 0;
        databases = 0;
        news.clear();
    }
}
