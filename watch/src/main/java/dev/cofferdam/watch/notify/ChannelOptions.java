// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.notify;

import dev.cofferdam.watch.detect.Stage;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One way to tell people, as it is configured. Each has a name that is unique on this watch ({@code slack}, {@code slack-2}) and the stage
 * from which on it is told. Immutable.
 */
public sealed interface ChannelOptions {
    String name();

    Stage fromStage();

    /**
     * Our own JSON, signed by Standard Webhooks 1.0.
     *
     * @param secretFile one {@code whsec_…} a line, two while they are changed; null sends it unsigned
     */
    record Webhook(String name, Stage fromStage, URI url, @Nullable Path secretFile) implements ChannelOptions {
        public static Webhook to(URI url, @Nullable Path secretFile) {
            return new Webhook("webhook", Stage.NOTIFY, url, secretFile);
        }
    }

    /**
     * Alertmanager itself, by its v2 API.
     *
     * @param url its root, {@code http://alertmanager:9093}
     * @param tokenFile bearer token, or null
     */
    record Alertmanager(String name, Stage fromStage, URI url, @Nullable Path tokenFile) implements ChannelOptions {
        public static Alertmanager at(URI url) {
            return new Alertmanager("alertmanager", Stage.NOTIFY, url, null);
        }
    }

    /** The body Alertmanager sends to webhooks (version 4), for receivers that were written for it. */
    record AlertmanagerWebhook(String name, Stage fromStage, URI url, @Nullable Path tokenFile) implements ChannelOptions {
        public static AlertmanagerWebhook to(URI url) {
            return new AlertmanagerWebhook("alertmanager-webhook", Stage.NOTIFY, url, null);
        }
    }

    /** @param url of the Events API v2, which has another one in the EU */
    record PagerDuty(String name, Stage fromStage, Path routingKeyFile, URI url) implements ChannelOptions {
        public static final URI URL = URI.create("https://events.pagerduty.com/v2/enqueue");

        public static PagerDuty with(Path routingKeyFile) {
            return new PagerDuty("pagerduty", Stage.PAGE, routingKeyFile, URL);
        }
    }

    /** An incoming webhook: each message is a new one, so little is told. */
    record SlackWebhook(String name, Stage fromStage, Path webhookFile) implements ChannelOptions {
        public static SlackWebhook with(Path webhookFile) {
            return new SlackWebhook("slack", Stage.NOTIFY, webhookFile);
        }
    }

    /** A bot's token (scope {@code chat:write}): one message per incident, which is changed. */
    record SlackBot(String name, Stage fromStage, Path tokenFile, String channel, URI api) implements ChannelOptions {
        public static final URI API = URI.create("https://slack.com/api");

        public static SlackBot with(Path tokenFile, String channel) {
            return new SlackBot("slack", Stage.NOTIFY, tokenFile, channel, API);
        }
    }

    /** A workflow's webhook. */
    record Teams(String name, Stage fromStage, Path webhookFile) implements ChannelOptions {
        public static Teams with(Path webhookFile) {
            return new Teams("teams", Stage.NOTIFY, webhookFile);
        }
    }

    /**
     * E-mail by SMTP.
     *
     * @param user null to send without a password
     */
    record Mail(String name, Stage fromStage, String host, int port, Security security, @Nullable String user, @Nullable Path passwordFile,
            String from, List<String> to) implements ChannelOptions {
        /** How the connection is protected. */
        public enum Security {
            /** Not at all; for a relay on this machine. */
            NONE,
            /** STARTTLS, and nothing is sent without it; port 587. */
            STARTTLS,
            /** From the first byte; port 465. */
            TLS
        }

        public Mail {
            to = List.copyOf(to);
        }
    }

    /**
     * A program of one's own, with the JSON of {@link Webhook} on its standard input.
     *
     * @param command program and arguments; no shell
     */
    record Exec(String name, Stage fromStage, List<String> command) implements ChannelOptions {
        public Exec {
            command = List.copyOf(command);
        }

        public static Exec of(List<String> command) {
            return new Exec("exec", Stage.NOTIFY, command);
        }
    }
}
