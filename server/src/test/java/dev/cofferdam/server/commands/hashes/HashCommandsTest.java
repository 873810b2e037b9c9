// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.commands.hashes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cofferdam.server.command.CommandHarness;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HashCommandsTest {
    private static final long SEED = Long.getLong("cofferdam.seed", 20261122L);
    private final CommandHarness harness = CommandHarness.single(32 << 20);

    @AfterEach
    void close() {
        harness.close();
    }

    private String run(String... command) {
        return harness.run(command);
    }

    @Test
    void setsReadsAndDeletesFields() {
        assertThat(run("HSET", "h", "a", "1", "b", "2", "a", "3")).isEqualTo(":2\r\n");
        assertThat(run("HSET", "h", "a", "1", "b")).isEqualTo("-ERR wrong number of arguments for 'hset' command\r\n");
        assertThat(run("HMSET", "h", "a")).isEqualTo("-ERR wrong number of arguments for 'hmset' command\r\n");
        assertThat(run("HMGET", "h", "a", "none", "b")).isEqualTo("*3\r\n$1\r\n3\r\n$-1\r\n$1\r\n2\r\n");
        assertThat(run("HSETNX", "h", "a", "9")).isEqualTo(":0\r\n");
        assertThat(run("HSTRLEN", "h", "a")).isEqualTo(":1\r\n");
        assertThat(run("HDEL", "h", "a", "b", "c")).isEqualTo(":2\r\n");
        assertThat(run("HEXISTS", "h", "a")).isEqualTo(":0\r\n");
        assertThat(run("HGETALL", "h")).isEqualTo("*0\r\n");
        run("SADD", "set", "m");
        assertThat(run("HGET", "set", "f")).isEqualTo("-WRONGTYPE Operation against a key holding the wrong kind of value\r\n");
    }

    @Test
    void countsInFields() {
        assertThat(run("HINCRBY", "h", "n", "9223372036854775807")).isEqualTo(":9223372036854775807\r\n");
        assertThat(run("HINCRBY", "h", "n", "1")).isEqualTo("-ERR increment or decrement would overflow\r\n");
        assertThat(run("HINCRBYFLOAT", "h", "f", "10.5")).isEqualTo("$4\r\n10.5\r\n");
        assertThat(run("HINCRBYFLOAT", "h", "f", "0.1")).isEqualTo("$4\r\n10.6\r\n");
        assertThat(run("HINCRBYFLOAT", "h", "f", "nan")).startsWith("-ERR value is ");
        assertThat(run("HINCRBY", "h", "f", "1")).isEqualTo("-ERR hash value is not an integer\r\n");
        for (int digits = 1; digits < 19; digits++) {
            run("HSET", "h", "c", "9".repeat(digits));
            assertThat(run("HINCRBY", "h", "c", "1")).isEqualTo(":1" + "0".repeat(digits) + "\r\n");
            assertThat(run("HGET", "h", "c")).isEqualTo("$" + (digits + 1) + "\r\n1" + "0".repeat(digits) + "\r\n");
            assertThat(run("HINCRBY", "h", "c", "-1")).isEqualTo(":" + "9".repeat(digits) + "\r\n");
            assertThat(run("HSTRLEN", "h", "c")).isEqualTo(":" + digits + "\r\n");
        }
    }

    @Test
    void repliesAsRedisDoesInRespThree() {
        run("HSET", "h", "f", "v");
        run("HELLO", "3");
        assertThat(run("HGETALL", "h")).isEqualTo("%1\r\n$1\r\nf\r\n$1\r\nv\r\n");
        assertThat(run("HGETALL", "none")).isEqualTo("%0\r\n");
        assertThat(run("HGET", "h", "none")).isEqualTo("_\r\n");
        assertThat(run("HRANDFIELD", "h", "-2", "WITHVALUES")).isEqualTo("*2\r\n*2\r\n$1\r\nf\r\n$1\r\nv\r\n*2\r\n$1\r\nf\r\n$1\r\nv\r\n");
        assertThat(run("HRANDFIELD", "h", "9", "WITHVALUES")).isEqualTo("*1\r\n*2\r\n$1\r\nf\r\n$1\r\nv\r\n");
        assertThat(run("HSCAN", "h", "0")).isEqualTo("*2\r\n$1\r\n0\r\n*2\r\n$1\r\nf\r\n$1\r\nv\r\n");
    }

    @Test
    void aScanReturnsWhatStaysWhileFieldsComeAndGo() {
        Random random = new Random(SEED);
        for (int i = 0; i < 2_000; i++) {
            run("HSET", "h", "f" + i, "v");
        }
        Set<String> seen = new HashSet<>();
        String cursor = "0";
        do {
            String[] lines = run("HSCAN", "h", cursor, "COUNT", "7").split("\r\n");
            cursor = lines[2];
            for (int i = 5; i < lines.length; i += 4) {
                seen.add(lines[i]);
            }
            for (int i = 0; i < 5; i++) {
                int number = random.nextInt(4_000);
                if (number % 2 != 0 && random.nextBoolean()) {
                    run("HDEL", "h", "f" + number);
                } else {
                    run("HSET", "h", "f" + number, "another value " + number);
                }
            }
        } while (!cursor.equals("0"));
        for (int i = 0; i < 2_000; i += 2) {
            assertThat(seen).as("seed %d", SEED).contains("f" + i);
        }
    }

    @Test
    void randomFieldsAreDistinctAndHaveTheirOwnValues() {
        for (int size : new int[] {3, 60, 90, 1_000}) {
            for (int i = 0; i < size; i++) {
                run("HSET", "h" + size, "f" + i, "v" + i);
            }
            for (int wanted = 1; wanted <= size; wanted += 1 + size / 7) {
                String[] lines = run("HRANDFIELD", "h" + size, Integer.toString(wanted), "WITHVALUES").split("\r\n");
                Set<String> fields = new HashSet<>();
                for (int i = 2; i < lines.length; i += 4) {
                    assertThat(fields.add(lines[i])).isTrue();
                    assertThat(lines[i + 2]).isEqualTo("v" + lines[i].substring(1));
                }
                assertThat(fields).hasSize(wanted);
            }
        }
    }
}
