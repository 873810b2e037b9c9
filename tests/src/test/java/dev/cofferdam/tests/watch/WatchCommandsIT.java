// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.tests.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.net.httpserver.HttpServer;
import dev.cofferdam.resp.client.Reply;
import dev.cofferdam.resp.client.RespClient;
import dev.cofferdam.tests.serve.ServerProcess;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What {@code cofferdam watch} does and ends: a test message by every channel, and containment without the page. Each command is a process of its own. */
@Timeout(300)
class WatchCommandsIT {
    @TempDir private Path folder;

    @BeforeEach
    void needsRedis() {
        assumeTrue(WatchedRedis.isInstalled(), "no redis-server in PATH");
    }

    /** @param lines what it printed */
    private record Ended(int status, List<String> lines) {
        String text() {
            return String.join("\n", lines);
        }
    }

    private static Ended run(String... arguments) throws Exception {
        List<String> all = new ArrayList<>(List.of("watch"));
        all.addAll(List.of(arguments));
        try (ServerProcess process = ServerProcess.run(all.toArray(String[]::new))) {
            int status = process.awaitEnd();
            return new Ended(status, process.lines());
        }
    }

    private static HttpServer endpoint(int status, BlockingQueue<String> heard) throws Exception {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            heard.add(exchange.getRequestHeaders().getFirst("webhook-signature") + " " + body);
            exchange.sendResponseHeaders(status, -1);
            exchange.close();
        });
        server.start();
        return server;
    }

    @Test
    void aTestMessageGoesByEveryChannelAndEachIsAnsweredFor() throws Exception {
        BlockingQueue<String> heard = new LinkedBlockingQueue<>();
        BlockingQueue<String> refused = new LinkedBlockingQueue<>();
        HttpServer good = endpoint(200, heard);
        HttpServer bad = endpoint(403, refused);
        try (WatchedRedis redis = WatchedRedis.start()) {
            Files.writeString(folder.resolve("hook.secret"), "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIz\n");
            String config = """
                    watcher: watch-7
                    targets:
                      - {url: "redis://127.0.0.1:%d", name: prod}
                    notify:
                      - webhook: {url: "http://127.0.0.1:%d/hook", secret-file: hook.secret, name: ours}
                    """.formatted(redis.port(), good.getAddress().getPort());
            Path one = Files.writeString(folder.resolve("one.yaml"), config);
            Ended delivered = run("--config", one.toString(), "--test-notify", "--data", folder.resolve("data").toString());
            assertThat(delivered.status()).as(delivered.text()).isZero();
            assertThat(delivered.text()).contains("ours");
            assertThat(heard).hasSize(1).first().asString().startsWith("v1,").contains("\"type\":\"test\"", "nothing is wrong", "watch-7");

            Path two = Files.writeString(folder.resolve("two.yaml"), config + """
                      - webhook: {url: "http://127.0.0.1:%d/hook", name: theirs}
                    """.formatted(bad.getAddress().getPort()));
            Ended failed = run("--config", two.toString(), "--test-notify", "--data", folder.resolve("data").toString());
            assertThat(failed.status()).as(failed.text()).isEqualTo(1);
            assertThat(failed.lines()).anyMatch(line -> line.contains("theirs") && line.contains("403"));
            assertThat(failed.text()).doesNotContain("whsec_", "MDEyMzQ1");
            assertThat(heard).as("the good one again").hasSize(2);
            assertThat(refused).isNotEmpty();
            assertThat(redis.ask("INFO", "commandstats")).as("no target is looked at").doesNotContain("cmdstat_randomkey",
                    "cmdstat_client|setname");
        } finally {
            good.stop(0);
            bad.stop(0);
        }
    }

    @Test
    void withoutAChannelItSaysThatNobodyWouldBeTold() throws Exception {
        Path config = Files.writeString(folder.resolve("none.yaml"), "targets:\n  - {url: \"redis://127.0.0.1:1\", name: prod}\n");
        Ended ended = run("--config", config.toString(), "--test-notify", "--data", folder.resolve("data").toString());
        assertThat(ended.status()).isEqualTo(1);
        assertThat(ended.text()).contains("Nobody would be told");
    }

    @Test
    void aPrefixIsMadeReadOnlyAndGivenBackByThreeCommands() throws Exception {
        try (FullRedis redis = FullRedis.empty();
                RespClient app = redis.as("app");
                RespClient ops = redis.as("ops")) {
            ops.call("ACL", "SETUSER", "default", "off").orThrow();
            app.call("SET", "cache:report:1", "a").orThrow();
            String before = redis.users(ops);
            Files.writeString(folder.resolve("watch.secret"), "watch\n");
            Files.writeString(folder.resolve("ops.secret"), "ops ops\n");
            Path config = Files.writeString(folder.resolve("watch.yaml"), """
                    data: state
                    targets:
                      - url: redis://127.0.0.1:%d
                        name: prod
                        user: watch
                        password-file: watch.secret
                        contain: {level: apply, credential-file: ops.secret}
                    """.formatted(redis.port()));
            String[] where = {"--config", config.toString(), "--target", "prod"};

            Ended planned = run(with(where, "plan", "read-only", "--prefix", "cache:report:", "--why", "it fills us"));
            assertThat(planned.status()).as(planned.text()).isZero();
            assertThat(planned.text()).contains("read-only cache:report: on prod", "ACL SETUSER app resetkeys");
            assertThat(redis.users(ops)).as("a plan changes nothing").isEqualTo(before);

            Ended applied = run(with(where, "apply", id(planned)));
            assertThat(applied.status()).as(applied.text()).isZero();
            assertThat(app.call("SET", "cache:report:2", "x")).isInstanceOfSatisfying(Reply.Failure.class,
                    failure -> assertThat(failure.code()).isEqualTo("NOPERM"));
            assertThat(app.call("GET", "cache:report:1").asText()).isEqualTo("a");
            assertThat(app.call("SET", "cache:page:1", "x").isFailure()).isFalse();

            Ended undone = run(with(where, "undo", id(planned)));
            assertThat(undone.status()).as(undone.text()).isZero();
            assertThat(redis.users(ops)).as("no trace of it").isEqualTo(before);
            assertThat(app.call("SET", "cache:report:2", "x").isFailure()).isFalse();

            Ended again = run(with(where, "undo", id(planned)));
            assertThat(again.status()).isEqualTo(1);
            assertThat(again.text()).contains("was taken back already");
            assertThat(run(with(where, "audit")).text()).contains("all of one chain");
        }
    }

    @Test
    void whatMayNotBeDoneIsRefusedAndWhatIsNotUnderstoodSaysHow() throws Exception {
        Path config = Files.writeString(folder.resolve("watch.yaml"), """
                data: state
                targets:
                  - {url: "redis://127.0.0.1:1", name: prod}
                """);
        Ended observed = run("plan", "read-only", "--prefix", "x:", "--config", config.toString());
        assertThat(observed.status()).isEqualTo(2);
        assertThat(observed.text()).contains("contain.level of prod is observe");
        Ended nobody = run("plan", "read-only", "--prefix", "x:", "--config", config.toString(), "--target", "other");
        assertThat(nobody.status()).isEqualTo(2);
        assertThat(nobody.text()).contains("no target is called 'other'; there are prod");
        Ended without = run("apply", "abc");
        assertThat(without.status()).isEqualTo(2);
        assertThat(without.text()).contains("--config FILE is needed");
    }

    private static String[] with(String[] where, String... words) {
        List<String> all = new ArrayList<>(List.of(words));
        all.addAll(List.of(where));
        return all.toArray(String[]::new);
    }

    /** Of the plan that was printed. */
    private static String id(Ended planned) {
        Matcher id = Pattern.compile("(?m)^Plan (\\S+): read-only cache:report: on prod").matcher(planned.text());
        assertThat(id.find()).as(planned.text()).isTrue();
        return id.group(1);
    }
}
