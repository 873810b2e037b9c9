// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.notify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cofferdam.watch.detect.Stage;
import dev.cofferdam.watch.incident.Scene;
import dev.cofferdam.watch.notify.ChannelOptions.Mail.Security;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** E-mail against a server of our own on loopback. */
class MailChannelTest {
    @TempDir Path folder;

    private FakeMailServer server;
    private int limitSeconds = 60;

    @BeforeEach
    void open() throws IOException {
        server = new FakeMailServer();
    }

    @AfterEach
    void close() throws IOException {
        server.close();
    }

    private MailChannel channel(Security security, @Nullable String user, @Nullable Path password, String from) {
        return new MailChannel(new ChannelOptions.Mail("mail", Stage.NOTIFY, "127.0.0.1", server.port(), security, user, password, from,
                List.of("oncall@example.org", "b@example.org")), limitSeconds);
    }

    private MailChannel plain() {
        return channel(Security.NONE, null, null, "watch@example.org");
    }

    @Test
    void anIncidentIsOneThread() throws Exception {
        Message first = Messages.paged(Scene.named("cache:größe:<uuid>"));
        Outcome sent = plain().deliver(first, "");
        assertThat(sent.result()).isEqualTo(Outcome.Result.DELIVERED);
        String mail = server.next();
        assertThat(mail).contains("From: watch@example.org\n").contains("To: oncall@example.org, b@example.org\n")
            .contains("Message-ID: " + sent.reference())
            .contains("Auto-Submitted: auto-generated").contains("Subject: =?UTF-8?").contains("Runbook: https://wiki.example/redis");
        plain().deliver(Messages.of(first.incident(), Message.Kind.RAISED, 2), sent.reference());
        assertThat(server.next()).contains("In-Reply-To: " + sent.reference())
            .contains("Message-ID: <" + first.incident().id() + "-2@example.org>");
    }

    @Test
    void aNoForNowIsTriedAgainAndANoForeverIsNot() throws Exception {
        Message message = Messages.paged();
        server.toRecipient = "451 greylisted";
        assertThat(plain().deliver(message, "")).isEqualTo(Outcome.later("the server answers 451", 0));
        server.toRecipient = "550 nobody here";
        assertThat(plain().deliver(message, "")).isEqualTo(Outcome.refused("the server answers 550"));
        server.toRecipient = "250 fine";
        server.atEnd = "552 too much";
        assertThat(plain().deliver(message, "")).isEqualTo(Outcome.refused("the server answers 552"));
        server.atEnd = "452 not now";
        assertThat(plain().deliver(message, "")).isEqualTo(Outcome.later("the server answers 452", 0));
        assertThat(channel(Security.NONE, null, null, "no address at all").deliver(message, ""))
            .isEqualTo(Outcome.refused("an address of the configuration is none"));
    }

    @Test
    void aServerThatSaysNothingOrIsGoneIsTriedAgain() throws Exception {
        server.mute = true;
        limitSeconds = 2;
        assertThat(plain().deliver(Messages.paged(), "").result()).isEqualTo(Outcome.Result.LATER);
        server.close();
        assertThat(plain().deliver(Messages.paged(), "").detail()).startsWith("no mail server at 127.0.0.1:");
    }

    @Test
    void withoutStartTlsNothingIsSent() throws Exception {
        assertThat(channel(Security.STARTTLS, null, null, "watch@example.org").deliver(Messages.paged(), "").result())
            .isEqualTo(Outcome.Result.LATER);
        assertThat(channel(Security.TLS, null, null, "watch@example.org").deliver(Messages.paged(), "").result())
            .isEqualTo(Outcome.Result.LATER);
    }

    @Test
    void userAndPasswordAreSentAndNotShown() throws Exception {
        Path password = Files.writeString(folder.resolve("mail.password"), "correct horse\n");
        server.credentials = "app correct horse";
        assertThat(channel(Security.NONE, "app", password, "watch@example.org").deliver(Messages.paged(), "").result())
            .isEqualTo(Outcome.Result.DELIVERED);
        server.credentials = "another one";
        assertThat(channel(Security.NONE, "app", password, "watch@example.org").deliver(Messages.paged(), ""))
            .isEqualTo(Outcome.refused("the server refuses user or password"));
        Files.delete(password);
        assertThatThrownBy(() -> channel(Security.NONE, "app", password, "watch@example.org").deliver(Messages.paged(), ""))
            .isInstanceOf(DeliveryException.class).hasMessage("the secret in mail.password cannot be read (NoSuchFileException)");
    }

    @Test
    void aKeyCannotWriteHeaders() throws Exception {
        plain().deliver(Messages.paged(Scene.named("a\r\nBcc: everybody@example.org\r\n\r\nhello")), "");
        String mail = server.next();
        assertThat(mail.substring(0, mail.indexOf("\n\n"))).doesNotContain("\nBcc:");
    }
}
