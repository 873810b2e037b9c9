// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.notify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cofferdam.memory.Clock;
import dev.cofferdam.watch.detect.Stage;
import dev.cofferdam.watch.incident.Incident;
import dev.cofferdam.watch.incident.Scene;
import dev.cofferdam.watch.notify.FakeEndpoint.Request;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** What each channel that speaks HTTP sends, and what it makes of the answers. */
class HttpChannelsTest {
    @TempDir Path folder;

    private FakeEndpoint endpoint;
    private final Http http = new Http(Duration.ofSeconds(60));
    private final Http impatient = new Http(Duration.ofSeconds(1));

    @BeforeEach
    void open() throws IOException {
        endpoint = new FakeEndpoint();
        endpoint.usual = request -> "{\"ok\":true,\"ts\":\"1732.55\",\"channel\":\"C1\"}";
    }

    @AfterEach
    void close() {
        http.close();
        impatient.close();
        endpoint.close();
    }

    private Path secret(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }

    private Channel open(ChannelOptions options) {
        return Channels.open(options, http, Clock.system(), 1);
    }

    private List<ChannelOptions> all() throws IOException {
        return List.of(
                new ChannelOptions.Webhook("webhook", Stage.NOTIFY, endpoint.uri("/hook"),
                        secret("hook", "whsec_c2VjcmV0LXNlY3JldC1zZWNyZXQ=")),
                new ChannelOptions.Alertmanager("alertmanager", Stage.NOTIFY, endpoint.uri(""), secret("am", "am-token-1234567")),
                new ChannelOptions.AlertmanagerWebhook("v4", Stage.NOTIFY, endpoint.uri("/v4"), secret("v4", "v4-token-1234567")),
                new ChannelOptions.PagerDuty("pagerduty", Stage.PAGE, secret("pd", "R0UT1NGKEY00000000"), endpoint.uri("/v2/enqueue")),
                new ChannelOptions.SlackWebhook("slack", Stage.NOTIFY,
                        secret("slack", endpoint.uri("/services/T0/B0/sl4ckh00k").toString())),
                new ChannelOptions.SlackBot("bot", Stage.NOTIFY, secret("bot", "xoxb-b0tt0ken-77"), "#ops", endpoint.uri("/api")),
                new ChannelOptions.Teams("teams", Stage.NOTIFY,
                        secret("teams", endpoint.uri("/workflows/te4ms?sig=s1gn4ture").toString())));
    }

    @Test
    void everyChannelKnowsLaterFromNever() throws Exception {
        Message message = Messages.paged();
        for (ChannelOptions options : all()) {
            Channel channel = open(options);
            assertThat(channel.deliver(message, "").result()).as(options.name()).isEqualTo(Outcome.Result.DELIVERED);
            endpoint.then(429, "Retry-After", "7");
            assertThat(channel.deliver(message, "")).as(options.name()).satisfies(outcome -> {
                assertThat(outcome.result()).isEqualTo(Outcome.Result.LATER);
                assertThat(outcome.retryAfterMillis()).isEqualTo(7_000);
            });
            endpoint.then(503, "busy");
            assertThat(channel.deliver(message, "").result()).as(options.name()).isEqualTo(Outcome.Result.LATER);
            endpoint.then(400, "bad");
            assertThat(channel.deliver(message, "")).as(options.name()).isEqualTo(Outcome.refused("status 400: bad"));
            endpoint.then(302, "Location", "/elsewhere");
            assertThat(channel.deliver(message, "").result()).as(options.name()).isEqualTo(Outcome.Result.REFUSED);
            endpoint.thenHangs();
            assertThat(attempt(Channels.open(options, impatient, Clock.system(), 1), message)).as(options.name())
                .isEqualTo(Outcome.later("no answer within 1 s", 0));
            endpoint.thenFloods(500);
            assertThat(attempt(channel, message).result()).as(options.name()).isEqualTo(Outcome.Result.LATER);
        }
    }

    private static Outcome attempt(Channel channel, Message message) throws InterruptedException {
        try {
            return channel.deliver(message, "");
        } catch (DeliveryException e) {
            return e.outcome();
        }
    }

    @Test
    void noChannelLetsAKeyOutOfItsText() throws Exception {
        Message message = Messages.paged(Scene.named(Messages.HOSTILE));
        for (ChannelOptions options : all()) {
            open(options).deliver(message, "");
            Request request = endpoint.next();
            assertThat(request.json()).as(options.name()).isNotNull();
            assertThat(request.body().length).as(options.name()).isLessThan(TeamsChannel.BYTES_MAX);
            assertThat(request.text()).as(options.name()).doesNotContain("\u202e").doesNotContain("\\u202e")
                .doesNotContain("k".repeat(200));
            if (options.name().equals("slack") || options.name().equals("bot")) {
                for (JsonNode text : request.json().findValues("text")) {
                    boolean plain = text.isString() || text.path("type").asString("").equals("plain_text");
                    assertThat(plain || !text.toString().contains("<!")).as("%s", text).isTrue();
                }
                assertThat(request.json().path("text").asString()).contains("&lt;!channel&gt;");
            }
        }
    }

