// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.config;

import java.util.Locale;

/**
 * A part of maxmemory, as it was written: bytes or a percentage. Immutable.
 *
 * @param bytes the size, when {@code percent} is negative
 * @param percent of maxmemory, 0 to 100; negative when the share is a size
 */
public record Share(long bytes, double percent) {
    public static Share ofBytes(long bytes) {
        return new Share(bytes, -1);
    }

    public static Share ofPercent(double percent) {
        return new Share(0, percent);
    }

    /** Reads {@code 64mb} or {@code 20%}. */
    public static Share parse(String text) throws InvalidValueException {
        if (!text.endsWith("%")) {
            try {
                return ofBytes(Sizes.parseBytes(text));
            } catch (InvalidValueException e) {
                throw new InvalidValueException("'" + text + "' is neither a size, as 64mb, nor a percentage of maxmemory, as 20%");
            }
        }
        try {
            double percent = Double.parseDouble(text.substring(0, text.length() - 1));
            if (percent >= 0 && percent <= 100) {
                return ofPercent(percent);
            }
        } catch (NumberFormatException e) {
            // Falls through.
        }
        throw new InvalidValueException("'" + text + "' is not a percentage from 0% to 100%");
    }

    public boolean isPercent() {
        return percent >= 0;
    }

    public long bytesOf(long maxMemoryBytes) {
        return isPercent() ? (long) (maxMemoryBytes * percent / 100) : bytes;
    }

    /** As it would be written in a file. */
    @Override
    public String toString() {
        if (!isPercent()) {
            return Sizes.printBytes(bytes);
        }
        return percent == Math.rint(percent) ? (long) percent + "%" : String.format(Locale.ROOT, "%s%%", percent);
    }
}
