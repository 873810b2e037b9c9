// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.notify;

import dev.cofferdam.memory.Clock;

/** Makes a channel of its options: the one place that knows all of them. Stateless. */
final class Channels {
    private Channels() {
    }

    static Channel open(ChannelOptions options, Http http, Clock clock, int timeLimitSeconds) {
        return switch (options) {
            case ChannelOptions.Webhook webhook -> new WebhookChannel(webhook, http, clock);
            case ChannelOptions.Alertmanager alertmanager -> new AlertmanagerChannel(alertmanager, http, clock);
            case ChannelOptions.AlertmanagerWebhook webhook -> new AlertmanagerWebhookChannel(webhook, http, clock);
            case ChannelOptions.PagerDuty pagerDuty -> new PagerDutyChannel(pagerDuty, http, clock);
            case ChannelOptions.SlackWebhook slack -> new SlackWebhookChannel(slack, http, clock);
            case ChannelOptions.SlackBot slack -> new SlackBotChannel(slack, http, clock);
            case ChannelOptions.Teams teams -> new TeamsChannel(teams, http, clock);
            case ChannelOptions.Mail mail -> new MailChannel(mail, timeLimitSeconds);
            case ChannelOptions.Exec exec -> new ExecChannel(exec, timeLimitSeconds);
        };
    }
}
