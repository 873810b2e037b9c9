// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.dump;

import dev.cofferdam.memory.Mem;

/**
 * The checksum of dumps: CRC-64 by Jones, reflected, without inversion at either end.
 *
 * <p>Stateless. Eight bytes a step: table {@code k} holds what a byte does to the sum when {@code k} more bytes follow it.
 */
public final class Crc64 {
    private static final long POLYNOMIAL = 0x95ac9329ac4bc9b5L;
    private static final int WORD = 8;
    private static final long[][] TABLES = tables();

    private Crc64() {
    }

    private static long[][] tables() {
        long[][] tables = new long[WORD][256];
        for (int i = 0; i < 256; i++) {
            long value = i;
            for (int bit = 0; bit < 8; bit++) {
                value = (value & 1) != 0 ? value >>> 1 ^ POLYNOMIAL : value >>> 1;
            }
            tables[0][i] = value;
        }
        for (int k = 1; k < WORD; k++) {
            for (int i = 0; i < 256; i++) {
                long before = tables[k - 1][i];
                tables[k][i] = tables[0][(int) before & 0xff] ^ before >>> 8;
            }
        }
        return tables;
    }

    /** The sum of what had the sum {@code crc}, and these bytes behind it. Begins with 0. */
    public static long of(long crc, long address, long length) {
        long sum = crc;
        long at = address;
        long end = address + length;
        for (; at + WORD <= end; at += WORD) {
            long word = sum ^ Mem.getLong(at);
            sum = 0;
            for (int k = 0; k < WORD; k++) {
                sum ^= TABLES[WORD - 1 - k][(int) (word >>> 8 * k) & 0xff];
            }
        }
        for (; at < end; at++) {
            sum = step(sum, Mem.getByte(at));
        }
        return sum;
    }

    /** One byte more. */
    public static long step(long crc, int value) {
        return TABLES[0][(int) (crc ^ value) & 0xff] ^ crc >>> 8;
    }
}
