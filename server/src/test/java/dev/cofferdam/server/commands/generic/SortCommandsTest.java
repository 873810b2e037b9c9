// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.commands.generic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cofferdam.keyspace.CompartmentOptions;
import dev.cofferdam.keyspace.FullPolicy;
import dev.cofferdam.keyspace.KeyspaceAudit;
import dev.cofferdam.memory.Mem;
import dev.cofferdam.server.ServerOptions;
import dev.cofferdam.server.command.CommandHarness;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** SORT where compartments are full, in lanes, and at the limit of what it may use to sort; keys that begin with "o" lie in a compartment of their own. */
class SortCommandsTest {
    private static final long CONNECTIONS_BYTES = 4 << 20;
    private final CommandHarness harness = new CommandHarness(new ServerOptions(List.of("127.0.0.1"), 0, 24 << 20, 0, 0, CONNECTIONS_BYTES,
            List.of(new CompartmentOptions("default", 0, 6 << 20, FullPolicy.REJECT),
                    new CompartmentOptions("other", 0, 8 << 20, FullPolicy.REJECT)),
            (database, address, length) -> length > 0 && Mem.getByte(address) == 'o' ? 1 : 0, 42));

    @AfterEach
    void audit() {
        assertThat(KeyspaceAudit.of(harness.server.keyspace())).isEmpty();
        harness.close();
    }

    private String run(String... command) {
        return harness.run(command);
    }

    private void fill() {
        int filled = 0;
        while (!run("SET", "fill:" + filled, "x".repeat(500)).startsWith("-OOM")) {
            filled++;
        }
        while (!run("SADD", "fillset", "m" + filled).startsWith("-OOM")) {
            filled++;
        }
    }

    @Test
    void inAFullCompartmentItReadsAndStoresElsewhereOrNothing() {
        run("RPUSH", "l", "3", "1", "2");
        run("RPUSH", "d", "old");
        run("RPUSH", "o", "7", "6");
        fill();
        assertThat(run("SORT", "l")).isEqualTo("*3\r\n$1\r\n1\r\n$1\r\n2\r\n$1\r\n3\r\n");
        assertThat(run("SORT", "l", "STORE", "o:d")).isEqualTo(":3\r\n");
        assertThat(run("LRANGE", "o:d", "0", "-1")).isEqualTo("*3\r\n$1\r\n1\r\n$1\r\n2\r\n$1\r\n3\r\n");
        assertThat(run("SORT", "o", "STORE", "d")).startsWith("-OOM").contains("Compartment 'default' is full");
        assertThat(run("LRANGE", "d", "0", "-1")).isEqualTo("*1\r\n$3\r\nold\r\n");
        assertThat(run("SORT", "none", "STORE", "d")).isEqualTo(":0\r\n");
        assertThat(run("EXISTS", "d")).isEqualTo(":0\r\n");
    }

    @Test
    void inATransactionItIsRefusedWithAllOfIt() {
        run("RPUSH", "l", "3", "1", "2");
        fill();
        run("MULTI");
        run("LPOP", "l");
        run("SORT", "l", "GET", "#", "STORE", "d");
        assertThat(run("EXEC")).startsWith("-EXECABORT Transaction discarded because of: OOM ");
        assertThat(run("LLEN", "l")).isEqualTo(":3\r\n");
    }

    @Test
    void aLongOneMeasuresInItsLane() {
        harness.server.settings().setLaneThresholdElements(100);
        run("SET", "value", "v".repeat(20_000));
        for (int i = 0; i < 300; i++) {
            run("RPUSH", "l", "e" + i);
            run("SET", "o:e" + i, "v".repeat(15_000 + i));
        }
        run("RPUSH", "d", "old");
        String refusal = run("SORT", "l", "ALPHA", "GET", "o:*", "GET", "o:*", "STORE", "d");
        assertThat(refusal).startsWith("-OOM").contains("Compartment 'default' is full");
        assertThat(run("LRANGE", "d", "0", "-1")).isEqualTo("*1\r\n$3\r\nold\r\n");
        assertThat(run("SORT", "l", "ALPHA", "LIMIT", "0", "40", "GET", "o:*", "STORE", "d")).isEqualTo(":40\r\n");
        assertThat(run("LINDEX", "d", "1")).isEqualTo("$15001\r\n" + "v".repeat(15_001) + "\r\n");
        assertThat(run("SORT", "l", "ALPHA", "STORE", "l")).isEqualTo(":300\r\n");
    }

    @Test
    void sortingTakesNoMoreThanItsShareOfConnections() {
        for (int i = 0; i < 60; i++) {
            String[] push = new String[1002];
            push[0] = "RPUSH";
            push[1] = "l";
            for (int k = 2; k < push.length; k++) {
                push[k] = Integer.toString(i * 1000 - k);
            }
            run(push);
        }
        long before = harness.server.connections().usedBytes();
        assertThat(run("SORT", "l", "LIMIT", "0", "1")).startsWith("-OOM").contains("Sorting 60000 elements needs 1.8 MB of 'connections'");
        assertThat(run("SORT", "l", "BY", "nosort", "LIMIT", "0", "1")).isEqualTo("*1\r\n$2\r\n-2\r\n");
        run("LTRIM", "l", "0", "29999");
        assertThat(run("SORT", "l", "LIMIT", "0", "1")).isEqualTo("*1\r\n$5\r\n-1001\r\n");
        assertThat(harness.server.connections().usedBytes()).isEqualTo(before);
    }

    @Test
    void onlyOneThousandPatternsAreTaken() {
        String[] sort = new String[2 + 2 * 1025];
        sort[0] = "SORT";
        sort[1] = "l";
        for (int i = 2; i < sort.length; i += 2) {
            sort[i] = i % 4 == 0 ? "GET" : "BY";
            sort[i + 1] = "o*";
        }
        assertThat(run(sort)).startsWith("-ERR SORT with more than 1024 patterns");
    }
}
