// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cofferdam.server.command.CommandHarness;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class MetricsPagesTest {
    private static final Pattern SAMPLE = Pattern.compile("([a-z_]+)(\\{[a-z_]+=\"[^\"]*\"(,[a-z_]+=\"[^\"]*\")*})? -?[0-9.]+");

    @Test
    void thePagesAnswer() throws Exception {
        try (CommandHarness harness = CommandHarness.single(16 << 20);
                MetricsPages pages = MetricsPages.open(harness.server, "127.0.0.1", 0)) {
            harness.run("NOSUCH");
            harness.run("DBSIZE");
            HttpResponse<String> metrics = get(pages, "/metrics", "GET");
            assertThat(metrics.statusCode()).isEqualTo(200);
            assertThat(metrics.body()).contains("redis_up 1\n", "redis_memory_max_bytes 16777216\n",
                    "redis_commands_total{cmd=\"dbsize\"} 1\n",
                    "cofferdam_compartment_max_bytes{compartment=\"default\"} 16777216\n", "redis_errors_total{err=\"ERR\"} 1\n");
            assertThat(get(pages, "/healthz", "GET").body()).isEqualTo("ok\n");
            assertThat(get(pages, "/nosuch", "GET").statusCode()).isEqualTo(404);
            assertThat(get(pages, "/metricsx", "GET").statusCode()).isEqualTo(404);
            assertThat(get(pages, "/metrics", "POST").statusCode()).isEqualTo(405);
        }
    }

    @Test
    void everyLineIsWellFormedAndEveryNameIsDeclaredOnce() {
        try (CommandHarness harness = CommandHarness.single(16 << 20)) {
            harness.run("DBSIZE");
            Set<String> declared = new HashSet<>();
            List<String> bad = new ArrayList<>();
            for (String line : PrometheusText.of(harness.server).split("\n")) {
                if (line.startsWith("# TYPE ")) {
                    assertThat(declared.add(line.split(" ")[2])).as(line).isTrue();
                } else if (!line.startsWith("# HELP ")) {
                    var matcher = SAMPLE.matcher(line);
                    if (!matcher.matches() || !declared.contains(matcher.group(1))) {
                        bad.add(line);
                    }
                }
            }
            assertThat(bad).isEmpty();
            assertThat(declared).hasSizeGreaterThan(40);
        }
    }

    private static HttpResponse<String> get(MetricsPages pages, String path, String method) throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + pages.port() + path))
                        .method(method, HttpRequest.BodyPublishers.noBody()).build(),
                    HttpResponse.BodyHandlers.ofString());
        }
    }
}
