// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.notify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cofferdam.watch.detect.Stage;
import dev.cofferdam.watch.incident.Incident;
import dev.cofferdam.watch.incident.IncidentState;
import dev.cofferdam.watch.incident.Scene;
import dev.cofferdam.watch.incident.TimelineEntry;
import dev.cofferdam.watch.notify.FakeEndpoint.Request;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The whole way from a reading to a signed request, and what becomes of it when the other side is not well. Time stands still. */
class WebhookChannelTest {
    @TempDir Path folder;

    private final Scene scene = new Scene();
    private final List<String> log = Collections.synchronizedList(new ArrayList<>());
    private FakeEndpoint endpoint;
    private Notifications notifications;

    @BeforeEach
    void open() throws IOException {
        endpoint = new FakeEndpoint();
        Path secret = Files.writeString(folder.resolve("hook.secret"), "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\n");
        notifications = notifications(new ChannelOptions.Webhook("hook", Stage.NOTIFY, endpoint.uri("/hook"), secret));
    }

    private Notifications notifications(ChannelOptions channel) {
        return notifications(channel, 60);
    }

    private Notifications notifications(ChannelOptions channel, int timeLimitSeconds) {
        NotifyOptions options = new NotifyOptions("watch-1", "https://console.example/", "", timeLimitSeconds, 900, 1000, List.of(channel));
        return new Notifications(options, scene.book, folder.resolve("notify"), scene.clock, 5, log::add);
    }

    @AfterEach
    void close() {
        notifications.close();
        endpoint.close();
    }

    /** Sends what is due now; says how many that were. */
    private int send() throws InterruptedException {
        int sent = 0;
        for (ChannelWorker worker : notifications.workers()) {
            while (worker.step()) {
                sent++;
                scene.clock.passSeconds(1);
            }
        }
        return sent;
    }

    /** As {@link Notifications#start}, without threads. */
    private void follow() {
        scene.book.subscribe(incident -> notifications.workers().forEach(worker -> worker.offer(incident)));
    }

    @Test
    void theOutageIsToldInSignedMessages() throws Exception {
        follow();
        scene.calm(10);
        scene.onset();
        scene.run(10, Stage.SUSPECT, 18);
        assertThat(send()).as("a draft is nobody's business").isZero();
        scene.run(5, Stage.NOTIFY, 18);
        scene.book.found(Scene.TARGET, Scene.named("cache:report:<uuid>:pdf"));
        assertThat(send()).as("both are one piece of news").isEqualTo(1);
        Request first = endpoint.next();
        JsonNode body = first.json();
        assertThat(body.at("/type").asString()).isEqualTo("incident.opened");
        assertThat(body.at("/data/summary").asString()).startsWith("cache:report:<uuid>:pdf fills prod-shared in 3 min ");
        assertThat(body.at("/data/links/incident").asString()).isEqualTo("https://console.example/#/incidents/" + scene.current().id());
        assertThat(first.header("webhook-id")).isEqualTo(scene.current().id() + "-1");
        assertThat(first.header("webhook-signature")).isEqualTo(WebhookSignature.sign(List.of("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"),
                first.header("webhook-id"), Long.parseLong(first.header("webhook-timestamp")), first.body()));

        scene.run(5, Stage.PAGE, 18);
        assertThat(send()).isEqualTo(1);
        assertThat(endpoint.next().json().at("/type").asString()).isEqualTo("incident.raised");
        scene.run(50, Stage.PAGE, 18);
        assertThat(send()).as("nothing new").isZero();
        Incident live = scene.current();
        scene.book.acknowledge(live.id(), "Anna");
        send();
        JsonNode acknowledged = endpoint.next().json();
        assertThat(acknowledged.at("/type").asString()).isEqualTo("incident.updated");
        assertThat(acknowledged.at("/data/incident/acknowledgedBy").asString()).isEqualTo("Anna");
        scene.book.resolve(live.id(), "Anna");
        send();
        assertThat(endpoint.next().json().at("/type").asString()).isEqualTo("incident.resolved");
        assertThat(endpoint.waiting()).isZero();
        Incident over = scene.book.find(live.id());
        assertThat(over).isNotNull();
        assertThat(over.state()).isEqualTo(IncidentState.RESOLVED);
        assertThat(over.timeline().stream().filter(line -> line.kind() == TimelineEntry.Kind.NOTIFIED).map(TimelineEntry::text))
            .hasSize(3).allMatch(text -> text.startsWith("hook was told: "));
    }

