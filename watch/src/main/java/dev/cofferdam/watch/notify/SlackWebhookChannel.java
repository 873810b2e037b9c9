// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.notify;

import dev.cofferdam.memory.Clock;
import dev.cofferdam.watch.detect.Stage;
import java.util.List;
import java.util.Map;

/** A Slack incoming webhook. What it sent it cannot change; so it says when it begins, rises, has a name, refuses writes, and is over. */
final class SlackWebhookChannel implements Channel {
    private final ChannelOptions.SlackWebhook options;
    private final Http http;
    private final Clock clock;
    private final Secret webhook;

    SlackWebhookChannel(ChannelOptions.SlackWebhook options, Http http, Clock clock) {
        this.options = options;
        this.http = http;
        this.clock = clock;
        this.webhook = new Secret(options.webhookFile());
    }

    @Override
    public String name() {
        return options.name();
    }

    @Override
    public Stage fromStage() {
        return options.fromStage();
    }

    @Override
    public boolean canUpdate() {
        return false;
    }

    @Override
    public List<Secret> secrets() {
        return List.of(webhook);
    }

    @Override
    public Outcome deliver(Message message, String reference) throws DeliveryException, InterruptedException {
        return http.post(Http.address(webhook.line()), Map.of(), MessageJson.bytes(SlackText.blocks(message)), clock.wallMillis())
            .outcome();
    }
}
