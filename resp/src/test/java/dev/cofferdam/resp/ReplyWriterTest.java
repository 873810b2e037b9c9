// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.resp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ReplyWriterTest {
    private final Bytes bytes = new Bytes();
    private final StringBuilder taken = new StringBuilder();

    @AfterEach
    void close() {
        bytes.close();
    }

    /** Everything a reply writes, through a buffer of the least size allowed. */
    private String written(boolean resp3, Consumer<ReplyWriter> reply) {
        taken.setLength(0);
        ReplyRoom room = new ReplyRoom() {
            @Override
            public void makeRoom(ReplyWriter writer, int wanted) {
                taken.append(bytes.text(writer.start(), writer.writtenBytes()));
                writer.attach(bytes.address, ReplyWriter.MAX_REQUEST_BYTES);
            }

            @Override
            public boolean takeReference(ReplyWriter writer, long address, long length) {
                return false;
            }
        };
        ReplyWriter writer = new ReplyWriter(room);
        writer.setResp3(resp3);
        writer.attach(bytes.address, ReplyWriter.MAX_REQUEST_BYTES);
        reply.accept(writer);
        room.makeRoom(writer, 0);
        return taken.toString();
    }

    private void check(Consumer<ReplyWriter> reply, String resp2, String resp3) {
        assertThat(written(false, reply)).isEqualTo(resp2);
        assertThat(written(true, reply)).isEqualTo(resp3);
    }

    @Test
    void writesBothProtocols() {
        check(ReplyWriter::ok, "+OK\r\n", "+OK\r\n");
        check(w -> w.integer(-42), ":-42\r\n", ":-42\r\n");
        check(ReplyWriter::nil, "$-1\r\n", "_\r\n");
        check(ReplyWriter::nilArray, "*-1\r\n", "_\r\n");
        check(w -> w.map(2), "*4\r\n", "%2\r\n");
        check(w -> w.set(12), "*12\r\n", "~12\r\n");
        check(w -> w.push(3), "*3\r\n", ">3\r\n");
        check(w -> w.real(3.2), "$18\r\n3.2000000000000002\r\n", ",3.2000000000000002\r\n");
        check(w -> w.real(7), "$1\r\n7\r\n", ",7\r\n");
        check(w -> w.bulkReal(7), "$1\r\n7\r\n", "$1\r\n7\r\n");
        check(w -> w.bool(true), ":1\r\n", "#t\r\n");
        check(w -> w.bulkLong(Long.MIN_VALUE), "$20\r\n-9223372036854775808\r\n", "$20\r\n-9223372036854775808\r\n");
        check(w -> w.verbatim("txt", "hi"), "$2\r\nhi\r\n", "=6\r\ntxt:hi\r\n");
        check(w -> w.error("ERR a\r\nb"), "-ERR a  b\r\n", "-ERR a  b\r\n");
        check(w -> w.bulk("\u00e9"), "$2\r\n\u00c3\u00a9\r\n", "$2\r\n\u00c3\u00a9\r\n");
        check(ReplyWriter::emptyBulk, "$0\r\n\r\n", "$0\r\n\r\n");
    }

    /** Against BigDecimal: places on the earth, numbers near zero, and those just below a whole one. */
    @Test
    void plainNumbersHaveSeventeenDecimalsWithoutZeros() {
        long seed = Long.getLong("cofferdam.seed", 20261123L);
        java.util.Random random = new java.util.Random(seed);
        for (int i = 0; i < 200_000; i++) {
            double value = switch (i % 4) {
                case 0 -> random.nextDouble() * 360 - 180;
                case 1 -> random.nextGaussian() * Math.pow(10, -random.nextInt(24));
                case 2 -> Math.nextDown((double) random.nextInt(181));
                default -> random.nextInt(400) / 8.0 - 20;
            };
            String expected = new java.math.BigDecimal(value).setScale(17, java.math.RoundingMode.HALF_EVEN).stripTrailingZeros()
                .toPlainString();
            assertThat(written(true, w -> w.plainReal(value))).as("%s, -Dcofferdam.seed=%d", value, seed)
                .isEqualTo("," + expected + "\r\n");
        }
        check(w -> w.plainReal(-0.5), "$4\r\n-0.5\r\n", ",-0.5\r\n");
        check(w -> w.plainReal(1e30), "$31\r\n1000000000000000019884624838656\r\n",
                ",1000000000000000019884624838656\r\n");
        check(w -> w.bulkDecimals(166274.15156, 4), "$11\r\n166274.1516\r\n", "$11\r\n166274.1516\r\n");
        check(w -> w.bulkDecimals(0.00004, 4), "$6\r\n0.0000\r\n", "$6\r\n0.0000\r\n");
    }

    @Test
    void repliesLongerThanTheBufferArriveWhole() {
        StringBuilder value = new StringBuilder();
        for (int i = 0; i < 50_000; i++) {
            value.append((char) ('a' + i % 26));
        }
        long address = bytes.put(4096, value.toString());
        StringBuilder expected = new StringBuilder();
        Consumer<ReplyWriter> reply = writer -> {
            for (int length = 0; length < 50_000; length += 777) {
                writer.bulk(address, length);
                writer.integer(length);
            }
        };
        for (int length = 0; length < 50_000; length += 777) {
            expected.append('$').append(length).append("\r\n").append(value, 0, length).append("\r\n:").append(length).append("\r\n");
        }
        assertThat(written(false, reply)).isEqualTo(expected.toString());
    }

    @Test
    void countsErrorsAndTakesBackWhatWasNotSent() {
        ReplyWriter writer = new ReplyWriter(new ReplyRoom() {
            @Override
            public void makeRoom(ReplyWriter from, int wanted) {
                throw new AssertionError("there is room");
            }

            @Override
            public boolean takeReference(ReplyWriter from, long address, long length) {
                return false;
            }
        });
        writer.attach(bytes.address, 4096);
        writer.ok();
        long mark = writer.position();
        writer.error("ERR x");
        assertThat(writer.errors()).isEqualTo(1);
        assertThat(writer.lastError()).isEqualTo("ERR x");
        writer.rewind(mark);
        assertThat(bytes.text(writer.start(), writer.writtenBytes())).isEqualTo("+OK\r\n");
    }
}