    @Test
    void alertmanagerHearsOfTheOnsetAndEndsAnAlertWhoseLabelsChange() throws Exception {
        Channel channel = open(all().get(1));
        Scene scene = new Scene();
        scene.calm(60);
        scene.onset();
        scene.run(25, Stage.NOTIFY, 18);
        Outcome first = channel.deliver(Messages.of(scene.current(), Message.Kind.OPENED, 1), "");
        Request request = endpoint.next();
        assertThat(request.path()).isEqualTo("/api/v2/alerts");
        assertThat(request.header("Authorization")).isEqualTo("Bearer am-token-1234567");
        JsonNode alert = request.json().get(0);
        assertThat(request.json()).hasSize(1);
        assertThat(alert.at("/labels/alertname").asString()).isEqualTo("RedisFillingUp");
        assertThat(alert.at("/labels/severity").asString()).isEqualTo("warning");
        assertThat(alert.at("/startsAt").asString()).isEqualTo("2026-11-23T15:46:00.000Z");
        assertThat(alert.has("endsAt")).isFalse();
        scene.book.found(Scene.TARGET, Scene.named("cache:report:<uuid>:pdf"));
        scene.run(1, Stage.PAGE, 18);
        Outcome second = channel.deliver(Messages.of(scene.current(), Message.Kind.RAISED, 2), first.reference());
        JsonNode both = endpoint.next().json();
        assertThat(both).hasSize(2);
        assertThat(both.get(0).get("labels")).isEqualTo(alert.get("labels"));
        assertThat(both.get(0).has("endsAt")).isTrue();
        assertThat(both.get(1).at("/labels/severity").asString()).isEqualTo("critical");
        assertThat(both.get(1).at("/labels/prefix").asString()).isEqualTo("cache:report:<uuid>:pdf");
        assertThat(both.get(1).has("endsAt")).isFalse();
        String id = scene.current().id();
        scene.book.resolve(id, "Anna");
        Incident over = scene.book.find(id);
        assertThat(over).isNotNull();
        channel.deliver(Messages.of(over, Message.Kind.RESOLVED, 3), second.reference());
        JsonNode last = endpoint.next().json();
        assertThat(last).hasSize(1);
        assertThat(last.get(0).has("endsAt")).isTrue();
        assertThat(channel.repeatMillis()).isEqualTo(60_000);
    }

    @Test
    void theFourthVersionOfAlertmanagersBody() throws Exception {
        open(all().get(2)).deliver(Messages.paged(), "");
        JsonNode body = endpoint.next().json();
        assertThat(body.propertyNames()).contains("version", "groupKey", "status", "receiver", "groupLabels", "commonLabels",
                "commonAnnotations",
                "externalURL", "alerts", "truncatedAlerts");
        assertThat(body.at("/version").asString()).isEqualTo("4");
        assertThat(body.at("/status").asString()).isEqualTo("firing");
        assertThat(body.at("/alerts/0/endsAt").asString()).isEqualTo("0001-01-01T00:00:00Z");
        assertThat(body.at("/alerts/0/fingerprint").asString()).matches("[0-9a-f]{16}");
    }

    @Test
    void oneIncidentIsOnePageWithOneKey() throws Exception {
        Channel channel = open(all().get(3));
        Message paged = Messages.paged();
        Outcome first = channel.deliver(paged, "");
        JsonNode trigger = endpoint.next().json();
        assertThat(trigger.at("/routing_key").asString()).isEqualTo("R0UT1NGKEY00000000");
        assertThat(trigger.at("/event_action").asString()).isEqualTo("trigger");
        assertThat(trigger.at("/dedup_key").asString()).isEqualTo(paged.incident().id());
        assertThat(trigger.at("/payload/severity").asString()).isEqualTo("critical");
        assertThat(trigger.at("/payload/summary").asString()).startsWith("cache:report:<uuid>:pdf fills prod-shared in ");
        assertThat(trigger.at("/links/0/href").asString()).startsWith(Messages.CONSOLE);
        Scene scene = new Scene();
        scene.untilPage();
        String id = scene.current().id();
        scene.book.acknowledge(id, "Anna");
        channel.deliver(Messages.of(scene.current(), Message.Kind.UPDATED, 2), first.reference());
        assertThat(endpoint.next().json().at("/event_action").asString()).isEqualTo("acknowledge");
        scene.book.resolve(id, "Anna");
        Incident over = scene.book.find(id);
        assertThat(over).isNotNull();
        channel.deliver(Messages.of(over, Message.Kind.RESOLVED, 3), first.reference());
        JsonNode resolve = endpoint.next().json();
        assertThat(resolve.at("/event_action").asString()).isEqualTo("resolve");
        assertThat(resolve.at("/dedup_key").asString()).isEqualTo(id);
    }

