// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.notify;

import dev.cofferdam.memory.Clock;

/** Makes a channel of its options: the one place that knows all of them. Stateless. */
final class Channels {
    private Channels() {
    }

    static Channel open(ChannelOptions options, Http http, Clock clock, NotifyOptions all) {
        return switch (options) {
            case ChannelOptions.Webhook webhook -> new WebhookChannel(webhook, http, clock);
            default -> throw new IllegalArgumentException("not yet: " + options.name() + all.watcher());
        };
    }
}
