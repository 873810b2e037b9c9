// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.commands.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cofferdam.server.ServerOptions;
import dev.cofferdam.server.command.CommandHarness;
import dev.cofferdam.server.config.CommandLine;
import dev.cofferdam.server.config.ConfigException;
import dev.cofferdam.server.config.ConfigLoader;
import dev.cofferdam.server.config.Configuration;
import dev.cofferdam.server.config.MemoryLimit;
import java.util.List;
import org.junit.jupiter.api.Test;

/** 'compartments off': one compartment that follows maxmemory-policy as Redis does. */
class CompartmentsOffTest {
    private static final String VALUE = "v".repeat(2000);
    private static final String OOM = "-OOM command not allowed when used memory > 'maxmemory'.";

    @Test
    void volatilePoliciesDropKeysWithATimeToLiveOnlyAndRejectWhenThereAreNone() throws ConfigException {
        try (CommandHarness harness = harness("volatile-lru")) {
            for (int i = 0; i < 2000; i++) {
                assertThat(harness.run("SET", "keep:" + i, VALUE)).isEqualTo("+OK\r\n");
            }
            for (int i = 0; i < 10_000; i++) {
                assertThat(harness.run("SET", "temporary:" + i, VALUE, "EX", "1000")).isEqualTo("+OK\r\n");
            }
            assertThat(keys(harness, "keep:", 2000)).isEqualTo(2000);
            assertThat(keys(harness, "temporary:", 10_000)).isBetween(100, 9000);
            assertThat(harness.run("INFO", "memory")).contains("maxmemory_policy:volatile-lru\r\n");

            String reply = "+OK\r\n";
            int more = 0;
            while (reply.equals("+OK\r\n") && more < 20_000) {
                reply = harness.run("SET", "more:" + more++, VALUE);
            }
            assertThat(reply).startsWith(OOM);
            assertThat(keys(harness, "keep:", 2000)).isEqualTo(2000);
            assertThat(keys(harness, "more:", more)).isEqualTo(more - 1);
            assertThat(harness.run("INFO", "compartments")).containsPattern("refused_commands=[1-9]");
        }
    }

    @Test
    void allkeysPoliciesDropAnyKeyAndNoevictionNone() throws ConfigException {
        try (CommandHarness harness = harness("allkeys-lfu")) {
            for (int i = 0; i < 12_000; i++) {
                assertThat(harness.run("SET", "any:" + i, VALUE)).isEqualTo("+OK\r\n");
            }
            assertThat(keys(harness, "any:", 12_000)).isBetween(2000, 9000);
            assertThat(harness.run("CONFIG", "SET", "maxmemory-policy", "noeviction")).isEqualTo("+OK\r\n");
            String reply = "+OK\r\n";
            for (int i = 0; i < 12_000 && reply.equals("+OK\r\n"); i++) {
                reply = harness.run("SET", "refused:" + i, VALUE);
            }
            assertThat(reply).startsWith(OOM);
        }
    }

    private static int keys(CommandHarness harness, String prefix, int count) {
        int found = 0;
        for (int i = 0; i < count; i++) {
            found += harness.run("GET", prefix + i).startsWith("$2000\r\n") ? 1 : 0;
        }
        return found;
    }

    private static CommandHarness harness(String policy) throws ConfigException {
        Configuration configuration = ConfigLoader.load(
                CommandLine.of(List.of("--maxmemory", "16mb", "--compartments", "off", "--maxmemory-policy", policy)),
                MemoryLimit.ofThisMachine());
        CommandHarness harness = new CommandHarness(ServerOptions.of(configuration, 42));
        harness.server.operations().configure(configuration);
        return harness;
    }
}
