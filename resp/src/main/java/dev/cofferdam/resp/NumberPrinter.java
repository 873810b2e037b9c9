// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.resp;

import dev.cofferdam.memory.Mem;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;

/**
 * Writes numbers as text into off-heap memory, byte for byte as Redis 7.0 writes them: integers plainly, reals with C's {@code %.17g}.
 *
 * <p>Owns nothing; any thread. Allocates nothing, except for reals that are very small or have digits beyond 2^63 (then BigDecimal).
 */
public final class NumberPrinter {
    /** No long is longer in text. */
    public static final int LONG_MAX_BYTES = 20;
    /** No {@code %.17g} is longer in text. */
    public static final int REAL_MAX_BYTES = 32;

    /** Digits that tell every double from its neighbours. */
    private static final int REAL_DIGITS = 17;
    private static final MathContext EXACT_17 = new MathContext(REAL_DIGITS, RoundingMode.HALF_EVEN);
    private static final long TWO_TO_53 = 1L << 53;
    private static final long TEN_TO_17 = 100_000_000_000_000_000L;

    private NumberPrinter() {
    }

    /** Bytes that {@link #writeLong} will write. */
    public static int longBytes(long value) {
        int sign = 0;
        long left = value;
        if (left >= 0) {
            left = -left;
        } else {
            sign = 1;
        }
        long bound = -10;
        for (int digits = 1; digits < 19; digits++) {
            if (left > bound) {
                return digits + sign;
            }
            bound *= 10;
        }
        return 19 + sign;
    }

    /** Answers the number of bytes written. */
    public static int writeLong(long address, long value) {
        int bytes = longBytes(value);
        long at = address + bytes;
        if (value == Long.MIN_VALUE) {
            Mem.putByte(--at, (byte) '8');
            value /= 10;
        }
        long left = Math.abs(value);
        do {
            Mem.putByte(--at, (byte) ('0' + left % 10));
            left /= 10;
        } while (left > 0);
        if (value < 0) {
            Mem.putByte(address, (byte) '-');
        }
        return bytes;
    }

    /** Numbers that {@link #writeShort} takes. */
    static final long SHORT_LIMIT = 100_000_000;
    /** Bytes that it spoils. */
    static final int SHORT_BYTES = 8;

    /**
     * Writes a number of up to eight digits, 0 to {@link #SHORT_LIMIT} - 1, all digits at once and without a branch; spoils {@link #SHORT_BYTES} at
     * {@code address}. Answers the number of bytes written.
     *
     * <p>Halves the number three times (by 10,000, 100, 10) in parallel lanes of one word, so that each byte ends with one digit, the first digit lowest.
     */
    static int writeShort(long address, long value) {
        long fours = value / 10_000 | value % 10_000 << 32;
        // In each lane below 10,000: 10486 / 2^20 is 1/100, rounded up by too little to matter; 103 / 2^10 is 1/10 below 100.
        long hundreds = fours * 10486 >>> 20 & 0x7f_0000007fL;
        long twos = hundreds | fours - 100 * hundreds << 16;
        long tens = twos * 103 >>> 10 & 0x000f_000f_000f_000fL;
        long digits = tens | twos - 10 * tens << 8;
        int leadingZeros = Math.min(7, Long.numberOfTrailingZeros(digits) >>> 3);
        Mem.putLong(address, (digits | 0x3030303030303030L) >>> (leadingZeros << 3));
        return 8 - leadingZeros;
    }

    /** As {@code printf("%.17g")}; "inf", "-inf", "nan" for what is no number. Answers the number of bytes written. */
    public static int writeReal(long address, double value) {
        if (value == (long) value && Math.abs(value) < TWO_TO_53 && (value != 0 || 1 / value > 0)) {
            return writeLong(address, (long) value);
        }
        if (Double.isNaN(value) || Double.isInfinite(value) || value == 0) {
            return writeText(address, Double.isNaN(value) ? "nan" : value == 0 ? "-0" : value > 0 ? "inf" : "-inf");
        }
        long at = address;
        if (value < 0) {
            Mem.putByte(at++, (byte) '-');
        }
        double magnitude = Math.abs(value);
        int exponent = Math.getExponent(magnitude) - 52;
        if (exponent >= -60 && exponent < 0) {
            return (int) (writeFixed(at, magnitude, -exponent) - address);
        }
        return (int) (writeRounded(at, new BigDecimal(magnitude).round(EXACT_17)) - address);
    }

