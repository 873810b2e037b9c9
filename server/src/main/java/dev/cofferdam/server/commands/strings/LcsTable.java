// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.commands.strings;

import dev.cofferdam.memory.Account;
import dev.cofferdam.memory.Mem;
import org.jspecify.annotations.Nullable;

/**
 * The longest common subsequence of two texts, by the usual dynamic programming over all pairs of beginnings, and the way back through it.
 *
 * <p>Owns one run of the connections' account, returned by {@link #close}; made per command. Of the table only two columns of lengths are kept, and of each pair
 * one bit: whether the way back, where the bytes differ, leaves out the first text's byte. That is a thirty-second of Redis's table, and all the way back needs.
 *
 * <pre>
 *  run  | column (4 bytes a byte of the shorter text, and one) | column | bits, a row for each byte of the first text | the result |
 * </pre>
 */
final class LcsTable implements AutoCloseable {
    private static final int LENGTH_BYTES = 4;

    private final Account account;
    private final long run;
    private final long runBytes;
    private final long first;
    private final int firstLength;
    private final long second;
    private final int secondLength;
    private final boolean withWay;

    private LcsTable(Account account, long run, long runBytes, long first, int firstLength, long second, int secondLength,
            boolean withWay) {
        this.account = account;
        this.run = run;
        this.runBytes = runBytes;
        this.first = first;
        this.firstLength = firstLength;
        this.second = second;
        this.secondLength = secondLength;
        this.withWay = withWay;
    }

    /** Null when the account is refused the memory; without {@code withWay} there is only the length. */
    static @Nullable LcsTable open(Account account, long first, int firstLength, long second, int secondLength, boolean withWay) {
        long shorter = Math.min(firstLength, secondLength);
        long bytes = columnBytes(shorter) * 2 + (withWay ? rowBytes(secondLength) * firstLength + shorter : 0);
        long run = account.takeRun(bytes);
        return run == 0 ? null : new LcsTable(account, run, bytes, first, firstLength, second, secondLength, withWay);
    }

    private static long columnBytes(long length) {
        return (length + 1) * LENGTH_BYTES;
    }

    private static long rowBytes(long length) {
        return (length + 7) / 8;
    }

    @Override
    public void close() {
        account.returnRun(run, runBytes);
    }

    private long bits() {
        return run + 2 * columnBytes(Math.min(firstLength, secondLength));
    }

    /** Fills the table; answers the length of the longest common subsequence. */
    int fill() {
        if (withWay) {
            Mem.fill(bits(), rowBytes(secondLength) * firstLength, (byte) 0);
        }
        boolean secondIsShorter = secondLength <= firstLength;
        long outer = secondIsShorter ? first : second;
        int outerLength = secondIsShorter ? firstLength : secondLength;
        long inner = secondIsShorter ? second : first;
        int innerLength = secondIsShorter ? secondLength : firstLength;
        long before = run;
        long now = run + columnBytes(innerLength);
        Mem.fill(run, 2 * columnBytes(innerLength), (byte) 0);
        for (int i = 0; i < outerLength; i++) {
            byte c = Mem.getByte(outer + i);
            int left = 0;
            int diagonal = 0;
            for (int j = 0; j < innerLength; j++) {
                int above = Mem.getInt(before + (long) (j + 1) * LENGTH_BYTES);
                if (c == Mem.getByte(inner + j)) {
                    left = diagonal + 1;
                } else {
                    boolean leavesFirst = secondIsShorter ? above > left : left > above;
                    if (leavesFirst && withWay) {
                        mark(secondIsShorter ? i : j, secondIsShorter ? j : i);
                    }
                    left = Math.max(above, left);
                }
                diagonal = above;
                Mem.putInt(now + (long) (j + 1) * LENGTH_BYTES, left);
            }
            long swapped = before;
            before = now;
            now = swapped;
        }
        return Mem.getInt(before + (long) innerLength * LENGTH_BYTES);
    }

    private void mark(int i, int j) {
        long at = bits() + rowBytes(secondLength) * i + (j >>> 3);
        Mem.putByte(at, (byte) (Mem.getByte(at) | 1 << (j & 7)));
    }

    /** On the way back, from these numbers of bytes on, where the last ones differ: true when the first text's is left out, else the second's. */
    boolean leavesFirst(int firstBytes, int secondBytes) {
        int j = secondBytes - 1;
        return (Mem.getByte(bits() + rowBytes(secondLength) * (firstBytes - 1) + (j >>> 3)) >>> (j & 7) & 1) != 0;
    }

    boolean isMatch(int firstBytes, int secondBytes) {
        return Mem.getByte(first + firstBytes - 1) == Mem.getByte(second + secondBytes - 1);
    }

    /** Writes the subsequence, whose length {@link #fill} has said, into the table's memory; answers where. */
    long subsequence(int length) {
        long text = bits() + rowBytes(secondLength) * firstLength;
        int left = length;
        for (int i = firstLength, j = secondLength; i > 0 && j > 0;) {
            if (isMatch(i, j)) {
                Mem.putByte(text + --left, Mem.getByte(first + i - 1));
                i--;
                j--;
            } else if (leavesFirst(i, j)) {
                i--;
            } else {
                j--;
            }
        }
        return text;
    }
}
