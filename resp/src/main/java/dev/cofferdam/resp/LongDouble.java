// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.resp;

import dev.cofferdam.memory.Mem;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The 80-bit real of x86 that INCRBYFLOAT and HINCRBYFLOAT calculate with: 64 significant bits, so that 10.5 + 0.1 is written 10.6.
 *
 * <p>Immutable; any thread. Calculated exactly and then rounded to 64 bits; slow and allocating, which these two commands can bear.
 */
public final class LongDouble {
    private static final int SIGNIFICANT_BITS = 64;
    /** Decimals that Redis prints before it cuts the zeros. */
    private static final int DECIMALS = 17;
    /** Longest text that is read. */
    private static final int TEXT_MAX_BYTES = 5 * 1024;
    /** Beyond this power of ten an 80-bit real overflows (the largest is about 1.19e4932). */
    private static final int EXPONENT_MAX = 4932;

    private final BigDecimal value;
    /** -1, 0 or 1: the infinity it is, 0 for a finite number. */
    private final int infinity;

    private LongDouble(BigDecimal value, int infinity) {
        this.value = value;
        this.infinity = infinity;
    }

    /** Every long has at most 63 significant bits, so it is exact. */
    public static LongDouble of(long integer) {
        return new LongDouble(BigDecimal.valueOf(integer), 0);
    }

    /** The number that the whole text is, or null when it is none. */
    public static @Nullable LongDouble parse(long address, int length) {
        if (length <= 0 || length > TEXT_MAX_BYTES) {
            return null;
        }
        String text = new String(Mem.bytes(address, length), StandardCharsets.ISO_8859_1).toLowerCase(java.util.Locale.ROOT);
        boolean negative = text.startsWith("-");
        String rest = negative || text.startsWith("+") ? text.substring(1) : text;
        if (rest.equals("inf") || rest.equals("infinity")) {
            return new LongDouble(BigDecimal.ZERO, negative ? -1 : 1);
        }
        if (RealGrammar.isHexadecimal(rest)) {
            double exact = Double.parseDouble(rest.indexOf('p') < 0 ? rest + "p0" : rest);
            return Double.isInfinite(exact) ? null : new LongDouble(new BigDecimal(negative ? -exact : exact), 0);
        }
        if (!RealGrammar.isDecimal(rest)) {
            return null;
        }
        int exponentMark = rest.indexOf('e');
        if (exponentMark >= 0 && rest.length() - exponentMark > 7) {
            return null;
        }
        BigDecimal exact = new BigDecimal(rest.endsWith(".") ? rest + "0" : rest.replace(".e", ".0e"));
        if (exact.signum() != 0 && Math.abs((long) exact.precision() - exact.scale()) > EXPONENT_MAX) {
            return null;
        }
        return new LongDouble(rounded(negative ? exact.negate() : exact), 0);
    }

    public LongDouble plus(LongDouble other) {
        if (infinity != 0 || other.infinity != 0) {
            return new LongDouble(BigDecimal.ZERO, infinity == 0 ? other.infinity : infinity);
        }
        return new LongDouble(rounded(value.add(other.value)), 0);
    }

    /** False for what Redis calls "NaN or Infinity". */
    public boolean isFinite() {
        return infinity == 0;
    }

    /** As Redis prints it for people: up to 17 decimals, no exponent, no trailing zeros. */
    @Override
    public String toString() {
        if (infinity != 0) {
            return infinity > 0 ? "inf" : "-inf";
        }
        BigDecimal printed = value.setScale(DECIMALS, RoundingMode.HALF_EVEN).stripTrailingZeros();
        return printed.signum() == 0 ? "0" : printed.toPlainString();
    }

    /** Nearest number of 64 significant bits, ties to even. */
    private static BigDecimal rounded(BigDecimal exact) {
        if (exact.signum() == 0) {
            return BigDecimal.ZERO;
        }
        BigInteger numerator = exact.unscaledValue().abs();
        BigInteger denominator = BigInteger.ONE;
        if (exact.scale() > 0) {
            denominator = BigInteger.TEN.pow(exact.scale());
        } else {
            numerator = numerator.multiply(BigInteger.TEN.pow(-exact.scale()));
        }
        int shift = SIGNIFICANT_BITS - (numerator.bitLength() - denominator.bitLength());
        BigInteger quotient = divideToEven(numerator, denominator, shift);
        if (quotient.bitLength() > SIGNIFICANT_BITS) {
            shift -= quotient.bitLength() - SIGNIFICANT_BITS;
            quotient = divideToEven(numerator, denominator, shift);
        }
        BigDecimal result = shift >= 0
                ? new BigDecimal(quotient).divide(new BigDecimal(BigInteger.ONE.shiftLeft(shift)))
                : new BigDecimal(quotient.shiftLeft(-shift));
        return exact.signum() < 0 ? result.negate() : result;
    }

    private static BigInteger divideToEven(BigInteger numerator, BigInteger denominator, int shift) {
        BigInteger n = shift >= 0 ? numerator.shiftLeft(shift) : numerator;
        BigInteger d = shift >= 0 ? denominator : denominator.shiftLeft(-shift);
        BigInteger[] parts = n.divideAndRemainder(d);
        int comparison = parts[1].shiftLeft(1).compareTo(d);
        boolean up = comparison > 0 || comparison == 0 && parts[0].testBit(0);
        return up ? parts[0].add(BigInteger.ONE) : parts[0];
    }
}
