// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.notify;

import dev.cofferdam.memory.Clock;
import java.util.LinkedHashMap;
import java.util.Map;

/** Our own JSON to an address, signed. A receiver recognises a repetition by {@code webhook-id}. */
final class WebhookChannel extends HttpChannel<ChannelOptions.Webhook> {
    WebhookChannel(ChannelOptions.Webhook options, Http http, Clock clock) {
        super(options, options.secretFile(), http, clock);
    }

    @Override
    public Outcome deliver(Message message, String reference) throws DeliveryException, InterruptedException {
        byte[] body = MessageJson.bytes(MessageJson.of(message));
        long now = nowMillis();
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("webhook-id", message.id());
        headers.put("webhook-timestamp", Long.toString(now / 1000));
        Secret secret = secret();
        if (secret != null) {
            headers.put("webhook-signature", WebhookSignature.sign(secret.lines(), message.id(), now / 1000, body));
        }
        return post(options.url(), headers, body).outcome();
    }
}
