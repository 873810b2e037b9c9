// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.tests.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.cofferdam.tests.serve.ServerProcess;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** redis-cli, redis-benchmark and redis-py, as Debian packages them. Skipped, with the reason, where they are not installed; .ci/run installs them. */
class CommandLineClientsIT {
    @Test
    void redisCliTalksToIt() throws Exception {
        try (ServerProcess server = ServerProcess.serve("--maxmemory", "64mb")) {
            assertThat(run("/usr/bin/redis-cli", "-p", port(server), "SET", "k", "v", "EX", "100")).isEqualTo("OK\n");
            assertThat(run("/usr/bin/redis-cli", "-p", port(server), "-3", "GET", "k")).isEqualTo("v\n");
            assertThat(run("/usr/bin/redis-cli", "-p", port(server), "--scan")).isEqualTo("k\n");
            assertThat(run("/usr/bin/redis-cli", "-p", port(server), "--bigkeys")).contains("Biggest string found");
            assertThat(run("/usr/bin/redis-cli", "-p", port(server), "INFO", "compartments")).contains("sessions", "jobs", "cache",
                    "default");
        }
    }

    @Test
    void allDefaultTestsOfRedisBenchmarkRun() throws Exception {
        try (ServerProcess server = ServerProcess.serve("--maxmemory", "256mb")) {
            String report = run("/usr/bin/redis-benchmark", "-p", port(server), "-n", "2000", "-c", "20", "-P", "4", "-q");
            assertThat(report).contains("PING_INLINE", "PING_MBULK", "SET", "GET", "INCR", "LPUSH", "RPUSH", "LPOP", "RPOP", "SADD", "HSET",
                    "SPOP", "ZADD",
                    "ZPOPMIN", "LRANGE_100", "LRANGE_300", "LRANGE_500", "LRANGE_600", "MSET")
                .doesNotContain("Error", "ERR");
        }
    }

    @Test
    void redisPyRunsItsUsualCalls() throws Exception {
        assumeTrue(
                run("/usr/bin/python3", "-c", "import importlib.util; print(importlib.util.find_spec('redis') is not None)")
                    .startsWith("True"),
                "SKIPPED: python3-redis is not installed");
        String script = """
                import redis, sys
                r = redis.Redis(port=int(sys.argv[1]), decode_responses=True)
                p = r.pipeline(transaction=True)
                p.hset('spring:session:sessions:1', mapping={'a': 1, 'b': 2}).expire('spring:session:sessions:1', 100).hgetall('spring:session:sessions:1')
                assert p.execute() == [2, True, {'a': '1', 'b': '2'}]
                assert r.set('lock', 'me', nx=True, px=5000) and not r.set('lock', 'you', nx=True, px=5000)
                r.rpush('q', *range(1000)); assert r.lrange('q', -2, -1) == ['998', '999'] and r.blpop('q', 1) == ('q', '0')
                r.zadd('z', {'x': 1, 'y': 2.5}); assert r.zrange('z', 0, -1, withscores=True) == [('x', 1.0), ('y', 2.5)]
                r.sadd('s', *range(2000)); assert len(set(r.sscan_iter('s'))) == 2000
                with r.pipeline() as w:
                    w.watch('q'); w.multi(); r.rpush('q', 'late'); w.llen('q')
                    try: w.execute(); print('NOT ABORTED')
                    except redis.WatchError: print('ALL RIGHT')
                """;
        try (ServerProcess server = ServerProcess.serve("--maxmemory", "64mb")) {
            assertThat(run("/usr/bin/python3", "-c", script, port(server))).isEqualTo("ALL RIGHT\n");
        }
    }

    private static String port(ServerProcess server) {
        return Integer.toString(server.port());
    }

    private static String run(String program, String... arguments) throws IOException, InterruptedException {
        assumeTrue(Files.isExecutable(Path.of(program)), "SKIPPED: " + program + " is not installed; .ci/run installs it");
        List<String> command = new ArrayList<>(List.of(program));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return out;
    }
}
