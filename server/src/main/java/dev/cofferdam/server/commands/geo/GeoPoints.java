// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.commands.geo;

import dev.cofferdam.memory.Account;
import dev.cofferdam.memory.Mem;
import dev.cofferdam.server.command.TiedRecordOrder;
import org.jspecify.annotations.Nullable;

/**
 * The places a search has found, to be put in order by their distance.
 *
 * <p>Owns one run of the connections' account, returned by {@link #close}. Made per command.
 *
 * <pre>
 *  record   | member's address (8) | member's length (4) | sequence (4) | metres (8) | score (8) |
 * </pre>
 */
final class GeoPoints extends TiedRecordOrder implements AutoCloseable {
    private static final int RECORD_BYTES = 32;
    private static final int LENGTH = 8;
    private static final int SEQUENCE = 12;
    private static final int METRES = 16;
    private static final int SCORE = 24;

    private final Account account;
    private final long run;
    private final long runBytes;
    private final boolean descending;
    private int count;

    private GeoPoints(Account account, long run, long runBytes, boolean descending) {
        this.account = account;
        this.run = run;
        this.runBytes = runBytes;
        this.descending = descending;
    }

    static long bytes(long records) {
        return (records + 1) * RECORD_BYTES;
    }

    /** Null when the account is refused it. */
    static @Nullable GeoPoints open(Account account, long records, boolean descending) {
        long run = account.takeRun(bytes(records));
        return run == 0 ? null : new GeoPoints(account, run, bytes(records), descending);
    }

    @Override
    public void close() {
        account.returnRun(run, runBytes);
    }

    void add(long member, int length, double metres, double score) {
        long record = record(count);
        Mem.putLong(record, member);
        Mem.putInt(record + LENGTH, length);
        Mem.putInt(record + SEQUENCE, count++);
        Mem.putDouble(record + METRES, metres);
        Mem.putDouble(record + SCORE, score);
    }

    private long record(long at) {
        return run + at * RECORD_BYTES;
    }

    int count() {
        return count;
    }

    long address(long at) {
        return Mem.getLong(record(at));
    }

    int length(long at) {
        return Mem.getInt(record(at) + LENGTH);
    }

    double metres(long at) {
        return Mem.getDouble(record(at) + METRES);
    }

    double score(long at) {
        return Mem.getDouble(record(at) + SCORE);
    }

    /** Orders so that the first {@code wanted} are right. */
    void order(long wanted) {
        if (wanted == count) {
            sort(count);
        } else {
            sortPart(count, 0, wanted - 1);
        }
    }

    @Override
    protected int compare(long left, long right) {
        int order = Double.compare(metres(left), metres(right));
        return descending ? -order : order;
    }

    @Override
    protected int sequence(long at) {
        return Mem.getInt(record(at) + SEQUENCE);
    }

    @Override
    protected void swap(long left, long right) {
        swapWords(record(left), record(right), RECORD_BYTES);
    }
}
