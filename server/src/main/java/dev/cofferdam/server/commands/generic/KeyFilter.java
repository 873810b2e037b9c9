// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.commands.generic;

import dev.cofferdam.keyspace.EntryLayout;
import dev.cofferdam.keyspace.HashIndex;
import dev.cofferdam.resp.Glob;
import dev.cofferdam.resp.ReplyWriter;
import dev.cofferdam.server.command.ValueType;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Which keys a walk is looking for; counts them, and writes them when it was given a writer.
 *
 * <p>One per command, on the thread that runs it. Keys past their time that nobody has removed yet are none.
 */
final class KeyFilter implements HashIndex.SlotVisitor {
    private final int database;
    private final long nowMillis;
    private long pattern;
    private int patternLength = -1;
    private @Nullable String type;
    private @Nullable ReplyWriter reply;
    private long visited;
    private long matched;
    private long firstMatch;

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
