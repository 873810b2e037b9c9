// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.notify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cofferdam.memory.Clock;
import dev.cofferdam.watch.detect.Stage;
import dev.cofferdam.watch.incident.IncidentBook;
import dev.cofferdam.watch.incident.IncidentOptions;
import dev.cofferdam.watch.incident.Scene;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The other side sends our secrets back in its error messages; nothing we log, keep or show may hold one. */
class SecretsTest {
    private static final List<String> SECRETS = List.of("c2VjcmV0LXNlY3JldC1zZWNyZXQ=", "am-token-1234567", "R0UT1NGKEY00000000",
            "sl4ckh00k", "xoxb-b0tt0ken-77",
            "s1gn4ture", "m41l-passw0rd");

    @TempDir Path folder;

    private Path secret(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }

    @Test
    void noSecretIsLoggedKeptOrShown() throws Exception {
        List<String> seen = Collections.synchronizedList(new ArrayList<>());
        Handler capture = new Handler() {
            @Override
            public void publish(LogRecord entry) {
                // The other side's own log is not ours.
                if (!String.valueOf(entry.getLoggerName()).startsWith("com.sun.net.httpserver")) {
                    seen.add(entry.getMessage() + " " + entry.getThrown());
                }
            }

            @Override
            public void flush() {
            }

            @Override
            public void close() {
            }
        };
        Logger root = Logger.getLogger("");
        Level before = root.getLevel();
        root.setLevel(Level.ALL);
        root.addHandler(capture);
        Path state = folder.resolve("state");
        try (FakeEndpoint endpoint = new FakeEndpoint(); FakeMailServer mail = new FakeMailServer()) {
            NotifyOptions options = new NotifyOptions("watch-1", "", "", 60, 3, 10, List.of(
                    new ChannelOptions.Webhook("webhook", Stage.NOTIFY, endpoint.uri("/hook"), secret("hook", "whsec_" + SECRETS.get(0))),
                    new ChannelOptions.Alertmanager("alertmanager", Stage.NOTIFY, endpoint.uri(""), secret("am", SECRETS.get(1))),
                    new ChannelOptions.PagerDuty("pagerduty", Stage.PAGE, secret("pd", SECRETS.get(2)), endpoint.uri("/enqueue")),
                    new ChannelOptions.SlackWebhook("slack", Stage.NOTIFY,
                            secret("slack", endpoint.uri("/services/" + SECRETS.get(3)).toString())),
                    new ChannelOptions.SlackBot("bot", Stage.NOTIFY, secret("bot", SECRETS.get(4)), "#ops", endpoint.uri("/api")),
                    new ChannelOptions.Teams("teams", Stage.NOTIFY, secret("teams", endpoint.uri("/w?sig=" + SECRETS.get(5)).toString())),
                    new ChannelOptions.Teams("broken", Stage.NOTIFY, secret("broken", "ht tp://nowhere/" + SECRETS.get(5))),
                    new ChannelOptions.Mail("mail", Stage.NOTIFY, "127.0.0.1", mail.port(), ChannelOptions.Mail.Security.NONE, "app",
                            secret("mail", SECRETS.get(6)), "w@example.org", List.of("o@example.org"))));
            Scene scene = new Scene(folder.resolve("incidents"), IncidentOptions.DEFAULTS);
            scene.untilPage();
            Notifications notifications = new Notifications(options, scene.book, state, Clock.system(), 1, seen::add);
            // Everything they were sent, for each attempt of each channel.
            for (int status : new int[] {500, 401}) {
                for (ChannelWorker worker : notifications.workers()) {
                    worker.offer(scene.current());
                    // What is due is sent; after a first failure nothing may be yet.
                    endpoint.thenEchoes(status);
                    if (!worker.step()) {
                        seen.add(worker.attempt(Messages.paged(), "x").toString());
                    }
                    endpoint.clear();
                }
            }
            SECRETS.forEach(secret -> endpoint.thenEchoes(401));
            for (TestResult result : notifications.test()) {
                seen.add(result.toString());
            }
            notifications.channels().forEach(channel -> seen.add(channel.toString()));
            notifications.workers().forEach(worker -> seen.add(worker.channel().secrets().toString()));
            seen.add(options.toString());
            keep(scene.book, seen);
            notifications.close();
        } finally {
            root.removeHandler(capture);
            root.setLevel(before);
        }
        try (Stream<Path> files = Stream.concat(Files.walk(state), Files.walk(folder.resolve("incidents")))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                seen.add(Files.readString(file, StandardCharsets.UTF_8));
            }
        }
        String all = String.join("\n", seen);
        assertThat(all).contains("***").contains("notify.dead").contains("status 401").contains("broken");
        for (String secret : SECRETS) {
            assertThat(all).doesNotContain(secret);
        }
    }

    private static void keep(IncidentBook book, List<String> seen) {
        book.recent().forEach(incident -> seen.add(incident.toString()));
    }
}
