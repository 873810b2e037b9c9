// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.resp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class NumbersTest {
    private static final long SEED = Long.getLong("cofferdam.seed", 20261122);

    private final Bytes bytes = new Bytes();
    private final NumberParser parser = new NumberParser();

    @AfterEach
    void close() {
        bytes.close();
    }

    private String printed(double value) {
        return bytes.text(bytes.address, NumberPrinter.writeReal(bytes.address, value));
    }

    private boolean isLong(String text) {
        return parser.parseLong(bytes.put(0, text), text.length());
    }

    private boolean isReal(String text) {
        return parser.parseDouble(bytes.put(0, text), text.length());
    }

    /** Expected texts were printed by C's printf("%.17g"). */
    @Test
    void printsRealsAsC() {
        assertThat(printed(3.2)).isEqualTo("3.2000000000000002");
        assertThat(printed(0.1)).isEqualTo("0.10000000000000001");
        assertThat(printed(-1.5)).isEqualTo("-1.5");
        assertThat(printed(1e17)).isEqualTo("1e+17");
        assertThat(printed(123456789012345680.0)).isEqualTo("1.2345678901234568e+17");
        assertThat(printed(1e-5)).isEqualTo("1.0000000000000001e-05");
        assertThat(printed(0.0001)).isEqualTo("0.0001");
        assertThat(printed(0.001)).isEqualTo("0.001");
        assertThat(printed(1.7976931348623157e308)).isEqualTo("1.7976931348623157e+308");
        assertThat(printed(4.9e-324)).isEqualTo("4.9406564584124654e-324");
        assertThat(printed(1690000000.123)).isEqualTo("1690000000.1229999");
        assertThat(printed(9007199254740993.0)).isEqualTo("9007199254740992");
        assertThat(printed(18014398509481984.0)).isEqualTo("18014398509481984");
        assertThat(printed(-0.0)).isEqualTo("-0");
        assertThat(printed(0.0)).isEqualTo("0");
        assertThat(printed(Double.NEGATIVE_INFINITY)).isEqualTo("-inf");
    }

    @Test
    void printedRealsAreTheNearestOfSeventeenDigits() {
        Random random = new Random(SEED);
        for (int i = 0; i < 200_000; i++) {
            double value = switch (random.nextInt(4)) {
                case 0 -> random.nextInt(1_000_000) / 1000.0;
                case 1 -> random.nextDouble() * Math.pow(10, random.nextInt(20) - 6);
                case 2 -> random.nextLong() / 1024.0;
                default -> Double.longBitsToDouble(random.nextLong());
            };
            if (Double.isNaN(value) || Double.isInfinite(value)) {
                continue;
            }
            String text = printed(value);
            BigDecimal expected = new BigDecimal(value).round(new MathContext(17, RoundingMode.HALF_EVEN));
            assertThat(new BigDecimal(text)).as("%s; repeat with -Dcofferdam.seed=%d", text, SEED).isEqualByComparingTo(expected);
            assertThat(text).doesNotMatch("-?[0-9]*\\.[0-9]*0|.*\\.");
        }
    }

    @Test
    void printsLongs() {
        for (long value : new long[] {0, 9, 10, -1, -10, 99, 100, Long.MAX_VALUE, Long.MIN_VALUE, 1_000_000_000_000_000_000L,
            999_999_999_999_999_999L}) {
            assertThat(bytes.text(bytes.address, NumberPrinter.writeLong(bytes.address, value))).isEqualTo(Long.toString(value));
        }
    }

    @Test
    void printsShortNumbers() {
        for (long value = 0; value < 1_100_000; value++) {
            assertShort(value);
        }
        Random random = new Random(SEED);
        for (int i = 0; i < 1_000_000; i++) {
            assertShort(random.nextLong(NumberPrinter.SHORT_LIMIT));
        }
        assertShort(NumberPrinter.SHORT_LIMIT - 1);
    }

    private void assertShort(long value) {
        String text = bytes.text(bytes.address, NumberPrinter.writeShort(bytes.address, value));
        if (!text.equals(Long.toString(value))) {
            fail(value + " is printed as '" + text + "'; repeat with -Dcofferdam.seed=" + SEED);
        }
    }

    @Test
    void readsOnlyCanonicalLongs() {
        assertThat(isLong("9223372036854775807")).isTrue();
        assertThat(parser.integer).isEqualTo(Long.MAX_VALUE);
        assertThat(isLong("-9223372036854775808")).isTrue();
        assertThat(parser.integer).isEqualTo(Long.MIN_VALUE);
        for (String text : new String[] {"", "-", "+1", " 1", "1 ", "01", "-0", "-01", "9223372036854775808", "-9223372036854775809", "1a",
            "0x1",
            "99999999999999999999"}) {
            assertThat(isLong(text)).as(text).isFalse();
        }
    }

    @Test
    void readsRealsAsStrtod() {
        assertThat(isReal("3.2")).isTrue();
        assertThat(parser.real).isEqualTo(3.2);
        assertThat(isReal("-1.7976931348623157e308")).isTrue();
        assertThat(isReal("+Inf")).isTrue();
        assertThat(parser.real).isEqualTo(Double.POSITIVE_INFINITY);
        assertThat(isReal("-infinity")).isTrue();
        assertThat(isReal("0x10")).isTrue();
        assertThat(parser.real).isEqualTo(16);
        assertThat(isReal(".5")).isTrue();
        assertThat(isReal("5.")).isTrue();
        assertThat(isReal("123456789012345678901234567890")).isTrue();
        assertThat(parser.real).isEqualTo(123456789012345678901234567890.0);
        for (String text : new String[] {"", "nan", "-nan", " 1", "1 ", "1d", "1f", ".", "e5", "1e", "1e400", "1e-400", "--1", "in"}) {
            assertThat(isReal(text)).as(text).isFalse();
        }
    }

    @Test
    void addsWithSixtyFourBits() {
        assertThat(sum("10.5", "0.1")).isEqualTo("10.6");
        assertThat(sum("5.0e3", "2.0e2")).isEqualTo("5200");
        assertThat(sum("3", "-1.23")).isEqualTo("1.77");
        assertThat(sum("0.1", "0.2")).isEqualTo("0.3");
        assertThat(sum("0", "-0")).isEqualTo("0");
        assertThat(sum("1", "inf")).isEqualTo("inf");
        assertThat(LongDouble.parse(bytes.put(0, "abc"), 3)).isNull();
    }

    private String sum(String a, String b) {
        LongDouble left = LongDouble.parse(bytes.put(0, a), a.length());
        LongDouble right = LongDouble.parse(bytes.put(0, b), b.length());
        assertThat(left).isNotNull();
        assertThat(right).isNotNull();
        return left.plus(right).toString();
    }
}
