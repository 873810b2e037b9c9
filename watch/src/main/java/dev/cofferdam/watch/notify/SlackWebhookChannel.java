// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.notify;

import dev.cofferdam.memory.Clock;
import java.util.Map;

/** A Slack incoming webhook. What it sent it cannot change; so it says when it begins, rises, has a name, refuses writes, and is over. */
final class SlackWebhookChannel extends HttpChannel<ChannelOptions.SlackWebhook> {
    SlackWebhookChannel(ChannelOptions.SlackWebhook options, Http http, Clock clock) {
        super(options, options.webhookFile(), http, clock);
    }

    @Override
    public boolean canUpdate() {
        return false;
    }

    @Override
    public Outcome deliver(Message message, String reference) throws DeliveryException, InterruptedException {
        return post(Http.address(needed().line()), Map.of(), MessageJson.bytes(SlackText.blocks(message)))
            .outcome();
    }
}
