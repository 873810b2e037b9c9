// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cofferdam.watch.HandClock;
import dev.cofferdam.watch.console.rehearsal.Rehearsal;
import dev.cofferdam.watch.web.AccessToken;
import dev.cofferdam.watch.web.Role;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;

/** The console over real HTTP, on the rehearsal and a clock that stands still. */
@Timeout(120)
class ConsoleTest {
    private static final String ADMIN = "admin-token-of-anna";
    private static final String RESPONDER = "responder-token-of-ben";

    private final HandClock clock = new HandClock();
    private final Rehearsal rehearsal = new Rehearsal(HandClock.START_MILLIS);
    private Console console;
    private TestVisitor visitor;

    @BeforeEach
    void start() {
        ConsoleOptions options = new ConsoleOptions("127.0.0.1", 0,
                List.of(new AccessToken("Anna", Role.ADMIN, ADMIN), new AccessToken("Ben", Role.RESPONDER, RESPONDER)), false, Map.of());
        console = Console.on(options, rehearsal, rehearsal.incidents(), rehearsal.plans(), clock).start();
        visitor = new TestVisitor(console.port());
    }

    @AfterEach
    void stop() {
        visitor.close();
        console.close();
    }

    private void at(int afterOnset) {
        while (rehearsal.sinceOnset() < afterOnset) {
            clock.passMillis(1000);
            rehearsal.step();
        }
    }

