// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.tests.watch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cofferdam.memory.Clock;
import dev.cofferdam.resp.client.Reply;
import dev.cofferdam.resp.client.Request;
import dev.cofferdam.resp.client.RespClient;
import dev.cofferdam.resp.client.RespClientOptions;
import dev.cofferdam.tests.serve.ServerProcess;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code cofferdam watch} as a process of its own beside a stock server, and as the console of our own; both told by what they print and answer. */
@Timeout(240)
class WatchIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final int BATCH_KEYS = 400;
    private static final long CALM_MILLIS = 8_000;

    private final HttpClient http = HttpClient.newBuilder().connectTimeout(LIMIT).build();

    @Test
    void seesAClimbNamesItAndGoesOnAfterAKill(@TempDir Path data) throws Exception {
        try (WatchedRedis redis = WatchedRedis.start("--maxmemory", "96mb", "--maxmemory-policy", "noeviction", "--enable-debug-command",
                "yes");
                RespClient writer = redis.connect()) {
            writer.call("DEBUG", "POPULATE", "50000", "sess", "100").orThrow();
            writer.call("DEBUG", "POPULATE", "50000", "page", "200").orThrow();
            String url = "redis://127.0.0.1:" + redis.port();
            String incident;
            try (ServerProcess watch = ServerProcess.run("watch", url, "--plain", "--data", data.toString(), "--console-port", "0")) {
                untilReached(watch);
                URI page = page(watch);
                // Something to compare with: the baseline of the first look, and some seconds of calm after it.
                await(page, state -> state.contains("\"pattern\":\"sess:"));
                long seenMillis = sampledMillis(state(page));
                await(page, state -> sampledMillis(state) >= seenMillis + CALM_MILLIS);
                String named = climbUntil(writer, page, "\"subject\":\"cache:report:<n>\"");
                assertThat(named).contains("\"concern\":\"climb\"").contains("\"refused\":0");
                watch.readUntil("cache:report:<n> grows");
                incident = incident(named);
                watch.kill();
            }
            try (ServerProcess watch = ServerProcess.run("watch", url, "--plain", "--data", data.toString(), "--console-port", "0")) {
                untilReached(watch);
                URI page = page(watch);
                assertThat(incident(climbUntil(writer, page, "\"incident\":{"))).isEqualTo(incident);
                assertThat(get(page.resolve("/api/v1/incidents"))).contains(incident);
                watch.terminate();
                assertThat(watch.awaitEnd()).isIn(0, 143);
            }
        }
    }

    @Test
    void makesThePrefixReadOnlyByItselfWhereThatIsAllowed(@TempDir Path folder) throws Exception {
        try (FullRedis redis = FullRedis.empty("--maxmemory", "96mb");
                RespClient admin = redis.connect();
                RespClient writer = redis.as("app")) {
            admin.call("DEBUG", "POPULATE", "50000", "page", "200").orThrow();
            // The user everybody is without a name would be an open door.
            admin.call("ACL", "SETUSER", "default", "off").orThrow();
            Files.writeString(folder.resolve("watch.secret"), "watch\n");
            Files.writeString(folder.resolve("ops.secret"), "ops ops\n");
            Files.writeString(folder.resolve("watch.yaml"), """
                    data: state
                    targets:
                      - url: redis://127.0.0.1:%d
                        name: prod
                        user: watch
                        password-file: watch.secret
                        learning-days: 0
                        contain:
                          level: auto
                          credential-file: ops.secret
                          automatic: [{action: read-only, prefix: "cache:report:*"}]
                    """.formatted(redis.port()));
            try (ServerProcess watch = ServerProcess.run("watch", "--config", folder.resolve("watch.yaml").toString(), "--plain",
                    "--console-port", "0")) {
                untilReached(watch);
                URI page = page(watch);
                await(page, state -> state.contains("\"pattern\":\"page:"));
                long seenMillis = sampledMillis(state(page));
                await(page, state -> sampledMillis(state) >= seenMillis + CALM_MILLIS);

                Reply reply = new Reply.Status("OK");
                for (int batch = 0; !(reply instanceof Reply.Failure); batch++) {
                    fill(writer, "cache:report:", batch);
                    LockSupport.parkNanos(300_000_000);
                    reply = writer.call("SET", "cache:report:1", "x");
                }
                assertThat(((Reply.Failure) reply).code()).as(reply.toString()).isEqualTo("NOPERM");
                watch.readUntil("contained by itself: read-only cache:report:");
                assertThat(writer.call("GET", "cache:report:1000001").asText()).hasSize(400);
                assertThat(writer.call("SET", "page:new", "x").asText()).isEqualTo("OK");
                watch.terminate();
            }
        }
    }

    @Test
    void isTheConsoleOfOurOwnServerAndEndsWithIt() throws Exception {
        int port = freePort();
        try (ServerProcess server = ServerProcess.serve("--maxmemory", "64mb", "--console-port", Integer.toString(port));
                RespClient writer = RespClient.connect(new InetSocketAddress("127.0.0.1", server.port()), RespClientOptions.DEFAULTS,
                        Clock.system())) {
            URI page = URI.create("http://127.0.0.1:" + port + "/");
            await(page, state -> state.contains("\"target\":\"cofferdam/sessions\"") && state.contains("\"target\":\"cofferdam/cache\""));
            // The console's user reads figures and nothing else.
            assertThat(writer.call("ACL", "DRYRUN", "cofferdam-console", "GET", "session:1").asText())
                .contains("has no permissions");

            for (int batch = 0; !state(page).contains("\"stage\":\"notify\"") && batch < 400; batch++) {
                fill(writer, "queue:mail:", batch);
                LockSupport.parkNanos(50_000_000);
            }
            await(page, state -> state.contains("\"target\":\"cofferdam/jobs\"") && state.contains("\"concern\":\"c"));
            server.terminate();
            assertThat(server.awaitEnd()).isZero();
            long untilNanos = System.nanoTime() + LIMIT.toNanos();
            while (isAnswering(page) && System.nanoTime() < untilNanos) {
                LockSupport.parkNanos(100_000_000);
            }
            assertThat(isAnswering(page)).as("the console after its server").isFalse();
        }
    }

    /** Writes a batch of keys again and again until the page's state has the text; fails when the server is full first. */
    private String climbUntil(RespClient writer, URI page, String text) throws Exception {
        String state = state(page);
        for (int batch = 0; !state.contains(text); batch++) {
            fill(writer, "cache:report:", batch);
            LockSupport.parkNanos(300_000_000);
            state = state(page);
            assertThat(state).as("not seen before the server was full").doesNotContain("\"concern\":\"full\"");
        }
        return state;
    }

    private static void fill(RespClient writer, String prefix, int batch) throws Exception {
        List<Request> sets = new ArrayList<>();
        for (int i = 0; i < BATCH_KEYS; i++) {
            sets.add(Request.of("SET", prefix + (1_000_000 + batch * BATCH_KEYS + i), "x".repeat(400)));
        }
        writer.pipeline(sets);
    }

    private interface Condition {
        boolean holds(String state);
    }

    private void await(URI page, Condition condition) throws Exception {
        long untilNanos = System.nanoTime() + LIMIT.toNanos();
        String state = "";
        while (System.nanoTime() < untilNanos) {
            state = isAnswering(page) ? state(page) : "";
            if (condition.holds(state)) {
                return;
            }
            LockSupport.parkNanos(100_000_000);
        }
        throw new AssertionError("not within " + LIMIT + ": " + state);
    }

    private String state(URI page) throws Exception {
        return get(page.resolve("/api/v1/state"));
    }

    private String get(URI uri) throws Exception {
        return http.send(HttpRequest.newBuilder(uri).timeout(LIMIT).build(), HttpResponse.BodyHandlers.ofString()).body();
    }

    private boolean isAnswering(URI page) {
        try {
            return get(page.resolve("/-/healthy")).contains("watching");
        } catch (Exception e) {
            return false;
        }
    }

    /** The page's line and the target's come from two threads, in either order. */
    private static void untilReached(ServerProcess watch) throws Exception {
        for (String text : List.of("page on ", "reached Redis 7")) {
            if (watch.lines().stream().noneMatch(line -> line.contains(text))) {
                watch.readUntil(text);
            }
        }
    }

    private static URI page(ServerProcess watch) {
        String line = watch.lines().stream().filter(each -> each.contains("page on ")).findFirst().orElseThrow();
        return URI.create(line.replaceAll(".*page on (http://[^/]*/).*", "$1"));
    }

    /** When the target was last looked at. */
    private static long sampledMillis(String state) {
        String digits = state.replaceAll("(?s).*\"t\":(\\d+),\"reachable\".*", "$1");
        return digits.isEmpty() || digits.length() > 20 ? 0 : Long.parseLong(digits);
    }

    private static String incident(String state) {
        return state.replaceAll("(?s).*\"incident\":\\{\"id\":\"([^\"]+)\".*", "$1");
    }

    private static int freePort() throws Exception {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
