// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.tests.clients;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cofferdam.tests.serve.ServerProcess;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.exceptions.JedisDataException;

/** A server whose {@code jobs} compartment is full: everything else must go on as if nothing were. Owns the process. */
final class FullJobs implements AutoCloseable {
    private static final int PAYLOAD_BYTES = 4_000;
    private static final int PUSHES_MAX = 100_000;

    final ServerProcess server;
    /** Jobs that were acknowledged. */
    final long accepted;

    FullJobs() throws Exception {
        server = ServerProcess.serve("--maxmemory", "64mb");
        try (Jedis jedis = new Jedis("127.0.0.1", server.port())) {
            accepted = fill(jedis);
        }
    }

    /** Pushes until the compartment refuses; the number of jobs it took. */
    static long fill(Jedis jedis) {
        String payload = "x".repeat(PAYLOAD_BYTES);
        for (int pushed = 0; pushed < PUSHES_MAX; pushed++) {
            try {
                jedis.lpush("queue:default", pushed + "|" + payload);
            } catch (JedisDataException e) {
                assertThat(e).hasMessageStartingWith("OOM command not allowed when used memory > 'maxmemory'.")
                    .hasMessageContaining("'jobs' is full");
                assertThat(jedis.llen("queue:default")).isEqualTo(pushed);
                return pushed;
            }
        }
        throw new AssertionError(PUSHES_MAX + " jobs of " + PAYLOAD_BYTES + " bytes went into 64 MB");
    }

    @Override
    public void close() throws Exception {
        server.close();
    }
}