    @Test
    void thePageAndItsFilesAreServedUnderAPolicyThatTrustsNobodyElse() throws Exception {
        HttpResponse<String> page = visitor.get("/");
        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.headers().firstValue("Content-Security-Policy").orElse("")).contains("default-src 'none'", "script-src 'self'",
                "frame-ancestors 'none'")
            .doesNotContain("unsafe");
        assertThat(page.headers().firstValue("Access-Control-Allow-Origin")).isEmpty();
        List<String> files = new ArrayList<>();
        var matcher = java.util.regex.Pattern.compile("(?:href|src)=\"(/app/[^\"]+)\"").matcher(page.body());
        while (matcher.find()) {
            files.add(matcher.group(1));
        }
        assertThat(files).contains("/app/uplot.js", "/app/app.js", "/app/app.css");
        for (int i = 0; i < files.size(); i++) {
            HttpResponse<String> file = visitor.get(files.get(i));
            assertThat(file.statusCode()).as(files.get(i)).isEqualTo(200);
            var imports = java.util.regex.Pattern.compile("from '\\./([^']+)'").matcher(file.body());
            while (imports.find()) {
                if (!files.contains("/app/" + imports.group(1))) {
                    files.add("/app/" + imports.group(1));
                }
            }
        }
        assertThat(files).contains("/app/waterline.js", "/app/session.js");
        assertThat(page.body()).doesNotContain("<style", " style=", "onclick=");
    }

    @Test
    void theStateIsTaggedAndNotSentTwice() throws Exception {
        at(62);
        HttpResponse<String> first = visitor.get("/api/v1/state");
        JsonNode shared = TestVisitor.JSON.readTree(first.body()).path("targets").path(0);
        assertThat(shared.path("target").asString("")).isEqualTo(Rehearsal.SHARED);
        assertThat(shared.path("tick").path("stage").asString("")).isEqualTo("page");
        assertThat(shared.path("tick").path("climb").path("full").path("likely").asDouble(0)).isBetween(170.0, 185.0);
        assertThat(shared.path("culprit").path("subject").asString("")).isEqualTo(Rehearsal.GUILTY);
        assertThat(shared.path("attribution").path("writersText").asString("")).startsWith("Written by mailer-7 (10.0.3.17:51544, SET");
        String tag = first.headers().firstValue("ETag").orElseThrow();
        assertThat(visitor.get("/api/v1/state", "If-None-Match", tag).statusCode()).isEqualTo(304);
        at(63);
        assertThat(visitor.get("/api/v1/state", "If-None-Match", tag).statusCode()).isEqualTo(200);
    }

    @Test
    void aStreamBeginsWithASnapshotAndGoesOnEachSecond() throws Exception {
        at(-2);
        try (TestVisitor.Stream stream = visitor.stream("/api/v1/stream")) {
            assertThat(stream.next().name()).isEqualTo("snapshot");
            at(10);
            List<TestVisitor.Event> events = stream.until(event -> event.name().equals("prefixes") && event.data().has("culprit"));
            assertThat(events.stream().filter(event -> event.name().equals("tick")
                    && event.data().path("target").asString("").equals(Rehearsal.SHARED)))
                .hasSizeBetween(10, 12);
            assertThat(events).anyMatch(event -> event.name().equals("incident")
                    && event.data().path("incident").path("state").asString("").equals("draft"));
        }
    }

    /** An action that took itself back, or one by the command line: nobody pressed anything, and whoever looks hears of it. */
    @Test
    void whatWasDoneWithoutAVisitorIsToldToo() throws Exception {
        at(5);
        try (TestVisitor.Stream stream = visitor.stream("/api/v1/stream?target=prod-shared")) {
            assertThat(stream.next().name()).isEqualTo("snapshot");
            console.acted(Rehearsal.SHARED);
            TestVisitor.Event told = stream.until(event -> event.name().equals("action")).getLast();
            assertThat(told.data().path("target").asString("")).isEqualTo(Rehearsal.SHARED);
            assertThat(told.data().has("plans")).isTrue();
        }
    }

    @Test
    void whoComesBackMissesNothing() throws Exception {
        at(5);
        TestVisitor.Event last;
        try (TestVisitor.Stream stream = visitor.stream("/api/v1/stream?target=prod-shared")) {
            stream.next();
            at(6);
            last = stream.until(event -> event.name().equals("tick")).getLast();
        }
        at(40);
        try (TestVisitor.Stream stream = visitor.stream("/api/v1/stream?target=prod-shared", "Last-Event-ID", last.id())) {
            List<TestVisitor.Event> missed = stream.until(event -> event.name().equals("tick")
                    && event.data().path("t").asLong(0) == HandClock.START_MILLIS + (Rehearsal.ONSET + 40) * 1000L);
            List<Long> times = missed.stream().filter(event -> event.name().equals("tick")).map(event -> event.data().path("t").asLong(0))
                .toList();
            assertThat(times).hasSize(34).isSorted().doesNotHaveDuplicates();
            assertThat(missed).noneMatch(event -> event.name().equals("snapshot"));
        }
        clock.passMillis(EventRing.MILLIS_MAX + 1000);
        rehearsal.step();
        for (String id : List.of(last.id(), "elsewhere-3", last.id() + "999", "nonsense")) {
            try (TestVisitor.Stream stream = visitor.stream("/api/v1/stream", "Last-Event-ID", id)) {
                assertThat(stream.next().name()).as(id).isEqualTo("snapshot");
            }
        }
    }

    @Test
    void whoDoesNotKeepUpGetsASnapshotAndNoGapItDoesNotKnowOf() throws Exception {
        try (TestVisitor.Stream stream = visitor.stream("/api/v1/stream")) {
            assertThat(stream.next().name()).isEqualTo("snapshot");
            // More than all buffers on the way can hold; time stands still, so that nobody is cut off for being slow.
            for (int i = 0; i < 6_000; i++) {
                rehearsal.step();
            }
            long last = HandClock.START_MILLIS + 6_000_000;
            List<TestVisitor.Event> events = stream.until(event -> last == (event.name().equals("snapshot")
                    ? event.data().path("targets").path(1).path("tick").path("t").asLong(0)
                    : event.data().path("target").asString("").equals(Rehearsal.ORDERS) ? event.data().path("t").asLong(0) : 0));
            int snapshots = 0;
            long before = -1;
            for (TestVisitor.Event event : events) {
                long sequence = Long.parseLong(event.id().substring(event.id().indexOf('-') + 1));
                if (event.name().equals("snapshot")) {
                    snapshots++;
                } else if (before >= 0) {
                    assertThat(sequence).isEqualTo(before + 1);
                }
                before = sequence;
            }
            assertThat(snapshots).isPositive();
        }
    }

    @Test
    void aVisitorTooMuchIsToldSo() throws Exception {
        List<TestVisitor.Stream> streams = new ArrayList<>();
        try {
            for (int i = 0; i < EventStream.VISITORS_MAX; i++) {
                TestVisitor.Stream stream = visitor.stream("/api/v1/stream");
                streams.add(stream);
                assertThat(stream.next().name()).isEqualTo("snapshot");
            }
            try (TestVisitor.Stream one = visitor.stream("/api/v1/stream")) {
                assertThat(one.status()).isEqualTo(503);
            }
            assertThat(visitor.get("/api/v1/state").statusCode()).as("streams do not use up the requests").isEqualTo(200);
        } finally {
            streams.forEach(TestVisitor.Stream::close);
        }
    }

    @Test
    void onlyWhoMayDoesAndOnlyFromThePage() throws Exception {
        at(35);
        String ack = "/api/v1/incidents/shared-1545/ack";
        assertThat(visitor.post(ack, "{}", "Content-Type", "application/json", "X-Cofferdam", "1").statusCode()).isEqualTo(401);
        assertThat(visitor.act("not-a-token-anybody-has", ack, "{}").statusCode()).isEqualTo(401);
        assertThat(visitor.post(ack, "{}", "Authorization", "Bearer " + ADMIN, "Content-Type", "application/json").statusCode())
            .isEqualTo(403);
        assertThat(
                visitor.post(ack, "{}", "Authorization", "Bearer " + ADMIN, "X-Cofferdam", "1", "Content-Type", "text/plain").statusCode())
            .isEqualTo(415);
        HttpResponse<String> done = visitor.act(RESPONDER, ack, "{}");
        assertThat(done.statusCode()).isEqualTo(200);
        assertThat(TestVisitor.JSON.readTree(done.body()).path("state").asString("")).isEqualTo("acknowledged");
        HttpResponse<String> again = visitor.act(RESPONDER, ack, "{}");
        assertThat(again.statusCode()).isEqualTo(409);
        assertThat(again.headers().firstValue("Content-Type").orElse("")).isEqualTo("application/problem+json");
        assertThat(visitor.act(RESPONDER, "/api/v1/incidents/shared-1545/note", "{\"text\":\" \"}").statusCode()).isEqualTo(400);
        assertThat(visitor.act(RESPONDER, "/api/v1/incidents/shared-1545/note", "{\"text\":\"" + "x".repeat(2001) + "\"}").statusCode())
            .isEqualTo(400);
        assertThat(visitor.act(RESPONDER, "/api/v1/incidents/shared-1545/note", "{\"text\":\"looking\"}").statusCode()).isEqualTo(200);
        JsonNode timeline = visitor.json("/api/v1/incidents/shared-1545/timeline").path("timeline");
        assertThat(timeline.toString()).contains("looking", "Ben looks after it");
    }

    @Test
    void aPlanIsShownThenAppliedByAnAdminThenUndone() throws Exception {
        at(35);
        try (TestVisitor.Stream stream = visitor.stream("/api/v1/stream")) {
            stream.next();
            JsonNode plan = TestVisitor.JSON
                .readTree(visitor.act(RESPONDER, "/api/v1/plans", "{\"target\":\"prod-shared\",\"type\":\"read-only\"}").body());
            String path = "/api/v1/plans/" + plan.path("id").asString("");
            assertThat(plan.path("state").asString("")).isEqualTo("proposed");
            assertThat(visitor.act(RESPONDER, path + "/apply", "{}").statusCode()).isEqualTo(403);
            assertThat(visitor.act(ADMIN, path + "/apply", "{}").statusCode()).isEqualTo(200);
            assertThat(stream.until(event -> event.name().equals("action")
                    && event.data().path("plans").path(0).path("state").asString("").equals("applied")))
                .isNotEmpty();
            assertThat(visitor.act(ADMIN, path + "/undo", "{}").statusCode()).isEqualTo(200);
            assertThat(visitor.json("/api/v1/audit").path("audit")).hasSize(2);
        }
    }

    @Test
    void whatIsTooLongOrNonsenseIsRefusedInWords() throws Exception {
        assertThat(visitor.act(ADMIN, "/api/v1/plans", "{\"x\":\"" + "x".repeat(70_000) + "\"}").statusCode()).isEqualTo(413);
        assertThat(visitor.act(ADMIN, "/api/v1/plans", "[1]").statusCode()).isEqualTo(400);
        assertThat(visitor.act(ADMIN, "/api/v1/plans", "{").statusCode()).isEqualTo(400);
        assertThat(visitor.get("/api/v1/targets/prod-shared/series?from=x").statusCode()).isEqualTo(400);
        assertThat(visitor.get("/api/v1/state?" + "q".repeat(5000)).statusCode()).isEqualTo(200);
        assertThat(visitor.get("/api/v1/targets/nobody").statusCode()).isEqualTo(404);
        assertThat(visitor.get("/../etc/passwd").statusCode()).isEqualTo(404);
        assertThat(visitor.get("/api/v1/plans").statusCode()).isEqualTo(405);
    }

    @Test
    void thePastIsKeptWithoutAFolder() throws Exception {
        at(30);
        JsonNode series = visitor.json("/api/v1/targets/prod-shared/series");
        assertThat(series.path("points")).hasSize(50);
        assertThat(series.path("points").path(49).path(1).asLong(0)).isGreaterThan(series.path("points").path(0).path(1).asLong(0));
        assertThat(visitor.json("/api/v1/targets/prod-shared/series?step=10000").path("points")).hasSizeBetween(5, 6);
    }

    @Test
    void healthAndReadinessNeedNoToken() throws Exception {
        assertThat(visitor.get("/-/healthy").statusCode()).isEqualTo(200);
        assertThat(visitor.get("/-/ready").body()).isEqualTo("ready, 2 of 2 targets reachable\n");
    }
}
