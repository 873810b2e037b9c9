// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.command;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TransactionsTest {
    private final CommandHarness harness = CommandHarness.single(16 << 20);

    @AfterEach
    void close() {
        harness.close();
    }

    @Test
    void anErrorWhileQueueingSpoilsTheTransaction() {
        assertThat(harness.run("MULTI")).isEqualTo("+OK\r\n");
        assertThat(harness.run("multi", "x")).isEqualTo("-ERR wrong number of arguments for 'multi' command\r\n");
        assertThat(harness.run("EXEC")).isEqualTo("-EXECABORT Transaction discarded because of previous errors.\r\n");
        assertThat(harness.run("EXEC")).isEqualTo("-ERR EXEC without MULTI\r\n");
    }

    @Test
    void unknownCommandsNameTheirArguments() {
        assertThat(harness.run("nosuch", "a", "b")).isEqualTo("-ERR unknown command 'nosuch', with args beginning with: 'a' 'b' \r\n");
    }

    @Test
    void queuedCommandsReplyInOneArray() {
        harness.run("MULTI");
        assertThat(harness.run("UNWATCH")).isEqualTo("+QUEUED\r\n");
        assertThat(harness.run("WATCH", "a")).isEqualTo("-ERR WATCH inside MULTI is not allowed\r\n");
        assertThat(harness.run("MULTI")).isEqualTo("-ERR MULTI calls can not be nested\r\n");
        assertThat(harness.run("EXEC")).isEqualTo("*1\r\n+OK\r\n");
        assertThat(harness.run("DISCARD")).isEqualTo("-ERR DISCARD without MULTI\r\n");
    }

    @Test
    void aKeyWhoseTimeIsOverIsNothingToSwapDatabasesFor() {
        harness.server.keyspace().setExpiresActively(false);
        harness.run("SET", "k", "v", "PX", "1");
        harness.run("SET", "other", "v");
        harness.run("SELECT", "1");
        harness.run("SET", "other", "w", "PX", "1");
        harness.advanceMillis(2);
        harness.run("WATCH", "k", "none");
        assertThat(harness.run("SWAPDB", "0", "1")).isEqualTo("+OK\r\n");
        harness.run("MULTI");
        harness.run("PING");
        assertThat(harness.run("EXEC")).isEqualTo("*1\r\n+PONG\r\n");
        harness.run("SELECT", "0");
        harness.run("WATCH", "other"); // its time is over: not there
        harness.run("SWAPDB", "0", "1");
        harness.run("MULTI");
        harness.run("PING");
        assertThat(harness.run("EXEC")).isEqualTo("*-1\r\n");
    }
}
