// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.commands.geo;

/**
 * A real number as the sum of two doubles, some 106 bits (Dekker 1971): what a sine is computed with that shall be right to its last bit. Mutable, so that
 * nothing is allocated; every operation leaves its result here.
 */
final class Twofold {
    double high;
    double low;

    Twofold set(double newHigh, double newLow) {
        high = newHigh;
        low = newLow;
        return this;
    }

    Twofold set(Twofold other) {
        return set(other.high, other.low);
    }

    Twofold multiply(double otherHigh, double otherLow) {
        double product = high * otherHigh;
        double rest = Math.fma(high, otherHigh, -product) + (high * otherLow + low * otherHigh);
        return normalize(product, rest);
    }

    Twofold multiply(Twofold other) {
        return multiply(other.high, other.low);
    }

    Twofold add(double otherHigh, double otherLow) {
        double sum = high + otherHigh;
        double part = sum - high;
        double rest = high - (sum - part) + (otherHigh - part) + (low + otherLow);
        return normalize(sum, rest);
    }

    Twofold add(Twofold other) {
        return add(other.high, other.low);
    }

    private Twofold normalize(double sum, double rest) {
        high = sum + rest;
        low = rest - (high - sum);
        return this;
    }
}
