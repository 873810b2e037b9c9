// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.commands.hyperloglog;

import static dev.cofferdam.server.commands.hyperloglog.SketchLayout.DENSE_BYTES;
import static dev.cofferdam.server.commands.hyperloglog.SketchLayout.HEAD_BYTES;
import static dev.cofferdam.server.commands.hyperloglog.SketchLayout.REGISTERS;

import dev.cofferdam.keyspace.Key;
import dev.cofferdam.keyspace.StringValues;
import dev.cofferdam.memory.Account;
import dev.cofferdam.memory.Mem;
import org.jspecify.annotations.Nullable;

/**
 * A HyperLogLog while a command edits it, beside the value it comes from: a corrupt one is found out before anything has changed.
 *
 * <p>Owns one run of the connections' account, returned by {@link #close}; made per command. The sparse form is edited as Redis does it, since its bytes are seen:
 * a run is split around a register, then neighbours of one value are joined, up to five runs on; what becomes too large or too long turns dense.
 */
final class Sketch implements AutoCloseable {
    static final int UNCHANGED = 0;
    static final int CHANGED = 1;
    static final int CORRUPT = -1;

    /** A split makes at most three runs of five bytes out of two; a zero byte behind the end. */
    private static final int SLACK_BYTES = 8;
    static final int SPLIT_BYTES = 3;
    private static final int JOINED_RUNS = 5;

    private final Account account;
    private final long sparseMaxBytes;
    private final long value;
    private final long dense;
    private final long runBytes;
    private long length;

    private Sketch(Account account, long run, long capacity, long sparseMaxBytes) {
        this.account = account;
        this.value = run;
        this.dense = run + capacity + SLACK_BYTES;
        this.runBytes = runBytes(capacity);
        this.sparseMaxBytes = Math.min(sparseMaxBytes, capacity);
    }

    private static long runBytes(long capacity) {
        return capacity + SLACK_BYTES + DENSE_BYTES;
    }

    /** For a value of so many bytes and so many raised registers; null when the account is refused the memory. */
    static @Nullable Sketch open(Account account, long valueBytes, long registers, long sparseMaxBytes) {
        long capacity = Math.max(DENSE_BYTES, Math.min(SketchLayout.SPARSE_MAX_BYTES, valueBytes + SPLIT_BYTES * registers));
        long run = account.takeRun(runBytes(capacity));
        return run == 0 ? null : new Sketch(account, run, capacity, sparseMaxBytes);
    }

    @Override
    public void close() {
        account.returnRun(value, runBytes);
    }

    /** Begins with no element. */
    void begin() {
        SketchLayout.begin(value, SketchLayout.SPARSE);
        length = HEAD_BYTES + SketchLayout.putZeros(value + HEAD_BYTES, REGISTERS);
    }

    /** Begins with what the key holds; false when that is too long to be one. */
    boolean load(Key key) {
        length = key.valueLength();
        if (length > SketchLayout.SPARSE_MAX_BYTES) {
            return false;
        }
        assert length <= dense - value - SLACK_BYTES : "opened for a shorter value";
        Mem.copy(key.valueAddress(), value, length);
        return true;
    }

    long address() {
        return value;
    }

    long length() {
        return length;
    }

    boolean isDense() {
        return SketchLayout.isDense(value);
    }

    void markStale() {
        Mem.putByte(value + SketchLayout.STALE, (byte) (Mem.getByte(value + SketchLayout.STALE) | SketchLayout.STALE_BIT));
    }

    /** Gives the key this value, by writing what differs from its own. */
    void store(Key key) {
        long before = key.exists() ? key.valueLength() : 0;
        if (before == 0 || before > length) {
            StringValues.setRaw(key, value, length);
            return;
        }
        long old = key.valueAddress();
        long first = 0;
        while (first < before && Mem.getByte(old + first) == Mem.getByte(value + first)) {
            first++;
        }
        long end = length;
        while (before == length && end > first && Mem.getByte(old + end - 1) == Mem.getByte(value + end - 1)) {
            end--;
        }
        if (end > first) {
            StringValues.setRange(key, first, value + first, end - first);
        }
    }

    // ---------------------------------------------------------------- registers

