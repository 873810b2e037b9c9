// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cofferdam.watch.HandClock;
import dev.cofferdam.watch.console.ConsoleOptions;
import dev.cofferdam.watch.console.TestVisitor;
import dev.cofferdam.watch.console.rehearsal.Rehearsal;
import dev.cofferdam.watch.console.rehearsal.RehearsedConsole;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What Prometheus reads. */
@Timeout(120)
class MetricRoutesTest {
    private static final Path PROMTOOL = Path.of("/usr/bin/promtool");

    @TempDir private Path folder;
    private final Rehearsal rehearsal = new Rehearsal(HandClock.START_MILLIS);
    private RehearsedConsole console;
    private TestVisitor visitor;

    @BeforeEach
    void start() {
        console = new RehearsedConsole(rehearsal, ConsoleOptions.DEFAULTS.withPort(0), folder.resolve("status"), new HandClock());
        visitor = new TestVisitor(console.port());
    }

    @AfterEach
    void stop() {
        visitor.close();
        console.close();
    }

    @Test
    void theClimbIsThereWhileItLasts() throws Exception {
        rehearsal.stepTo(0);
        assertThat(visitor.get("/metrics").body()).contains("cofferdam_watch_stage{target=\"prod-shared\"} 0\n")
            .doesNotContain("cofferdam_time_to_full_seconds");
        rehearsal.stepTo(40);
        assertThat(visitor.get("/metrics").body()).contains("cofferdam_watch_stage{target=\"prod-shared\"} 3\n",
                "cofferdam_time_to_full_seconds{target=\"prod-shared\",quantile=\"0.5\"} 200",
                "cofferdam_incidents_total{severity=\"page\"} 1\n",
                "cofferdam_incidents_total{severity=\"suspect\"} 1\n",
                "cofferdam_incident_active{target=\"prod-shared\",severity=\"page\"} 1\n",
                "cofferdam_prefix_without_ttl_ratio{target=\"prod-shared\",db=\"db0\",prefix=\"cache:report:<uuid>:pdf\"} 1\n",
                "cofferdam_console_visitors 0\n", "redis_up{target=\"orders\"} 1\n");
    }

    @Test
    void aScrapeHasTheExportersNames() throws Exception {
        rehearsal.stepTo(250);
        String scrape = visitor.get("/scrape?target=redis://10.0.3.5:6379").body();
        assertThat(scrape).contains("redis_up 1\n", "redis_memory_max_bytes 8589934592\n", "redis_errors_total{err=\"OOM\"} 4120\n",
                "redis_db_keys_expiring{db=\"db0\"} 1900000\n", "redis_commands_total{cmd=\"client|list\"}",
                "redis_mem_fragmentation_ratio 1.04\n",
                "redis_memory_fragmentation_ratio 1.04\n",
                "redis_key_group_memory_usage_bytes{db=\"db0\",key_group=\"overflow\"} 95000000\n",
                "redis_number_of_distinct_key_groups{db=\"db0\"} 7\n", "redis_instance_info{role=\"master\",redis_version=\"7.2.4\"");
        assertThat(visitor.get("/scrape?target=prod-shared").body()).isEqualTo(scrape);
        assertThat(visitor.get("/scrape?target=10.9.9.9").statusCode()).as("nobody has others asked through us").isEqualTo(404);
        assertThat(visitor.get("/scrape").statusCode()).isEqualTo(400);
        rehearsal.reachOrders(false);
        assertThat(visitor.get("/scrape?target=orders").body()).contains("redis_up 0\n").doesNotContain("redis_memory_used_bytes");
    }

    @Test
    void openMetricsIsSentToWhoeverAcceptsIt() throws Exception {
        rehearsal.stepTo(40);
        var answer = visitor.get("/metrics", "Accept", "application/openmetrics-text;version=1.0.0,text/plain;q=0.5");
        assertThat(answer.headers().firstValue("Content-Type").orElse("")).startsWith("application/openmetrics-text");
        assertThat(answer.body()).endsWith("# EOF\n").contains("# TYPE cofferdam_incidents counter\n", "cofferdam_incidents_total{");
    }

    @Test
    void whatAKeyIsCalledCannotBreakTheText() throws Exception {
        rehearsal.accuse("a\"b\\c\nd\u0000\ud800<img>\u202e" + "x".repeat(10_000));
        rehearsal.stepTo(40);
        String text = visitor.get("/metrics").body();
        assertThat(text).contains("prefix=\"a\\\"b\\\\c\\nd??<img>");
        assertThat(text.lines().mapToInt(String::length).max().orElseThrow()).isLessThan(600);
        promtool(text);
        promtool(visitor.get("/scrape?target=prod-shared").body());
    }

    @Test
    void whatIsTooMuchIsLeftOutAndCounted() {
        Exposition out = new Exposition();
        for (int i = 0; i < Exposition.POINTS_MAX + 5; i++) {
            out.add("cofferdam_prefix_keys", i, "target", "t", "db", "db0", "prefix", "p" + i);
        }
        out.add("nobody_declared_this", 1);
        assertThat(out.dropped()).isEqualTo(6);
    }

    private static void promtool(String text) throws Exception {
        if (!Files.isExecutable(PROMTOOL)) {
            System.err
                .println("SKIPPED: the metrics are not checked by promtool, because it is not installed (apt-get install prometheus)");
            return;
        }
        Process process = new ProcessBuilder(List.of(PROMTOOL.toString(), "check", "metrics")).redirectErrorStream(true).start();
        try (var in = process.getOutputStream()) {
            in.write(text.getBytes(StandardCharsets.UTF_8));
        }
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        // 1: it cannot be read. 3: it can, but a name of redis_exporter's is not to promtool's taste.
        assertThat(process.exitValue()).as(said).isIn(0, 3);
    }
}
