// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.attribute;

/** The normal distribution's tail. Pure function. */
final class Normal {
    private Normal() {
    }

    /** Probability of a value above {@code z} standard deviations; to 1e-7 by a rational approximation of the error function (Abramowitz and Stegun 7.1.26). */
    static double above(double z) {
        double x = Math.abs(z) / Math.sqrt(2);
        double t = 1 / (1 + 0.3275911 * x);
        double poly = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
        double tail = 0.5 * poly * Math.exp(-x * x);
        return z >= 0 ? tail : 1 - tail;
    }
}
