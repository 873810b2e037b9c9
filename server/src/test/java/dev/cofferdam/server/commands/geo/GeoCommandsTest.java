// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.commands.geo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cofferdam.keyspace.CompartmentOptions;
import dev.cofferdam.keyspace.FullPolicy;
import dev.cofferdam.keyspace.KeyspaceAudit;
import dev.cofferdam.memory.Mem;
import dev.cofferdam.server.command.CommandHarness;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Places where compartments are full, and in lanes; keys that begin with "o" lie in a compartment of their own. Replies are compared with stock by compat/geo.txt. */
class GeoCommandsTest {
    private static final long SEED = Long.getLong("cofferdam.seed", 20261123L);
    private final CommandHarness harness = new CommandHarness(24 << 20,
            List.of(new CompartmentOptions("default", 0, 6 << 20, FullPolicy.REJECT),
                    new CompartmentOptions("other", 0, 8 << 20, FullPolicy.REJECT)),
            (database, address, length) -> length > 0 && Mem.getByte(address) == 'o' ? 1 : 0);

    @AfterEach
    void audit() {
        assertThat(KeyspaceAudit.of(harness.server.keyspace())).isEmpty();
        harness.close();
    }

    private String run(String... command) {
        return harness.run(command);
    }

    private void fill() {
        for (int i = 0; !run("SET", "fill:" + i, "x".repeat(500)).startsWith("-OOM"); i++) {
            assertThat(i).isLessThan(100_000);
        }
        for (int i = 0; !run("SADD", "fillset", "m" + i).startsWith("-OOM"); i++) {
            assertThat(i).isLessThan(100_000);
        }
    }

    @Test
    void inAFullCompartmentPlacesMoveAndAreFound() {
        run("GEOADD", "g", "1", "1", "a", "1.1", "1.1", "b");
        run("ZADD", "d", "1", "old");
        fill();
        assertThat(run("GEOADD", "g", "CH", "2", "2", "a", "1.2", "1.2", "b")).isEqualTo(":2\r\n");
        assertThat(run("GEOADD", "g", "XX", "CH", "3", "3", "nobody")).isEqualTo(":0\r\n");
        assertThat(run("GEOADD", "g", "2.1", "2", "a", "1", "1", "new")).startsWith("-OOM");
        assertThat(run("GEOSEARCH", "g", "FROMLONLAT", "2", "2", "BYRADIUS", "1", "km")).isEqualTo("*1\r\n$1\r\na\r\n");
        assertThat(run("GEORADIUS", "g", "2", "2", "1", "km")).isEqualTo("*1\r\n$1\r\na\r\n");
        assertThat(run("GEORADIUS", "g", "2", "2", "1000", "km", "STORE", "o:d")).isEqualTo(":2\r\n");
        assertThat(run("GEOSEARCHSTORE", "d", "g", "FROMLONLAT", "2", "2", "BYRADIUS", "1000", "km")).startsWith("-OOM");
        run("MULTI");
        run("ZREM", "g", "a");
        run("GEOSEARCHSTORE", "d", "g", "FROMLONLAT", "2", "2", "BYRADIUS", "1000", "km");
        assertThat(run("EXEC")).contains("OOM command not allowed");
        assertThat(run("ZCARD", "g")).isEqualTo(":2\r\n");
        assertThat(run("ZRANGE", "d", "0", "-1")).isEqualTo("*1\r\n$3\r\nold\r\n");
        assertThat(run("GEOSEARCHSTORE", "d", "g", "FROMLONLAT", "50", "2", "BYRADIUS", "1", "km")).isEqualTo(":0\r\n");
        assertThat(run("EXISTS", "d")).isEqualTo(":0\r\n");
    }

    @Test
    void aLongSearchAnswersTheSameInItsLane() {
        Random random = new Random(SEED);
        for (int i = 0; i < 3_000; i++) {
            run("GEOADD", "g", Double.toString(random.nextDouble() * 4), Double.toString(random.nextDouble() * 4), "place:" + i);
        }
        String[] search = {"GEOSEARCH", "g", "FROMLONLAT", "2", "2", "BYRADIUS", "150", "km", "WITHDIST", "WITHCOORD"};
        String[] store = {"GEORADIUS", "g", "2", "2", "150", "km", "STOREDIST", "d"};
        harness.server.settings().setLaneThresholdElements(1_000_000);
        String here = run(search);
        String stored = run(store) + run("ZRANGE", "d", "0", "-1", "WITHSCORES");
        harness.server.settings().setLaneThresholdElements(10);
        assertThat(run(search)).as("seed %d; repeat with -Dcofferdam.seed", SEED).isEqualTo(here);
        assertThat(run(store) + run("ZRANGE", "d", "0", "-1", "WITHSCORES")).as("seed %d", SEED).isEqualTo(stored);
        run("DEL", "d");
        fill();
        assertThat(run(store)).startsWith("-OOM");
        assertThat(run("EXISTS", "d")).isEqualTo(":0\r\n");
    }

    /** Multiples of pi / 32 and their neighbours, where one part of the table ends and the next begins: sine and cosine agree with each other and with the arc sine. */
    @Test
    void sineAndCosineFitTogether() {
        Trigonometry exact = new Trigonometry();
        Random random = new Random(SEED);
        for (int i = 0; i < 100_000; i++) {
            double angle = i % 2 == 0 ? random.nextDouble() * 3.14 : i / 2 % 33 * Math.PI / 32 + random.nextGaussian() * 1e-9;
            double sine = exact.sine(angle);
            double cosine = exact.cosine(angle);
            assertThat(sine).as("sine of %s, seed %d", angle, SEED).isBetween(Math.nextDown(Math.nextDown(StrictMath.sin(angle))),
                    Math.nextUp(Math.nextUp(StrictMath.sin(angle))));
            assertThat(Math.abs(sine * sine + cosine * cosine - 1)).as("at %s, seed %d", angle, SEED).isLessThan(1e-15);
            assertThat(exact.arcSine(sine)).as("arc sine at %s, seed %d", angle, SEED).isCloseTo(StrictMath.asin(sine),
                    org.assertj.core.data.Offset.offset(3e-16));
        }
    }
}
