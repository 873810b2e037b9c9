// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cofferdam.keyspace.FullPolicy;
import dev.cofferdam.server.dump.DumpPayloads;
import dev.cofferdam.server.net.LoopHarness.RawClient;
import org.junit.jupiter.api.Test;

/** DUMP and RESTORE of large values go to the lane, and are measured and admitted there. */
class DumpLaneTest {
    private static String dump(RawClient client, String key) throws Exception {
        String head = client.ask("DUMP", key);
        assertThat(head).startsWith("$");
        String dump = client.read(Integer.parseInt(head.substring(1)));
        client.line();
        return dump;
    }

    private static void push(RawClient client, String key, int elements) throws Exception {
        String[] push = new String[elements + 2];
        push[0] = "RPUSH";
        push[1] = key;
        for (int i = 0; i < elements; i++) {
            push[i + 2] = "element-number:" + i;
        }
        assertThat(client.ask(push)).isEqualTo(":" + elements);
    }

    @Test
    void largeValuesAreDumpedAndRestoredInTheLane() throws Exception {
        try (LoopHarness harness = new LoopHarness(64 << 20, 16 << 20); RawClient client = harness.connect()) {
            push(client, "l", 30_000);
            long lanes = harness.server.statistics().laneCommands;
            String dump = dump(client, "l");
            assertThat(harness.server.statistics().laneCommands).isEqualTo(lanes + 1);
            assertThat(client.ask("SET", "copy", "old")).isEqualTo("+OK");
            assertThat(client.ask("RESTORE", "copy", "0", dump)).startsWith("-BUSYKEY");
            assertThat(client.ask("RESTORE", "copy", "100000", dump, "REPLACE")).isEqualTo("+OK");
            assertThat(harness.server.statistics().laneCommands).isEqualTo(lanes + 2);
            assertThat(client.ask("LLEN", "copy")).isEqualTo(":30000");
            assertThat(client.ask("LINDEX", "copy", "29999")).isEqualTo("$20");
            assertThat(client.line()).isEqualTo("element-number:29999");
            assertThat(dump(client, "copy")).isEqualTo(dump);
            String damaged = dump.substring(0, dump.length() - 1) + (char) (dump.charAt(dump.length() - 1) ^ 1);
            assertThat(client.ask("RESTORE", "copy", "0", damaged, "REPLACE")).startsWith("-ERR DUMP payload version or checksum");
            assertThat(client.ask("LLEN", "copy")).isEqualTo(":30000");
        }
    }

    @Test
    void whatDoesNotFitIsRefusedInTheLaneAndTheOldValueStays() throws Exception {
        try (LoopHarness harness = new LoopHarness(64 << 20, 16 << 20, FullPolicy.REJECT, 2 << 20, table -> {
        }); RawClient client = harness.connect()) {
            push(client, "l", 60_000);
            String dump = dump(client, "l");
            assertThat(client.ask("SET", "other", "old")).isEqualTo("+OK");
            long lanes = harness.server.statistics().laneCommands;
            assertThat(client.ask("RESTORE", "other", "0", dump, "REPLACE")).startsWith("-OOM ").contains("'other' is full");
            assertThat(harness.server.statistics().laneCommands).isEqualTo(lanes + 1);
            assertThat(client.ask("GET", "other")).isEqualTo("$3");
            assertThat(client.line()).isEqualTo("old");
            assertThat(client.ask("RESTORE", "o-small", "0", dump(client, "other"))).isEqualTo("+OK");
        }
    }

    @Test
    void largeStringsAreUnpackedInTheirPlace() throws Exception {
        try (LoopHarness harness = new LoopHarness(96 << 20, 16 << 20); RawClient client = harness.connect()) {
            // A run of 20 MB in 80 KB of LZF, as stock would write it: more than 'connections' has room for.
            StringBuilder packed = new StringBuilder("\0x");
            int length = 1;
            while (length < 20_000_000) {
                packed.append("\u00e0\u00ff\0");
                length += 264;
            }
            String value = "\0\u00c3" + DumpPayloads.number32(packed.length())
                    + DumpPayloads.number32(length) + packed;
            String payload = DumpPayloads.payload(value);
            assertThat(client.ask("RESTORE", "s", "5000000", payload)).isEqualTo("+OK");
            assertThat(client.ask("STRLEN", "s")).isEqualTo(":" + length);
            assertThat(client.ask("GETRANGE", "s", Integer.toString(length - 3), "-1")).isEqualTo("$3");
            assertThat(client.line()).isEqualTo("xxx");
            assertThat(client.ask("TTL", "s")).matches(":(4\\d{3}|5000)");
        }
    }
}