    /** 2^-8 <= magnitude < 2^53 and not whole: integer part and fraction each fit a long, so the digits come by exact arithmetic. */
    private static long writeFixed(long address, double magnitude, int fractionBits) {
        long bits = Double.doubleToRawLongBits(magnitude) & ((1L << 52) - 1) | 1L << 52;
        long whole = fractionBits > 53 ? 0 : bits >>> fractionBits;
        long mask = (1L << fractionBits) - 1;
        long fraction = bits & mask;
        // All 17 significant digits as one number; leading zeros after the point are not significant.
        long digits = whole;
        int decimals = 0;
        int significant = whole == 0 ? 0 : longBytes(whole);
        while (significant < REAL_DIGITS) {
            fraction *= 10;
            long digit = fraction >>> fractionBits;
            fraction &= mask;
            digits = digits * 10 + digit;
            decimals++;
            if (significant > 0 || digit > 0) {
                significant++;
            }
        }
        long half = 1L << (fractionBits - 1);
        if (fraction > half || fraction == half && (digits & 1) == 1) {
            digits++;
        }
        while (decimals > 0 && digits % 10 == 0) {
            digits /= 10;
            decimals--;
        }
        return writePoint(address, digits, decimals);
    }

    private static long writePoint(long address, long digits, int decimals) {
        int bytes = longBytes(digits);
        if (decimals == 0) {
            return address + writeLong(address, digits);
        }
        if (bytes > decimals) {
            writeLong(address, digits);
            long point = address + bytes - decimals;
            Mem.copy(point, point + 1, decimals);
            Mem.putByte(point, (byte) '.');
            return address + bytes + 1;
        }
        long at = address + writeText(address, "0.");
        for (int i = bytes; i < decimals; i++) {
            Mem.putByte(at++, (byte) '0');
        }
        return at + writeLong(at, digits);
    }

    /** The rare rest: exponent form, or plain form of what does not fit a long. */
    private static long writeRounded(long address, BigDecimal rounded) {
        String digits = rounded.unscaledValue().toString();
        int exponent = digits.length() - 1 - rounded.scale();
        int last = digits.length();
        while (last > 1 && digits.charAt(last - 1) == '0') {
            last--;
        }
        digits = digits.substring(0, last);
        if (exponent >= -4 && exponent < REAL_DIGITS) {
            return address + writeText(address, new BigDecimal(rounded.stripTrailingZeros().toPlainString()).toPlainString());
        }
        StringBuilder text = new StringBuilder(REAL_MAX_BYTES).append(digits.charAt(0));
        if (digits.length() > 1) {
            text.append('.').append(digits, 1, digits.length());
        }
        text.append('e').append(exponent < 0 ? '-' : '+');
        int size = Math.abs(exponent);
        if (size < 10) {
            text.append('0');
        }
        return address + writeText(address, text.append(size).toString());
    }

    /** As {@code printf("%.17f")} without the zeros at its end: what Redis calls human. Answers the number of bytes written. */
    static int writePlain(long address, double value) {
        if (value == (long) value) {
            return writeLong(address, (long) value);
        }
        double magnitude = Math.abs(value);
        int fractionBits = 52 - Math.getExponent(magnitude);
        if (fractionBits > 63 || fractionBits <= 0) {
            BigDecimal rounded = new BigDecimal(value).setScale(REAL_DIGITS, RoundingMode.HALF_EVEN);
            return writeText(address, rounded.signum() == 0 ? "0" : rounded.stripTrailingZeros().toPlainString());
        }
        long bits = Double.doubleToRawLongBits(magnitude) & (1L << 52) - 1 | 1L << 52;
        long whole = bits >>> fractionBits;
        // The fraction in units of 2^-64, times 10^17: 128 bits, of which the upper half are the decimals.
        long fraction = bits << 64 - fractionBits;
        long decimals = Math.unsignedMultiplyHigh(fraction, TEN_TO_17);
        long below = fraction * TEN_TO_17;
        if (below < 0 && (below != Long.MIN_VALUE || (decimals & 1) == 1)) {
            decimals++;
        }
        if (decimals == TEN_TO_17) {
            decimals = 0;
            whole++;
        }
        long at = address;
        if (value < 0 && (whole | decimals) != 0) {
            Mem.putByte(at++, (byte) '-');
        }
        at += writeLong(at, whole);
        return (int) (writeFraction(at, decimals, REAL_DIGITS, true) - address);
    }

    /** As Redis's own fixed-point printer: so many decimals, at most nine, of a number that is not negative. Answers the number of bytes written. */
    static int writeDecimals(long address, double value, int decimals) {
        long unit = 1;
        for (int i = 0; i < decimals; i++) {
            unit *= 10;
        }
        long scaled = (long) Math.rint(value * unit);
        long at = address + writeLong(address, scaled / unit);
        return (int) (writeFraction(at, scaled % unit, decimals, false) - address);
    }

    private static long writeFraction(long address, long fraction, int digits, boolean trims) {
        long rest = fraction;
        int left = digits;
        while (trims && left > 0 && rest % 10 == 0) {
            rest /= 10;
            left--;
        }
        if (left == 0) {
            return address;
        }
        Mem.putByte(address, (byte) '.');
        for (int i = left; i > 0; i--) {
            Mem.putByte(address + i, (byte) ('0' + rest % 10));
            rest /= 10;
        }
        return address + 1 + left;
    }

    /** ASCII only. */
    static int writeText(long address, String text) {
        for (int i = 0; i < text.length(); i++) {
            Mem.putByte(address + i, (byte) text.charAt(i));
        }
        return text.length();
    }
}
