// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.detect;

import java.io.DataInput;
import java.io.IOException;

/** Reads numbers of a saved state and refuses those that no detector can have written. No state. */
final class Saved {
    private Saved() {
    }

    static double finite(DataInput in) throws IOException {
        double value = in.readDouble();
        if (!Double.isFinite(value)) {
            throw new IOException("not a number: " + value);
        }
        return value;
    }

    static double positive(DataInput in) throws IOException {
        double value = finite(in);
        if (value < 0) {
            throw new IOException("below 0: " + value);
        }
        return value;
    }

    static int count(DataInput in, int max) throws IOException {
        int value = in.readInt();
        if (value < 0 || value > max) {
            throw new IOException("count " + value + " of at most " + max);
        }
        return value;
    }

    static long day(DataInput in) throws IOException {
        long day = in.readLong();
        if (day < 0) {
            throw new IOException("day " + day);
        }
        return day;
    }

    static Stage stage(DataInput in) throws IOException {
        return Stage.values()[count(in, Stage.PAGE.ordinal())];
    }
}
