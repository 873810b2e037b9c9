// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.detect;

/** Seeded random numbers that are the same on every machine and cost a few nanoseconds (SplitMix64). One thread. */
final class Chance {
    private long state;

    Chance(long seed) {
        state = seed;
    }

    long next() {
        long z = state += 0x9E3779B97F4A7C15L;
        z = (z ^ z >>> 30) * 0xBF58476D1CE4E5B9L;
        z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
        return z ^ z >>> 31;
    }

    /** From 0 to below 1. */
    double uniform() {
        return (next() >>> 11) * 0x1p-53;
    }

    double between(double low, double high) {
        return low + (high - low) * uniform();
    }

    int below(int bound) {
        return (int) (uniform() * bound);
    }

    /** Nearly normal, deviation 1, never beyond 3.5: the sum of four uniform numbers. */
    double normal() {
        long bits = next();
        long sum = (bits & 0xffff) + (bits >>> 16 & 0xffff) + (bits >>> 32 & 0xffff) + (bits >>> 48);
        return (sum - 131_070.0) / 37_837.0;
    }

    /** Seconds until the next of events that come so many times a week, at random. */
    double untilNext(double perWeek) {
        return -StrictMath.log(1 - uniform()) * 604_800 / perWeek;
    }
}
