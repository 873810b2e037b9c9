// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.notify;

import dev.cofferdam.memory.Clock;
import dev.cofferdam.watch.detect.Stage;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Our own JSON to an address, signed. A receiver recognises a repetition by {@code webhook-id}. */
final class WebhookChannel implements Channel {
    private final ChannelOptions.Webhook options;
    private final Http http;
    private final Clock clock;
    private final List<Secret> secrets;

    WebhookChannel(ChannelOptions.Webhook options, Http http, Clock clock) {
        this.options = options;
        this.http = http;
        this.clock = clock;
        this.secrets = options.secretFile() == null ? List.of() : List.of(new Secret(options.secretFile()));
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
        return true;
    }

    @Override
    public List<Secret> secrets() {
        return secrets;
    }

    @Override
    public Outcome deliver(Message message, String reference) throws DeliveryException, InterruptedException {
        byte[] body = MessageJson.bytes(MessageJson.of(message));
        long now = clock.wallMillis();
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("webhook-id", message.id());
        headers.put("webhook-timestamp", Long.toString(now / 1000));
        if (!secrets.isEmpty()) {
            headers.put("webhook-signature", WebhookSignature.sign(secrets.getFirst().lines(), message.id(), now / 1000, body));
        }
        return http.post(options.url(), headers, body, now).outcome();
    }
}
