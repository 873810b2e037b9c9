// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.scripting;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cofferdam.server.command.CommandHarness;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Random Lua values, and what each must become in RESP2 and RESP3 by Redis's rules, written down independently of the code. */
class ReplyConversionPropertyTest {
    private static final int ROUNDS = 400;
    private final long seed = Long.getLong("cofferdam.seed", 20261123L);
    private final Random random = new Random(seed);

    /** A value as Lua source, and its replies. */
    private record Value(String lua, String resp2, String resp3) {
    }

    private Value value(int depth) {
        return switch (random.nextInt(depth > 3 ? 6 : 11)) {
            case 0 -> {
                long number = random.nextInt(4) == 0 ? random.nextLong() >> 11 : random.nextInt(2000) - 1000;
                yield new Value(number + (random.nextBoolean() && number >= 0 && Math.abs(number) < 1 << 20 ? ".75" : ""),
                        ":" + number + "\r\n",
                        ":" + number + "\r\n");
            }
            case 1, 2 -> {
                String text = text();
                yield same(quoted(text), "$" + text.length() + "\r\n" + text + "\r\n");
            }
            case 3 -> same("true", ":1\r\n");
            case 4 -> new Value("false", "$-1\r\n", "_\r\n");
            case 5 -> {
                String text = text().replaceAll("[\r\n]", "z");
                yield random.nextBoolean()
                        ? same("{ok=" + quoted(text) + "}", "+" + text + "\r\n")
                        : same("{err=" + quoted(text) + "}", "-" + text + "\r\n");
            }
            case 6 -> {
                double real = (random.nextInt(2000) - 1000) / 8.0;
                String plain = real == Math.rint(real) ? Long.toString((long) real) : Double.toString(real);
                yield new Value("{double=" + real + "}", "$" + plain.length() + "\r\n" + plain + "\r\n", "," + plain + "\r\n");
            }
            case 7 -> {
                Value inner = value(depth + 1);
                yield new Value("{map={['k']=" + inner.lua + "}}", "*2\r\n$1\r\nk\r\n" + inner.resp2, "%1\r\n$1\r\nk\r\n" + inner.resp3);
            }
            case 8 -> new Value("{set={x=true}}", "*1\r\n$1\r\nx\r\n", "~1\r\n$1\r\nx\r\n");
            default -> {
                StringBuilder lua = new StringBuilder("{");
                StringBuilder resp2 = new StringBuilder();
                StringBuilder resp3 = new StringBuilder();
                int count = random.nextInt(5);
                for (int i = 0; i < count; i++) {
                    Value inner = value(depth + 1);
                    lua.append(inner.lua).append(',');
                    resp2.append(inner.resp2);
                    resp3.append(inner.resp3);
                }
                yield new Value(lua + (random.nextBoolean() ? "nil,'never seen'" : "") + "}", "*" + count + "\r\n" + resp2,
                        "*" + count + "\r\n" + resp3);
            }
        };
    }

    private static Value same(String lua, String reply) {
        return new Value(lua, reply, reply);
    }

    private String text() {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(12); i > 0; i--) {
            text.append((char) (random.nextInt(5) == 0 ? random.nextInt(32) : 32 + random.nextInt(95)));
        }
        return text.toString();
    }

    private static String quoted(String text) {
        StringBuilder out = new StringBuilder("'");
        for (char c : text.toCharArray()) {
            out.append(String.format("\\%03d", (int) c));
        }
        return out.append('\'').toString();
    }

    @Test
    void everyValueBecomesItsReply() {
        try (CommandHarness harness = CommandHarness.single(32 << 20)) {
            for (int i = 0; i < ROUNDS; i++) {
                Value value = value(0);
                String script = "return " + value.lua;
                String hint = "seed " + seed + ", round " + i
                        + "; repeat: mvn test -pl server -Dtest=ReplyConversionPropertyTest -Dcofferdam.seed="
                        + seed;
                assertThat(harness.run("EVAL", script, "0")).as(hint).isEqualTo(value.resp2);
                harness.run("HELLO", "3");
                assertThat(harness.run("EVAL", script, "0")).as(hint).isEqualTo(value.resp3);
                harness.run("HELLO", "2");
                if (!script.contains("never seen")) {
                    roundTrip(harness, script, hint); // one with holes is a map, whose order may change
                }
            }
        }
    }

    /** What a Lua library makes of a value and reads back is the same value. */
    private static void roundTrip(CommandHarness harness, String script, String hint) {
        String packed = script.replaceFirst("return ", "local v = ")
                + " return cmsgpack.pack(cmsgpack.unpack(cmsgpack.pack(v))) == cmsgpack.pack(v)";
        String json = script.replaceFirst("return ", "local v = ")
                + " local ok, a = pcall(cjson.encode, v) return not ok or cjson.encode(cjson.decode(a)) == a or #a > 15";
        assertThat(harness.run("EVAL", packed, "0")).as(hint).isIn(":1\r\n");
        assertThat(harness.run("EVAL", json, "0")).as(hint).isIn(":1\r\n");
    }
}