    /** Raises a register to this value unless it is as large already. */
    int raise(int register, int count) {
        if (!isDense()) {
            return raiseSparse(register, count);
        }
        if (SketchLayout.register(value, register) >= count) {
            return UNCHANGED;
        }
        SketchLayout.setRegister(value, register, count);
        return CHANGED;
    }

    private int raiseSparse(int register, int count) {
        if (count > SketchLayout.RUN_VALUE_MAX) {
            return raiseDense(register, count);
        }
        long start = value + HEAD_BYTES;
        long end = value + length;
        long before = start;
        long run = start;
        int first = 0;
        int covered = 0;
        while (run < end) {
            covered = SketchLayout.runLength(run, end);
            if (register < first + covered) {
                break;
            }
            before = run;
            run += SketchLayout.runBytes(run);
            first += covered;
        }
        if (covered == 0 || run >= end) {
            return CORRUPT;
        }
        int present = SketchLayout.runValue(run);
        if (present >= count) {
            return UNCHANGED;
        }
        if (covered == 1 && !SketchLayout.isLongZeros(run)) {
            SketchLayout.putValue(run, count, 1);
        } else if (!split(run, present, register - first, first + covered - 1 - register, count)) {
            return raiseDense(register, count);
        }
        join(before);
        markStale();
        return CHANGED;
    }

    /** Puts a run of one register into the middle of another, of which so many are left before and behind it; false when the value would be too long. */
    private boolean split(long run, int present, int left, int right, int count) {
        int bytes = present > 0
                ? 1 + (left > 0 ? 1 : 0) + (right > 0 ? 1 : 0)
                : SketchLayout.zerosBytes(left) + 1 + SketchLayout.zerosBytes(right);
        int more = bytes - SketchLayout.runBytes(run);
        if (more > 0 && length + more > sparseMaxBytes) {
            return false;
        }
        long next = run + SketchLayout.runBytes(run);
        long end = value + length;
        if (next < end) {
            Mem.copy(next, next + more, end - next);
        }
        length += more;
        long at = run;
        at += putRun(at, present, left);
        SketchLayout.putValue(at++, count, 1);
        putRun(at, present, right);
        return true;
    }

    private static int putRun(long run, int present, int covered) {
        if (present == 0) {
            return SketchLayout.putZeros(run, covered);
        }
        if (covered > 0) {
            SketchLayout.putValue(run, present, covered);
        }
        return covered > 0 ? 1 : 0;
    }

    /** Joins neighbours of the same value, as far as one run can hold them. */
    private void join(long from) {
        long run = from;
        for (int i = 0; i < JOINED_RUNS && run < value + length; i++) {
            if (!SketchLayout.isValue(run) || run + 1 >= value + length || !SketchLayout.isValue(run + 1)) {
                run += SketchLayout.runBytes(run);
                continue;
            }
            int both = SketchLayout.runLength(run, value + length) + SketchLayout.runLength(run + 1, value + length);
            if (SketchLayout.runValue(run) == SketchLayout.runValue(run + 1) && both <= SketchLayout.RUN_LENGTH_MAX) {
                SketchLayout.putValue(run + 1, SketchLayout.runValue(run), both);
                Mem.copy(run + 1, run, value + length - run - 1);
                length--;
            } else {
                run++;
            }
        }
    }

    private int raiseDense(int register, int count) {
        if (!makeDense()) {
            return CORRUPT;
        }
        return raise(register, count);
    }

    /** Turns into the dense form; false when the sparse one is corrupt. */
    boolean makeDense() {
        if (isDense()) {
            return true;
        }
        Mem.fill(dense, DENSE_BYTES, (byte) 0);
        Mem.copy(value, dense, HEAD_BYTES);
        Mem.putByte(dense + SketchLayout.FORM, (byte) SketchLayout.DENSE);
        long end = value + length;
        int register = 0;
        for (long run = value + HEAD_BYTES; run < end; run += SketchLayout.runBytes(run)) {
            int covered = SketchLayout.runLength(run, end);
            int present = SketchLayout.runValue(run);
            if (covered > REGISTERS - register) {
                return false;
            }
            for (int i = 0; present > 0 && i < covered; i++) {
                SketchLayout.setRegister(dense, register + i, present);
            }
            register += covered;
        }
        if (register != REGISTERS) {
            return false;
        }
        Mem.copy(dense, value, DENSE_BYTES);
        length = DENSE_BYTES;
        return true;
    }
}
