// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.detect;

/** How a fill goes on its way from nothing to full: the four of which climbs are made. No state. */
enum FillShape {
    STRAIGHT {
        @Override
        double at(double time) {
            return time;
        }
    },
    /** Begins at 30 % of its mean rate and ends at 170 %. */
    ACCELERATING {
        @Override
        double at(double time) {
            return 0.3 * time + 0.7 * time * time;
        }
    },
    /** Begins at 170 % of its mean rate and ends at 30 %. */
    DECELERATING {
        @Override
        double at(double time) {
            return 1.7 * time - 0.7 * time * time;
        }
    },
    /** Twelve times twice the mean rate, and twelve times nothing. */
    BURSTY {
        @Override
        double at(double time) {
            double periods = time * 12;
            double whole = StrictMath.floor(periods);
            return (whole + Math.min(1, 2 * (periods - whole))) / 12;
        }
    };

    abstract double at(double time);

    /** Part of the headroom that is filled at a part of the time; past its end it goes on at the mean rate, for a load that falls meanwhile. */
    double filled(double time) {
        return time <= 1 ? at(time) : time;
    }
}
