// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.commands.generic;

import dev.cofferdam.keyspace.DecimalText;
import dev.cofferdam.memory.Account;
import dev.cofferdam.memory.Mem;
import dev.cofferdam.server.command.CallText;
import dev.cofferdam.server.command.TiedRecordOrder;
import org.jspecify.annotations.Nullable;

/**
 * What SORT puts in order: elements by address, each with the score or the text it is ordered by.
 *
 * <p>Owns one run of the connections' account, returned by {@link #close}: reading works in a full compartment. Made per command.
 *
 * <pre>
 *  record   0         8        12         16                        24            28
 *           +---------+--------+----------+-------------------------+-------------+---+
 *           | address | length | sequence | score or text's address | text's length | - |      length -1: no text
 *           +---------+--------+----------+-------------------------+-------------+---+
 *  behind all records: text that lies nowhere else, then room for one key's name
 * </pre>
 */
final class SortRecords extends TiedRecordOrder implements AutoCloseable {
    private static final int RECORD_BYTES = 32;
    private static final int LENGTH = 8;
    private static final int SEQUENCE = 12;
    private static final int SCORE = 16;
    private static final int TEXT = 16;
    private static final int TEXT_LENGTH = 24;
    /** One command may take this share of what connections may ever have. */
    private static final int SHARE = 4;

    private final Account account;
    private final long run;
    private final long runBytes;
    private final boolean alphabetic;
    private final boolean wholeTexts;
    private final boolean descending;
    private final long name;
    private long text;
    private int count;

    private SortRecords(Account account, long run, long runBytes, long records, long nameBytes, SortOptions options) {
        this.account = account;
        this.run = run;
        this.runBytes = runBytes;
        this.text = run + records * RECORD_BYTES;
        this.name = run + runBytes - nameBytes;
        this.alphabetic = options.alphabetic;
        this.wholeTexts = options.store > 0;
        this.descending = options.descending;
    }

    /** Bytes for so many records, text and the longest name. */
    static long bytes(long records, long textBytes, long nameBytes) {
        return records * RECORD_BYTES + textBytes + nameBytes + 8;
    }

    static long bytesMax(Account account) {
        return account.maxBytes() / SHARE;
    }

    /** Null when the account is refused it, or it is more than one command may have. */
    static @Nullable SortRecords open(Account account, long records, long textBytes, long nameBytes, SortOptions options) {
        long bytes = bytes(records, textBytes, nameBytes);
        long run = bytes > bytesMax(account) ? 0 : account.takeRun(bytes);
        return run == 0 ? null : new SortRecords(account, run, bytes, records, nameBytes, options);
    }

    @Override
    public void close() {
        account.returnRun(run, runBytes);
    }

    /** Where a key's name is put together. */
    long name() {
        return name;
    }

    int count() {
        return count;
    }

    /** Adds an element whose bytes stay; it has score 0 and no text. */
    void add(long address, int length) {
        long record = record(count);
        Mem.putLong(record, address);
        Mem.putInt(record + LENGTH, length);
        Mem.putInt(record + SEQUENCE, count);
        Mem.putDouble(record + SCORE, 0);
        Mem.putInt(record + TEXT_LENGTH, -1);
        count++;
    }

    /** Adds an element whose bytes are about to change. */
    void addCopy(long address, int length) {
        Mem.copy(address, text, length);
        add(text, length);
        text += length;
    }

    long address(long at) {
        return Mem.getLong(record(at));
    }

    int length(long at) {
        return Mem.getInt(record(at) + LENGTH);
    }

    void setScore(long at, double score) {
        Mem.putDouble(record(at) + SCORE, score);
    }

    void setText(long at, SortValue value) {
        if (value.isNumber) {
            DecimalText.write(text, value.number);
            setText(at, text, value.length);
            text += value.length;
        } else {
            setText(at, value.address, value.length);
        }
    }

    /** What is shown is compared as C's strings are, so up to a zero byte; what is stored as a whole. */
    void setText(long at, long address, int length) {
        Mem.putLong(record(at) + TEXT, address);
        Mem.putInt(record(at) + TEXT_LENGTH, wholeTexts ? length : CallText.lengthToNul(address, length));
    }

    private long record(long at) {
        return run + at * RECORD_BYTES;
    }

    // ---------------------------------------------------------------- order

    void sort() {
        sort(count);
    }

    void sortPart(long first, long last) {
        sortPart(count, first, last);
    }

    @Override
    protected int compare(long left, long right) {
        long a = record(left);
        long b = record(right);
        int order = alphabetic ? compareTexts(a, b) : compareScores(a, b);
        return descending ? -order : order;
    }

    private static int compareTexts(long a, long b) {
        int aLength = Mem.getInt(a + TEXT_LENGTH);
        int bLength = Mem.getInt(b + TEXT_LENGTH);
        if (aLength < 0 || bLength < 0) {
            return Boolean.compare(aLength >= 0, bLength >= 0);
        }
        return Mem.compare(Mem.getLong(a + TEXT), aLength, Mem.getLong(b + TEXT), bLength);
    }

    private static int compareScores(long a, long b) {
        double left = Mem.getDouble(a + SCORE);
        double right = Mem.getDouble(b + SCORE);
        if (left != right) {
            return left < right ? -1 : 1;
        }
        return Mem.compare(Mem.getLong(a), Mem.getInt(a + LENGTH), Mem.getLong(b), Mem.getInt(b + LENGTH));
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