    @Test
    void aSickReceiverIsTriedAgainWithTheSameId() throws Exception {
        follow();
        endpoint.then(500, "oh").then(429, "Retry-After", "30").then(503, "").thenBreaksOff();
        scene.untilPage();
        List<Long> attempts = new ArrayList<>();
        while (notifications.channels().getFirst().delivered() == 0) {
            if (notifications.workers().getFirst().step()) {
                attempts.add(scene.clock.wallMillis());
            }
            scene.clock.passSeconds(0.1);
        }
        for (int request = 0; request < 5; request++) {
            assertThat(endpoint.next().header("webhook-id")).isEqualTo(scene.current().id() + "-1");
        }
        // A connection that broke off may cost one attempt more.
        assertThat(attempts).hasSizeBetween(5, 6);
        assertThat(attempts.get(2) - attempts.get(1)).as("after the 429").isGreaterThanOrEqualTo(30_000);
        assertThat(attempts.get(4) - attempts.get(3)).as("the fourth wait is longer than the first").isGreaterThan(3_000);
        assertThat(notifications.channels().getFirst()).satisfies(state -> {
            assertThat(state.retried()).isBetween(4L, 5L);
            assertThat(state.delivered()).isEqualTo(1);
            assertThat(state.trouble()).isEmpty();
        });
        assertThat(send()).isZero();
    }

    @Test
    void whoNeverAnswersGetsADeadLetter() throws Exception {
        follow();
        scene.untilPage();
        endpoint.close();
        long from = scene.clock.wallMillis();
        while (notifications.deadLetters() == 0) {
            send();
            scene.clock.passSeconds(1);
        }
        assertThat(scene.clock.wallMillis() - from).isBetween(900_000L, 970_000L);
        String letter = Files.readString(folder.resolve("notify/dead-letters.jsonl"));
        assertThat(letter).contains(scene.current().id()).contains("no connection");
        assertThat(scene.current().timeline().getLast().text()).startsWith("hook could not be told: no connection");
        assertThat(notifications.channels().getFirst().dead()).isEqualTo(1);
    }

    @Test
    void aRedirectIsNotFollowedAndAFloodIsNotRead() throws Exception {
        follow();
        FakeEndpoint elsewhere = new FakeEndpoint();
        endpoint.then(307, "Location", elsewhere.uri("/stolen").toString());
        scene.untilPage();
        assertThat(send()).isEqualTo(1);
        assertThat(notifications.channels().getFirst().trouble()).isEqualTo("status 307, a redirect, which is not followed");
        assertThat(notifications.deadLetters()).isEqualTo(1);
        assertThat(elsewhere.waiting()).isZero();
        elsewhere.close();
        endpoint.thenFloods(200);
        scene.book.acknowledge(scene.current().id(), "Anna");
        scene.clock.passSeconds(2);
        assertThat(send()).isEqualTo(1);
        assertThat(notifications.channels().getFirst().delivered()).isEqualTo(1);
    }

    @Test
    void whoHangsOrDripsIsGivenUpAfterTheTimeLimit() throws Exception {
        notifications.close();
        notifications = notifications(new ChannelOptions.Webhook("hook", Stage.NOTIFY, endpoint.uri("/hook"), null), 2);
        follow();
        endpoint.thenHangs().thenDrips();
        scene.untilPage();
        for (int i = 0; i < 2; i++) {
            scene.clock.passSeconds(10);
            assertThat(notifications.workers().getFirst().step()).isTrue();
            assertThat(notifications.channels().getFirst().trouble()).endsWith("within 2 s");
        }
        // A busy machine may need more than one attempt of two seconds.
        while (notifications.channels().getFirst().delivered() == 0) {
            scene.clock.passSeconds(1);
            notifications.workers().getFirst().step();
        }
        assertThat(notifications.deadLetters()).isZero();
    }

    @Test
    void aRestartTellsNothingTwiceAndForgetsNothing() throws Exception {
        follow();
        scene.untilPage();
        send();
        endpoint.next();
        notifications.close();
        Path secret = folder.resolve("hook.secret");
        notifications = notifications(new ChannelOptions.Webhook("hook", Stage.NOTIFY, endpoint.uri("/hook"), secret));
        scene.book.recent().forEach(incident -> notifications.workers().forEach(worker -> worker.resume(incident)));
        assertThat(send()).isZero();
        notifications.close();
        scene.book.resolve(scene.current().id(), "Anna");
        notifications = notifications(new ChannelOptions.Webhook("hook", Stage.NOTIFY, endpoint.uri("/hook"), secret));
        scene.book.recent().forEach(incident -> notifications.workers().forEach(worker -> worker.resume(incident)));
        assertThat(send()).as("its end came while nobody told").isEqualTo(1);
        assertThat(endpoint.next().json().at("/type").asString()).isEqualTo("incident.resolved");
    }

    @Test
    void aTestMessageSaysSoAndLeavesNothingBehind() throws Exception {
        List<TestResult> results = notifications.test();
        assertThat(results).singleElement().satisfies(result -> assertThat(result.delivered()).isTrue());
        Request request = endpoint.next();
        assertThat(request.json().at("/type").asString()).isEqualTo("test");
        assertThat(request.json().at("/data/summary").asString()).startsWith("TEST");
        assertThat(TestResult.table(results)).contains("hook").contains("yes").contains("status 200");
        endpoint.then(401, "who are you");
        assertThat(TestResult.table(notifications.test())).contains("NO").contains("status 401: who are you");
        assertThat(folder.resolve("notify")).doesNotExist();
    }
}