    @Test
    void aBotChangesItsMessageAndSaysAloudWhatRises() throws Exception {
        Channel channel = open(all().get(5));
        Message paged = Messages.paged();
        Outcome first = channel.deliver(paged, "");
        assertThat(first.reference()).isEqualTo("C1 1732.55");
        Request post = endpoint.next();
        assertThat(post.path()).isEqualTo("/api/chat.postMessage");
        assertThat(post.header("Authorization")).isEqualTo("Bearer xoxb-b0tt0ken-77");
        assertThat(post.json().at("/blocks/0/text/text").asString()).contains("cache:report:<uuid>:pdf fills prod-shared in ")
            .hasSizeLessThanOrEqualTo(150);
        channel.deliver(Messages.of(paged.incident(), Message.Kind.UPDATED, 2), first.reference());
        Request update = endpoint.next();
        assertThat(update.path()).isEqualTo("/api/chat.update");
        assertThat(update.json().at("/ts").asString()).isEqualTo("1732.55");
        assertThat(endpoint.waiting()).isZero();
        channel.deliver(Messages.of(paged.incident(), Message.Kind.RAISED, 3), first.reference());
        assertThat(endpoint.next().path()).isEqualTo("/api/chat.update");
        JsonNode reply = endpoint.next().json();
        assertThat(reply.at("/thread_ts").asString()).isEqualTo("1732.55");
        assertThat(reply.at("/reply_broadcast").asBoolean()).isTrue();
        endpoint.then(200, "{\"ok\":false,\"error\":\"message_not_found\"}");
        assertThat(channel.deliver(Messages.of(paged.incident(), Message.Kind.UPDATED, 4), "C1 9.9").reference()).as("a new one")
            .isEqualTo("C1 1732.55");
        endpoint.then(200, "{\"ok\":false,\"error\":\"ratelimited\"}");
        assertThat(channel.deliver(paged, "").result()).isEqualTo(Outcome.Result.LATER);
        endpoint.then(200, "{\"ok\":false,\"error\":\"invalid_auth\"}");
        assertThat(channel.deliver(paged, "")).isEqualTo(Outcome.refused("invalid_auth"));
        endpoint.then(200, "<html>");
        assertThat(channel.deliver(paged, "").result()).isEqualTo(Outcome.Result.LATER);
    }

    @Test
    void aCardForTeamsIsCutBelowTheirLimit() throws Exception {
        open(all().get(6)).deliver(Messages.paged(), "");
        JsonNode card = endpoint.next().json();
        assertThat(card.at("/type").asString()).isEqualTo("message");
        assertThat(card.at("/attachments/0/contentType").asString()).isEqualTo("application/vnd.microsoft.card.adaptive");
        assertThat(card.at("/attachments/0/content/body/0/inlines/0/text").asString())
            .startsWith("cache:report:<uuid>:pdf fills prod-shared in ");
        Message paged = Messages.paged();
        MessageText.Fact huge = new MessageText.Fact("huge", "ü".repeat(20_000));
        MessageText text = new MessageText("headline", List.of(huge, huge, huge), "next", "", "", "sms");
        assertThat(TeamsChannel.body(new Message("m", Message.Kind.OPENED, paged.incident(), text, 0, "w")))
            .hasSizeLessThanOrEqualTo(TeamsChannel.BYTES_MAX);
    }

    @Test
    void aTestWakesNobody() throws Exception {
        Message test = TestMessage.make(open(all().get(3)), NotifyOptions.DEFAULTS, Clock.system());
        open(all().get(3)).deliver(test, "");
        JsonNode trigger = endpoint.next().json();
        assertThat(trigger.at("/payload/severity").asString()).isEqualTo("info");
        assertThat(endpoint.next().json().at("/event_action").asString()).isEqualTo("resolve");
        open(all().get(1)).deliver(test, "");
        assertThat(endpoint.next().json().get(0).at("/labels/alertname").asString()).isEqualTo("CofferdamWatchTest");
    }

    @Test
    void aPatienceMayBeADateAndIsNeverEndless() {
        assertThat(Http.retryAfter("120", 0)).isEqualTo(120_000);
        assertThat(Http.retryAfter("999999999", 0)).isEqualTo(Http.RETRY_AFTER_MAX_MILLIS);
        assertThat(Http.retryAfter("Mon, 23 Nov 2026 15:46:00 GMT", 1_795_448_700_000L)).isEqualTo(60_000);
        assertThat(Http.retryAfter("soon", 0)).isZero();
        assertThat(Http.retryAfter("-5", 0)).isZero();
    }
}
