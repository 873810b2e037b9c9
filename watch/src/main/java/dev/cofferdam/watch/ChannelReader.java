// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch;

import dev.cofferdam.watch.config.Settings;
import dev.cofferdam.watch.detect.Stage;
import dev.cofferdam.watch.notify.ChannelOptions;
import java.net.URI;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads the entries of {@code notify}: each a list item with one name, the kind of channel. Mistakes are left in the settings. */
final class ChannelReader {
    private static final Map<String, Stage> STAGES = Map.of("notify", Stage.NOTIFY, "page", Stage.PAGE);
    private static final URI NOWHERE = URI.create("http://127.0.0.1/");
    private static final int SMTP_PORT = 587;

    private final Map<String, Integer> names = new HashMap<>();

    /** One entry; null when it is none. */
    @Nullable
    ChannelOptions read(Settings entry) {
        if (entry.names().size() != 1) {
            entry.complain("must name one channel, such as '- slack: {webhook-file: slack.url}'");
            return null;
        }
        String kind = entry.names().iterator().next();
        Settings channel = entry.section(kind);
        String name = channel.text("name", unique(kind));
        Stage from = channel.choice("from-stage", STAGES, kind.equals("pagerduty") ? Stage.PAGE : Stage.NOTIFY);
        return switch (kind) {
            case "webhook" -> new ChannelOptions.Webhook(name, from, url(channel, null), channel.path("secret-file"));
            case "alertmanager" -> new ChannelOptions.Alertmanager(name, from, url(channel, null), channel.path("token-file"));
            case "alertmanager-webhook" ->
                new ChannelOptions.AlertmanagerWebhook(name, from, url(channel, null), channel.path("token-file"));
            case "pagerduty" ->
                new ChannelOptions.PagerDuty(name, from, file(channel, "routing-key-file"), url(channel, ChannelOptions.PagerDuty.URL));
            case "slack" -> channel.has("token-file")
                    ? new ChannelOptions.SlackBot(name, from, file(channel, "token-file"), channel.required("channel"),
                            url(channel, ChannelOptions.SlackBot.API))
                    : new ChannelOptions.SlackWebhook(name, from, file(channel, "webhook-file"));
            case "teams" -> new ChannelOptions.Teams(name, from, file(channel, "webhook-file"));
            case "mail" -> mail(channel, name, from);
            case "exec" -> exec(channel, name, from);
            default -> {
                entry.complain("'" + kind
                        + "' is no channel; there are webhook, alertmanager, alertmanager-webhook, pagerduty, slack, teams, mail, exec");
                yield null;
            }
        };
    }

    private ChannelOptions mail(Settings channel, String name, Stage from) {
        Map<String, ChannelOptions.Mail.Security> securities = Map.of("none", ChannelOptions.Mail.Security.NONE, "starttls",
                ChannelOptions.Mail.Security.STARTTLS, "tls", ChannelOptions.Mail.Security.TLS);
        List<String> to = channel.texts("to");
        if (to.isEmpty()) {
            channel.complain("to is missing: who gets the mail");
        }
        return new ChannelOptions.Mail(name, from, channel.required("host"), channel.integer("port", 1, 65_535, SMTP_PORT),
                channel.choice("security", securities, ChannelOptions.Mail.Security.STARTTLS), channel.text("user"),
                channel.path("password-file"),
                channel.required("from"), to);
    }

    private static ChannelOptions exec(Settings channel, String name, Stage from) {
        List<String> command = channel.texts("command");
        if (command.isEmpty()) {
            channel.complain("command is missing: a list of the program and its arguments");
        }
        return new ChannelOptions.Exec(name, from, command);
    }

    private String unique(String kind) {
        int count = names.merge(kind, 1, Integer::sum);
        return count == 1 ? kind : kind + "-" + count;
    }

    private static Path file(Settings channel, String name) {
        Path file = channel.path(name);
        if (file == null) {
            channel.complain(name + " is missing: secrets stand in files, never in the configuration");
            return Path.of(name);
        }
        return file;
    }

    private static URI url(Settings channel, @Nullable URI otherwise) {
        if (otherwise != null && !channel.has("url")) {
            return otherwise;
        }
        String text = channel.required("url");
        try {
            URI url = URI.create(text);
            if ("http".equals(url.getScheme()) || "https".equals(url.getScheme())) {
                return url;
            }
        } catch (IllegalArgumentException e) {
            // Falls through, as a URL of another kind does.
        }
        if (!text.isEmpty()) {
            channel.complain("url must begin with http:// or https://");
        }
        return NOWHERE;
    }
}
