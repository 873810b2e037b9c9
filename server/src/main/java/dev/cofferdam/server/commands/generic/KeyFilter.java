// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.commands.generic;

import dev.cofferdam.keyspace.EntryLayout;
import dev.cofferdam.keyspace.HashIndex;
import dev.cofferdam.keyspace.Key;
import dev.cofferdam.keyspace.Keyspace;
import dev.cofferdam.resp.Glob;
import dev.cofferdam.resp.ReplyWriter;
import dev.cofferdam.server.command.ValueType;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Which keys a walk is looking for; counts them, and writes them when it was given a writer.
 *
 * <p>One per command, on the thread that runs it. Keys past their time that nobody has removed yet are none; {@link #expire} removes those it came by.
 */
final class KeyFilter implements HashIndex.SlotVisitor {
    /** Of the keys past their time that a walk comes by so many are removed; the expiry cycle does not wait for walks. */
    private static final int PAST_MAX = 64;

    private final int database;
    private final long nowMillis;
    private final long[] past = new long[PAST_MAX];
    private int pastCount;
    private long pattern;
    private int patternLength = -1;
    private @Nullable String type;
    private @Nullable ReplyWriter reply;
    private long visited;
    private long matched;
    private long firstMatch;
    private final Key key = new Key();

    KeyFilter(int database, long nowMillis) {
        this.database = database;
        this.nowMillis = nowMillis;
    }

    void match(long address, int length) {
        pattern = address;
        patternLength = length;
    }

    /** A type that does not exist matches nothing. */
    void type(String name) {
        type = name.toLowerCase(Locale.ROOT);
    }

    int database() {
        return database;
    }

    /** From now on matches are written as they are counted. */
    void writeTo(ReplyWriter writer) {
        reply = writer;
    }

    @Override
    public void visit(long entry, long slot) {
        ReplyWriter writer = reply;
        if (writer == null) {
            visited++;
            note(entry);
        }
        if (!accepts(entry)) {
            return;
        }
        if (writer != null) {
            write(writer, entry);
        }
        matched++;
        if (firstMatch == 0) {
            firstMatch = entry;
        }
    }

    boolean accepts(long entry) {
        if (EntryLayout.database(entry) != database || EntryLayout.isPast(entry, nowMillis)) {
            return false;
        }
        if (type != null && !ValueType.of(EntryLayout.kind(entry)).replyName().equals(type)) {
            return false;
        }
        return patternLength < 0 || Glob.matches(pattern, patternLength, EntryLayout.keyAddress(entry), EntryLayout.keyLength(entry));
    }

    private void note(long entry) {
        if (pastCount < PAST_MAX && isPast(entry)) {
            past[pastCount++] = entry;
        }
    }

    /** True for a key of this database whose time is over. */
    boolean isPast(long entry) {
        return EntryLayout.database(entry) == database && EntryLayout.isPast(entry, nowMillis);
    }

    /** Removes what was found past its time, unless it is kept. Ends what can be done with the entries that were visited. */
    void expire(Keyspace keyspace) {
        for (int i = 0; i < pastCount; i++) {
            expire(keyspace, past[i]);
        }
        pastCount = 0;
    }

    /** As whoever asks for a key past its time removes it. */
    void expire(Keyspace keyspace, long entry) {
        key.set(database, EntryLayout.keyAddress(entry), EntryLayout.keyLength(entry));
        keyspace.route(key).peek(key);
    }

    void write(ReplyWriter writer, long entry) {
        writer.bulk(EntryLayout.keyAddress(entry), EntryLayout.keyLength(entry));
    }

    /** Entries seen, of any kind and database. */
    long visited() {
        return visited;
    }

    /** Of all walks so far. */
    long matched() {
        return matched;
    }

    /** The first entry that matched, or 0. */
    long firstMatch() {
        return firstMatch;
    }
}
