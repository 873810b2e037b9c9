// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.tests.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.net.httpserver.HttpServer;
import dev.cofferdam.memory.Clock;
import dev.cofferdam.watch.attribute.Attribution;
import dev.cofferdam.watch.attribute.Culprit;
import dev.cofferdam.watch.detect.Climb;
import dev.cofferdam.watch.detect.Concern;
import dev.cofferdam.watch.detect.Reading;
import dev.cofferdam.watch.detect.Stage;
import dev.cofferdam.watch.detect.TimeToFull;
import dev.cofferdam.watch.incident.Incident;
import dev.cofferdam.watch.incident.IncidentBook;
import dev.cofferdam.watch.incident.IncidentOptions;
import dev.cofferdam.watch.notify.ChannelOptions;
import dev.cofferdam.watch.notify.Notifications;
import dev.cofferdam.watch.notify.NotifyOptions;
import dev.cofferdam.watch.notify.TestResult;
import dev.cofferdam.watch.probe.Sample;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Alertmanager itself, Debian's: it takes our alert, shows it with the onset as its start, sees it rise and end; and the body it sends to a
 * webhook of its own is the one our version 4 channel sends.
 */
class AlertmanagerIT {
    private static final Path PROGRAM = Path.of("/usr/bin/prometheus-alertmanager");
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final long MB = 1 << 20;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir Path folder;

    private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final List<JsonNode> theirs = new CopyOnWriteArrayList<>();
    private final List<JsonNode> ours = new CopyOnWriteArrayList<>();
    private HttpServer receiver;
    private Process alertmanager;
    private URI root;

