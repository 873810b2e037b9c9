// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.statuspage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cofferdam.watch.HandClock;
import dev.cofferdam.watch.console.ConsoleOptions;
import dev.cofferdam.watch.console.TestVisitor;
import dev.cofferdam.watch.console.rehearsal.Rehearsal;
import dev.cofferdam.watch.console.rehearsal.RehearsedConsole;
import dev.cofferdam.watch.web.AccessToken;
import dev.cofferdam.watch.web.Role;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import tools.jackson.databind.JsonNode;

/** What others see, and that they see nothing before a person says so. */
@Timeout(120)
class StatusRoutesTest {
    private static final String ADMIN = "admin-token-of-anna";
    private static final String RESPONDER = "responder-token-of-ben";
    private static final String HOSTILE = "<script>alert(1)</script> \"&' \\u0000\\u202e";

    @TempDir private Path folder;
    private final HandClock clock = new HandClock();
    private final Rehearsal rehearsal = new Rehearsal(HandClock.START_MILLIS);
    private RehearsedConsole console;
    private TestVisitor visitor;

    @BeforeEach
    void start() {
        ConsoleOptions options = new ConsoleOptions("127.0.0.1", 0,
                List.of(new AccessToken("Anna", Role.ADMIN, ADMIN), new AccessToken("Ben", Role.RESPONDER, RESPONDER)), false, Map.of());
        console = new RehearsedConsole(rehearsal, options, folder.resolve("status"), clock);
        visitor = new TestVisitor(console.port());
        rehearsal.stepTo(40);
    }

    @AfterEach
    void stop() {
        visitor.close();
        console.close();
    }

    private static String publication(String id, String status, String name) {
        return "{\"id\":\"" + id + "\",\"incident\":\"shared-1545\",\"name\":\"" + name.replace("\"", "\\\"") + "\",\"status\":\"" + status
                + "\",\"impact\":\"major\",\"body\":\"We know the cause.\",\"components\":[\"prod-shared\"]}";
    }

    private String publish(String body) throws Exception {
        var answer = visitor.act(ADMIN, "/api/v1/status/publish", body);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return TestVisitor.JSON.readTree(answer.body()).path("id").asString("");
    }

    @Test
    void aDraftIsNoPublication() throws Exception {
        assertThat(visitor.json("/api/v1/status").path("drafts")).hasSize(1);
        assertThat(visitor.json("/api/v2/summary.json").path("incidents")).isEmpty();
        assertThat(visitor.json("/api/v2/status.json").path("status").path("indicator").asString("")).isEqualTo("none");
        assertThat(visitor.get("/status").body()).contains("All systems are working").doesNotContain("cache:report");
        assertThat(visitor.act(RESPONDER, "/api/v1/status/publish", publication("", "identified", "Slow")).statusCode()).isEqualTo(403);
    }

    @Test
    void whatAPersonPublishesIsSeenInEveryForm() throws Exception {
        String id = publish(publication("", "identified", "Sign-in is slow"));
        JsonNode summary = visitor.json("/api/v2/summary.json");
        assertThat(summary.path("status").path("indicator").asString("")).isEqualTo("major");
        assertThat(summary.path("components").path(0).path("status").asString("")).isEqualTo("partial_outage");
        assertThat(summary.path("components").path(1).path("status").asString("")).isEqualTo("operational");
        JsonNode incident = summary.path("incidents").path(0);
        assertThat(incident.path("status").asString("")).isEqualTo("identified");
        assertThat(incident.has("resolved_at")).isTrue();
        assertThat(incident.path("resolved_at").isNull()).isTrue();
        assertThat(incident.path("incident_updates").path(0).path("body").asString("")).isEqualTo("We know the cause.");
        assertThat(visitor.get("/status").body()).contains("Sign-in is slow", "Going on now");
        assertThat(visitor.json("/api/v1/incidents/shared-1545/timeline").toString())
            .contains("Published as identified: We know the cause.");

        clock.passMillis(60_000);
        assertThat(publish(publication("", "resolved", "Sign-in is slow"))).as("the same entry").isEqualTo(id);
        assertThat(visitor.json("/api/v2/incidents/unresolved.json").path("incidents")).isEmpty();
        JsonNode over = visitor.json("/api/v2/incidents.json").path("incidents").path(0);
        assertThat(over.path("resolved_at").asString("")).isEqualTo("2026-11-23T15:46:00Z");
        assertThat(over.path("incident_updates")).hasSize(2);
        assertThat(over.path("incident_updates").path(0).path("status").asString("")).as("newest first").isEqualTo("resolved");
        assertThat(visitor.json("/api/v2/status.json").path("status").path("indicator").asString("")).isEqualTo("none");
        for (String path : List.of("components", "scheduled-maintenances", "scheduled-maintenances/upcoming",
                "scheduled-maintenances/active")) {
            assertThat(visitor.json("/api/v2/" + path + ".json").has("page")).as(path).isTrue();
        }
    }

    @Test
    void whatIsWrittenIsTextEverywhere() throws Exception {
        String id = publish(publication("", "investigating", HOSTILE));
        for (String path : List.of("/status", "/status/incidents/" + id)) {
            assertThat(visitor.get(path).body()).contains("&lt;script&gt;").doesNotContain("<script");
        }
        for (String path : List.of("/history.atom", "/history.rss")) {
            Document feed = DocumentBuilderFactory.newInstance().newDocumentBuilder()
                .parse(new ByteArrayInputStream(visitor.get(path).body().getBytes(StandardCharsets.UTF_8)));
            assertThat(feed.getElementsByTagName("title").item(1).getTextContent()).startsWith("<script>alert(1)</script> \"&'");
        }
    }

    @Test
    void itIsThereAfterARestartAndDamageIsSaid() throws Exception {
        publish(publication("", "identified", "Sign-in is slow"));
        Path file = folder.resolve("status");
        assertThat(new StatusBoard(file, clock).incidents()).hasSize(1);
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length - 5] ^= 1;
        Files.write(file, bytes);
        StatusBoard damaged = new StatusBoard(file, clock);
        assertThat(damaged.incidents()).isEmpty();
        assertThat(damaged.trouble()).contains("damaged", ".damaged");
        assertThat(Files.exists(folder.resolve("status.damaged"))).isTrue();
        assertThat(new StatusBoard(file, clock).trouble()).isEmpty();
    }

    @Test
    void nonsenseIsRefused() throws Exception {
        for (String body : List.of(publication("nobody", "identified", "x"), publication("", "burning", "x"),
                publication("", "identified", " "),
                publication("", "identified", "x").replace("prod-shared", "nothing"))) {
            assertThat(visitor.act(ADMIN, "/api/v1/status/publish", body).statusCode()).as(body).isIn(400, 404);
        }
        assertThat(visitor.get("/status/incidents/nobody").statusCode()).isEqualTo(404);
    }
}
