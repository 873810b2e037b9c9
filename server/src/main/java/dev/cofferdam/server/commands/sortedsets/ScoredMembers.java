// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.commands.sortedsets;

import dev.cofferdam.memory.Account;
import dev.cofferdam.memory.Mem;
import dev.cofferdam.server.command.RecordOrder;

/**
 * A result that must be put in order before it is replied: members by address, with their scores.
 *
 * <p>Owns one run of its account, sized for the largest possible result and returned by {@link #close}. Made per command. It is charged to the
 * connections' account, as the reply itself is, so that reading works in a full compartment.
 *
 * <pre>
 *  record  | score (8) | address (8) | length (4) | 0 (4) |        behind all records: text of members that lie nowhere else
 * </pre>
 */
final class ScoredMembers extends RecordOrder implements AutoCloseable {
    private static final int RECORD_BYTES = 24;
    private static final int ADDRESS = 8;
    private static final int LENGTH = 16;

    private final Account account;
    private final long run;
    private final long runBytes;
    private long text;
    private long count;

    private ScoredMembers(Account account, long run, long runBytes, long records) {
        this.account = account;
        this.run = run;
        this.runBytes = runBytes;
        this.text = run + records * RECORD_BYTES + RECORD_BYTES;
    }

    /** Room for so many records and bytes of text; null when the account is refused it. */
    static @org.jspecify.annotations.Nullable ScoredMembers open(Account account, long records, long textBytes) {
        long bytes = (records + 1) * RECORD_BYTES + textBytes;
        long run = account.takeRun(bytes);
        return run == 0 ? null : new ScoredMembers(account, run, bytes, records);
    }

    @Override
    public void close() {
        account.returnRun(run, runBytes);
    }

    void add(long address, int length, double score) {
        long record = record(count++);
        Mem.putDouble(record, score);
        Mem.putLong(record + ADDRESS, address);
        Mem.putInt(record + LENGTH, length);
    }

    /** Adds a member whose bytes are about to change. */
    void addCopy(long address, int length, double score) {
        Mem.copy(address, text, length);
        add(text, length, score);
        text += length;
    }

    private long record(long at) {
        return run + at * RECORD_BYTES;
    }

    long count() {
        return count;
    }

    double score(long at) {
        return Mem.getDouble(record(at));
    }

    long address(long at) {
        return Mem.getLong(record(at) + ADDRESS);
    }

    int length(long at) {
        return Mem.getInt(record(at) + LENGTH);
    }

    // ---------------------------------------------------------------- order

    /** Orders by score, then member. */
    void sort() {
        sort(count);
    }

    @Override
    protected boolean isBefore(long left, long right) {
        double a = score(left);
        double b = score(right);
        return a < b || a == b && Mem.compare(address(left), length(left), address(right), length(right)) < 0;
    }

    @Override
    protected void swap(long left, long right) {
        swapWords(record(left), record(right), RECORD_BYTES);
    }
}
