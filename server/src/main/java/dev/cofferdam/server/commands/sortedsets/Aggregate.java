// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.commands.sortedsets;

/** How scores of one member in several sets become one. Comparisons are C's: a NaN loses. */
enum Aggregate {
    SUM {
        @Override
        double of(double so, double next) {
            return orZero(so + next);
        }
    },
    MIN {
        @Override
        double of(double so, double next) {
            return next < so ? next : so;
        }
    },
    MAX {
        @Override
        double of(double so, double next) {
            return next > so ? next : so;
        }
    };

    abstract double of(double so, double next);

    /** Infinity minus infinity, and zero times infinity, count as zero. */
    static double orZero(double score) {
        return Double.isNaN(score) ? 0 : score;
    }
}
