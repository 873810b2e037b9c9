// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.tests.watch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cofferdam.memory.Clock;
import dev.cofferdam.watch.console.ConsoleOptions;
import dev.cofferdam.watch.console.rehearsal.Rehearsal;
import dev.cofferdam.watch.console.rehearsal.RehearsedConsole;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Prometheus's real binary reads {@code /metrics} and {@code /scrape}, and our rules fire on what it read. */
@Timeout(180)
class PrometheusIT {
    private static final Path PROMETHEUS = Path.of("/usr/bin/prometheus");
    private static final JsonMapper JSON = JsonMapper.builder().build();

    @TempDir private Path folder;

    @Test
    void itReadsUsWithoutAnErrorAndTheRulesFire() throws Exception {
        if (!Files.isExecutable(PROMETHEUS)) {
            System.err
                .println("SKIPPED: PrometheusIT has nobody to read the metrics, because it is not installed (apt-get install prometheus)");
            Assumptions.abort("Prometheus is not installed");
        }
        Rehearsal rehearsal = new Rehearsal(Clock.system().wallMillis());
        // A name that would break a careless text.
        rehearsal.accuse("a\"b\\c\nd<img>\u202e");
        rehearsal.stepTo(100);
        try (RehearsedConsole console = new RehearsedConsole(rehearsal, ConsoleOptions.DEFAULTS.withPort(0), folder.resolve("status"),
                Clock.system());
                HttpClient client = HttpClient.newHttpClient()) {
            int port;
            try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                port = free.getLocalPort();
            }
            Files.writeString(folder.resolve("prometheus.yml"), """
                    global: {scrape_interval: 1s, evaluation_interval: 1s}
                    rule_files: ['%s']
                    scrape_configs:
                      - job_name: all
                        static_configs: [{targets: ['127.0.0.1:%d']}]
                      - job_name: one
                        metrics_path: /scrape
                        params: {target: [prod-shared]}
                        static_configs: [{targets: ['127.0.0.1:%d']}]
                    """.formatted(Path.of("../dashboards/prometheus-rules.yml").toAbsolutePath().normalize(), console.port(),
                    console.port()));
            Process prometheus = new ProcessBuilder(PROMETHEUS.toString(), "--config.file=" + folder.resolve("prometheus.yml"),
                    "--storage.tsdb.path=" + folder.resolve("data"), "--web.listen-address=127.0.0.1:" + port, "--log.level=warn")
                .redirectErrorStream(true).redirectOutput(folder.resolve("prometheus.log").toFile()).start();
            try {
                String base = "http://127.0.0.1:" + port;
                Chromium.waitFor("both jobs to be read", () -> {
                    JsonNode targets = get(client, base + "/api/v1/targets").path("data").path("activeTargets");
                    for (JsonNode target : targets) {
                        assertThat(target.path("lastError").asString("")).as(target.path("scrapeUrl").asString("")).isEmpty();
                    }
                    return targets.size() == 2 && targets.path(0).path("health").asString("").equals("up")
                            && targets.path(1).path("health").asString("").equals("up");
                });
                assertThat(value(client, base, "cofferdam_watch_stage{target=\"prod-shared\",job=\"all\"}")).isEqualTo("3");
                assertThat(value(client, base, "cofferdam_time_to_full_seconds{quantile=\"0.5\",job=\"all\"}")).startsWith("14");
                assertThat(value(client, base, "redis_memory_max_bytes{job=\"one\"}")).isEqualTo("8589934592");
                assertThat(value(client, base, "count(redis_key_group_count{job=\"one\"})")).isEqualTo("7");
                assertThat(value(client, base, "count({job=\"all\",__name__=~\"redis_.+\"})")).isNotEqualTo("0");
                Chromium.waitFor("RedisFillingUp to fire",
                        () -> get(client, base + "/api/v1/alerts").toString().contains("RedisFillingUp"));
            } finally {
                prometheus.destroy();
                if (!prometheus.waitFor(20, TimeUnit.SECONDS)) {
                    prometheus.destroyForcibly().waitFor();
                }
            }
        }
    }

    private static String value(HttpClient client, String base, String query) throws Exception {
        String[] found = {""};
        Chromium.waitFor("a value of " + query, () -> {
            JsonNode answer = get(client, base + "/api/v1/query?query=" + URLEncoder.encode(query, StandardCharsets.UTF_8));
            found[0] = answer.path("data").path("result").path(0).path("value").path(1).asString("");
            return !found[0].isEmpty();
        });
        return found[0];
    }

    private static JsonNode get(HttpClient client, String address) throws Exception {
        try {
            HttpResponse<String> answer = client.send(HttpRequest.newBuilder(URI.create(address)).build(),
                    HttpResponse.BodyHandlers.ofString());
            // 503 while it reads its data.
            return answer.statusCode() == 503 ? JSON.createObjectNode() : JSON.readTree(answer.body());
        } catch (ConnectException e) {
            // It has just been started.
            return JSON.createObjectNode();
        }
    }
}
