// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The dashboard and the rules ask for nothing that is not declared, and Prometheus's own tool takes the rules. */
class DashboardsTest {
    private static final Path FOLDER = Path.of(System.getProperty("cofferdam.root", "..")).toAbsolutePath().normalize()
        .resolve("dashboards");
    private static final Path PROMTOOL = Path.of("/usr/bin/promtool");

    @Test
    void theDashboardAsksForDeclaredMetricsOnly() throws Exception {
        JsonNode dashboard = JsonMapper.builder().build().readTree(Files.readString(FOLDER.resolve("grafana-cofferdam-watch.json")));
        assertThat(dashboard.path("panels")).hasSizeGreaterThan(4);
        StringBuilder expressions = new StringBuilder();
        for (JsonNode panel : dashboard.path("panels")) {
            assertThat(panel.path("title").asString("")).isNotEmpty();
            for (JsonNode target : panel.path("targets")) {
                expressions.append(target.path("expr").asString("")).append('\n');
            }
        }
        assertThat(undeclared(expressions.toString())).isEmpty();
        assertThat(undeclared("rate(cofferdam_no_such_thing[5m])")).as("the guard").containsExactly("cofferdam_no_such_thing");
    }

    @Test
    void theRulesAskForDeclaredMetricsOnlyAndWaitForNothing() throws Exception {
        String rules = Files.readString(FOLDER.resolve("prometheus-rules.yml"));
        assertThat(undeclared(rules)).isEmpty();
        assertThat(rules).doesNotContainPattern("(?m)^\\s+for:");
        assertThat(rules).contains("RedisMemoryClimbSuspected", "RedisFillingUp", "RedisFull", "RedisSlowLeak");
    }

    @Test
    void promtoolTakesTheRulesAndTheirTests() throws Exception {
        if (!Files.isExecutable(PROMTOOL)) {
            System.err.println("SKIPPED: the rules are not checked by promtool, because it is not installed (apt-get install prometheus)");
            Assumptions.abort("promtool is not installed");
        }
        run("check", "rules", "prometheus-rules.yml");
        run("test", "rules", "prometheus-rules-test.yml");
    }

    private static void run(String... arguments) throws Exception {
        java.util.List<String> command = new java.util.ArrayList<>(java.util.List.of(PROMTOOL.toString()));
        command.addAll(java.util.List.of(arguments));
        Process process = new ProcessBuilder(command).directory(FOLDER.toFile()).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(said).isZero();
    }

    private static Set<String> undeclared(String text) {
        Set<String> names = new TreeSet<>();
        Pattern.compile("\\b(?:cofferdam|redis)_[a-z0-9_]+\\b").matcher(text).results().forEach(found -> names.add(found.group()));
        names.removeIf(name -> WatchMetrics.byName().containsKey(name));
        return names;
    }
}
