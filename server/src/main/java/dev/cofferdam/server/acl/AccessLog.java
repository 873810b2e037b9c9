// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.acl;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;

/**
 * What was refused of late, newest first: ACL LOG. The same refusal within a minute is counted in one entry.
 *
 * <p>Owns the entries, on the Java heap: at most {@link AclLimits#LOG_ENTRIES_MAX}. Event loop only.
 */
public final class AccessLog {
    private static final int LOOKED_THROUGH = 10;
    private static final long SAME_WITHIN_MILLIS = 60_000;

    private final Deque<Entry> entries = new ArrayDeque<>();
    private long maxEntries = 128;

    /** One refusal, or several of the same kind. */
    public static final class Entry {
        final int kind;
        final String context;
        final String object;
        final String user;
        private long count = 1;
        private long atMillis;
        private String client;

        Entry(int kind, String context, String object, String user, String client, long atMillis) {
            this.kind = kind;
            this.context = context;
            this.object = object;
            this.user = user;
            this.client = client;
            this.atMillis = atMillis;
        }

        private boolean isAs(Entry other) {
            return kind == other.kind && context.equals(other.context) && Math.abs(atMillis - other.atMillis) <= SAME_WITHIN_MILLIS
                    && object.equals(other.object) && user.equals(other.user);
        }

        public long count() {
            return count;
        }

        /** "command", "key", "channel" or "auth". */
        public String reason() {
            return Denial.reason(kind);
        }

        public String context() {
            return context;
        }

        public String object() {
            return object;
        }

        public String user() {
            return user;
        }

        public long atMillis() {
            return atMillis;
        }

        /** The client as CLIENT LIST showed it the last time. */
        public String client() {
            return client;
        }
    }

    /** acllog-max-len. */
    void setMaxEntries(long count) {
        // Entries beyond it leave with the next one, as in Redis.
        maxEntries = Math.min(count, AclLimits.LOG_ENTRIES_MAX);
    }

    void add(Entry entry) {
        Iterator<Entry> newest = entries.iterator();
        for (int i = 0; i < LOOKED_THROUGH && newest.hasNext(); i++) {
            Entry known = newest.next();
            if (known.isAs(entry)) {
                newest.remove();
                known.count++;
                known.atMillis = entry.atMillis;
                known.client = entry.client;
                entries.addFirst(known);
                return;
            }
        }
        entries.addFirst(entry);
        while (entries.size() > maxEntries) {
            entries.removeLast();
        }
    }

    /** The newest entries first, at most {@code count}. */
    public List<Entry> newest(long count) {
        List<Entry> newest = new ArrayList<>();
        Iterator<Entry> from = entries.iterator();
        while (from.hasNext() && newest.size() < count) {
            newest.add(from.next());
        }
        return newest;
    }

    public int size() {
        return entries.size();
    }

    public void clear() {
        entries.clear();
    }
}
