// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.commands.hyperloglog;

import static dev.cofferdam.server.commands.hyperloglog.SketchLayout.HEAD_BYTES;
import static dev.cofferdam.server.commands.hyperloglog.SketchLayout.REGISTERS;

import dev.cofferdam.memory.Mem;

/**
 * How many distinct elements registers have seen: Otmar Ertl's improved raw estimator ("New cardinality estimation algorithms for HyperLogLog sketches", 2017),
 * in the order of arithmetic that makes it Redis's figure. Owns nothing.
 */
final class Estimate {
    /** Bits of an element's hash that do not choose its register. */
    private static final int HASH_BITS = 50;
    private static final int VALUES = 64;
    /** 1 / (2 ln 2). */
    private static final double ALPHA = 0.721347520444481703680;

    private Estimate() {
    }

    /** Of a HyperLogLog in either form; -1 when it is corrupt. */
    static long of(long value, long length) {
        int[] histogram = new int[VALUES];
        if (SketchLayout.isDense(value)) {
            for (int i = 0; i < REGISTERS; i++) {
                histogram[SketchLayout.register(value, i)]++;
            }
            return of(histogram);
        }
        if (length > SketchLayout.SPARSE_MAX_BYTES) {
            return -1;
        }
        long end = value + length;
        long registers = 0;
        for (long run = value + HEAD_BYTES; run < end; run += SketchLayout.runBytes(run)) {
            int covered = SketchLayout.runLength(run, end);
            histogram[SketchLayout.runValue(run)] += covered;
            registers += covered;
        }
        return registers == REGISTERS ? of(histogram) : -1;
    }

    /** Of registers of a byte each. */
    static long ofBytes(long registers) {
        int[] histogram = new int[VALUES];
        for (int i = 0; i < REGISTERS; i++) {
            histogram[Mem.getByte(registers + i)]++;
        }
        return of(histogram);
    }

    private static long of(int[] histogram) {
        double registers = REGISTERS;
        double sum = registers * tau((registers - histogram[HASH_BITS + 1]) / registers);
        for (int i = HASH_BITS; i >= 1; i--) {
            sum += histogram[i];
            sum *= 0.5;
        }
        sum += registers * sigma(histogram[0] / registers);
        return Math.round(ALPHA * registers * registers / sum);
    }

    /** x + x^2 + 2 x^4 + 4 x^8 ..., until it does not change any more. */
    private static double sigma(double share) {
        if (share == 1) {
            return Double.POSITIVE_INFINITY;
        }
        double x = share;
        double factor = 1;
        double sum = x;
        double before;
        do {
            x *= x;
            before = sum;
            sum += x * factor;
            factor += factor;
        } while (before != sum);
        return sum;
    }

    private static double tau(double share) {
        if (share == 0 || share == 1) {
            return 0;
        }
        double x = share;
        double factor = 1;
        double sum = 1 - x;
        double before;
        do {
            x = Math.sqrt(x);
            before = sum;
            factor *= 0.5;
            sum -= (1 - x) * (1 - x) * factor;
        } while (before != sum);
        return sum / 3;
    }
}
