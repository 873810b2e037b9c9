// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.metrics;

import dev.cofferdam.memory.Mem;
import dev.cofferdam.server.acl.Secrets;
import dev.cofferdam.server.command.Call;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/**
 * The slowest commands of late, newest first: SLOWLOG.
 *
 * <p>Owns copies of their arguments, cut short, on the Java heap: at most {@link #ENTRIES_MAX} entries of about 4 KiB at worst. Event loop only.
 */
public final class SlowLog {
    /** More are not kept, whatever slowlog-max-len says: they live in runtime memory, which must not depend on settings. */
    public static final int ENTRIES_MAX = 1024;
    private static final int ARGUMENTS_MAX = 32;
    private static final int ARGUMENT_MAX_BYTES = 128;

    /** One command. Arguments are bytes as chars. */
    public record Entry(long id, long atSeconds, long micros, List<String> arguments, String peer, String clientName) {
    }

    private final ArrayDeque<Entry> entries = new ArrayDeque<>();
    private long nextId;
    private long thresholdMicros = 10_000;
    private long maxEntries = 128;

    /** slowlog-log-slower-than; negative keeps none. */
    public void setThresholdMicros(long micros) {
        thresholdMicros = micros;
    }

    /** slowlog-max-len. */
    public void setMaxEntries(long count) {
        maxEntries = Math.min(count, ENTRIES_MAX);
        trim();
    }

    /** Any thread. */
    boolean notes(long nanos) {
        return thresholdMicros >= 0 && nanos >= thresholdMicros * 1000;
    }

    /** Keeps the command if it took long enough. */
    public void executed(Call call, long nanos) {
        if (!notes(nanos)) {
            return;
        }
        entries.addFirst(new Entry(nextId++, call.server().clock().wallMillis() / 1000, nanos / 1000, argumentsOf(call),
                call.client().peer(), call.client().name()));
        trim();
    }

    private void trim() {
        while (entries.size() > maxEntries) {
            entries.removeLast();
        }
    }

    private static List<String> argumentsOf(Call call) {
        int shown = Math.min(call.count(), ARGUMENTS_MAX);
        List<String> arguments = new ArrayList<>(shown);
        for (int i = 0; i < shown; i++) {
            if (i == ARGUMENTS_MAX - 1 && call.count() > ARGUMENTS_MAX) {
                arguments.add("... (" + (call.count() - ARGUMENTS_MAX + 1) + " more arguments)");
            } else if (Secrets.isSecret(call, i)) {
                arguments.add(Secrets.REDACTED);
            } else {
                int kept = Math.min(call.length(i), ARGUMENT_MAX_BYTES);
                String text = new String(Mem.bytes(call.address(i), kept), StandardCharsets.ISO_8859_1);
                arguments.add(kept == call.length(i) ? text : text + "... (" + (call.length(i) - kept) + " more bytes)");
            }
        }
        return arguments;
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

    /** How many were ever kept; the id of the next one. */
    public long nextId() {
        return nextId;
    }

    /** Duration of the newest entry; 0 when there is none. */
    public long newestMicros() {
        Entry newest = entries.peekFirst();
        return newest == null ? 0 : newest.micros();
    }

    public void clear() {
        entries.clear();
    }
}