    @BeforeEach
    void start() throws Exception {
        assumeTrue(Files.isExecutable(PROGRAM), "SKIPPED: AlertmanagerIT hands out no alert, because " + PROGRAM
                + " is not there (apt-get install prometheus-alertmanager)");
        receiver = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 10);
        receive("/theirs", theirs);
        receive("/ours", ours);
        receiver.start();
        Path configuration = Files.writeString(folder.resolve("alertmanager.yml"), """
                route:
                  receiver: hook
                  group_by: [target, incident]
                  group_wait: 1s
                  group_interval: 1s
                receivers:
                  - name: hook
                    webhook_configs:
                      - url: %s
                        send_resolved: true
                """.formatted(hook("/theirs")));
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        root = URI.create("http://127.0.0.1:" + port);
        alertmanager = new ProcessBuilder(PROGRAM.toString(), "--config.file=" + configuration, "--storage.path=" + folder.resolve("data"),
                "--web.listen-address=127.0.0.1:" + port, "--cluster.listen-address=")
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("log").toFile()).start();
        await("ready", () -> alertmanager.isAlive() && status("/-/ready") == 200);
    }

    @AfterEach
    void stop() throws InterruptedException {
        if (alertmanager != null) {
            alertmanager.destroyForcibly();
            assertThat(alertmanager.waitFor(60, TimeUnit.SECONDS)).isTrue();
        }
        if (receiver != null) {
            receiver.stop(0);
        }
        http.close();
    }

    private void receive(String path, List<JsonNode> bodies) {
        receiver.createContext(path, exchange -> {
            bodies.add(JSON.readTree(exchange.getRequestBody().readAllBytes()));
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
    }

    private URI hook(String path) {
        return URI.create("http://127.0.0.1:" + receiver.getAddress().getPort() + path);
    }

    @Test
    void itTakesShowsAndEndsOurAlert() throws Exception {
        Clock clock = Clock.system();
        NotifyOptions options = new NotifyOptions("watch-1", "https://console.example", "", 10, 900, 100,
                List.of(ChannelOptions.Alertmanager.at(root), ChannelOptions.AlertmanagerWebhook.to(hook("/ours"))));
        IncidentBook book = new IncidentBook(folder.resolve("incidents"), IncidentOptions.DEFAULTS, clock, 1);
        try (Notifications notifications = new Notifications(options, book, folder.resolve("notify"), clock, 1, line -> {
        })) {
            assertThat(notifications.test()).allMatch(TestResult::delivered);
            await("test alert", () -> alerts(alert -> label(alert, "alertname").equals("CofferdamWatchTest")).size() == 1);

            notifications.start();
            long onset = clock.wallMillis() / 1000 * 1000 - 22_000;
            observe(book, clock, onset, Stage.NOTIFY);
            Incident incident = book.current("prod-shared");
            assertThat(incident).isNotNull();
            String id = incident.id();
            await("warning", () -> alerts(alert -> isOf(alert, id)).size() == 1);
            JsonNode warning = alerts(alert -> isOf(alert, id)).getFirst();
            assertThat(label(warning, "alertname")).isEqualTo("RedisFillingUp");
            assertThat(label(warning, "severity")).isEqualTo("warning");
            assertThat(Instant.parse(warning.path("startsAt").asString())).isEqualTo(Instant.ofEpochMilli(onset));
            assertThat(warning.at("/annotations/summary").asString()).startsWith("prod-shared is full in ");
            assertThat(warning.path("generatorURL").asString()).isEqualTo("https://console.example/#/incidents/" + id);

            // Its fingerprint of these labels is ours.
            await("our body", () -> ours.stream()
                .anyMatch(body -> body.at("/alerts/0/fingerprint").asString().equals(warning.path("fingerprint").asString())));
            await("their body", () -> theirs.stream().anyMatch(body -> body.at("/groupLabels/incident").asString("").equals(id)));
            JsonNode their = theirs.stream().filter(body -> body.at("/groupLabels/incident").asString("").equals(id)).findFirst()
                .orElseThrow();
            JsonNode our = ours.getLast();
            assertThat(our.propertyNames()).containsExactlyInAnyOrderElementsOf(their.propertyNames());
            assertThat(our.at("/alerts/0").propertyNames()).containsExactlyInAnyOrderElementsOf(their.at("/alerts/0").propertyNames());

            book.found("prod-shared", new Attribution(clock.wallMillis(),
                    new Culprit.Prefix(0, "cache:report:<uuid>:pdf", "cache:report:", 150 * MB, 0.92, 0.06, 9.4 * MB, true, 1, 0.99),
                    160 * MB, List.of(), List.of(), 9, 9));
            observe(book, clock, onset, Stage.PAGE);
            await("critical alone", () -> {
                List<JsonNode> on = alerts(alert -> isOf(alert, id));
                return on.size() == 1 && label(on.getFirst(), "severity").equals("critical")
                        && label(on.getFirst(), "prefix").equals("cache:report:<uuid>:pdf");
            });

            book.resolve(id, "Anna");
            await("none left", () -> alerts(alert -> isOf(alert, id)).isEmpty());
            await("their end", () -> theirs.stream().anyMatch(body -> body.path("status").asString().equals("resolved")
                    && body.at("/groupLabels/incident").asString("").equals(id)));
            await("our end", () -> ours.getLast().path("status").asString().equals("resolved"));
            assertThat(notifications.deadLetters()).isZero();
        }
    }

    private static void observe(IncidentBook book, Clock clock, long onset, Stage stage) {
        long now = clock.wallMillis();
        Sample sample = new Sample(now, 600 * MB, 1000 * MB, 600 * MB, 0, 0, 9, 9, 0, 0, 0, 0, 0, 0, 0, false);
        book.observe("prod-shared", sample, new Reading(now, stage, Concern.CLIMB,
                new Climb(onset, 400 * MB, 600 * MB, 1000 * MB, 200 * MB, 2.0 * MB, new TimeToFull(200, 80, 480)), "climbs 2.0 MB/s"));
    }

    private static boolean isOf(JsonNode alert, String incident) {
        return label(alert, "incident").equals(incident);
    }

    private static String label(JsonNode alert, String name) {
        return alert.path("labels").path(name).asString("");
    }

    private List<JsonNode> alerts(Predicate<JsonNode> wanted) throws IOException, InterruptedException {
        JsonNode all = JSON.readTree(get("/api/v2/alerts").body());
        return all.valueStream().filter(wanted).toList();
    }

    private int status(String path) throws IOException, InterruptedException {
        try {
            return get(path).statusCode();
        } catch (ConnectException e) {
            return 0;
        }
    }

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return http.send(HttpRequest.newBuilder(root.resolve(path)).timeout(PATIENCE).build(), HttpResponse.BodyHandlers.ofString());
    }

    /** Something that becomes true, or does not within a minute. */
    private interface Condition {
        boolean holds() throws IOException, InterruptedException;
    }

    private void await(String what, Condition condition) throws IOException, InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.holds()) {
            assertThat(System.nanoTime()).as("%s within %s; Alertmanager says: %s", what, PATIENCE, Files.readString(folder.resolve("log")))
                .isLessThan(end);
            Thread.sleep(50);
        }
    }
}
