// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.notify;

import dev.cofferdam.memory.Clock;
import dev.cofferdam.watch.text.Words;
import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Alertmanager's v2 API. It forgets an alert that is not sent again, so a live one goes out each minute; one whose labels change (the stage
 * rose, the name was found) is another alert to it, and the former is ended in the same request. The labels it was told last are the
 * reference.
 */
final class AlertmanagerChannel extends HttpChannel<ChannelOptions.Alertmanager> {
    private static final long REPEAT_MILLIS = 60_000;

    AlertmanagerChannel(ChannelOptions.Alertmanager options, Http http, Clock clock) {
        super(options, options.tokenFile(), http, clock);
    }

    @Override
    public long repeatMillis() {
        return REPEAT_MILLIS;
    }

    @Override
    public Outcome deliver(Message message, String reference) throws DeliveryException, InterruptedException {
        SortedMap<String, String> labels = Alerts.labels(message);
        SortedMap<String, String> before = reference.isEmpty()
                ? labels
                : MessageJson.MAPPER.readValue(reference, new TypeReference<TreeMap<String, String>>() {
                });
        ArrayNode alerts = MessageJson.MAPPER.createArrayNode();
        if (!before.equals(labels)) {
            add(alerts, message, before, message.atMillis());
        }
        add(alerts, message, labels, Alerts.endMillis(message));
        Outcome outcome = post(URI.create(root() + "/api/v2/alerts"), bearer(secret()), MessageJson.MAPPER.writeValueAsBytes(alerts))
            .outcome();
        return outcome.result() == Outcome.Result.DELIVERED
                ? Outcome.delivered(outcome.detail(), MessageJson.MAPPER.writeValueAsString(labels))
                : outcome;
    }

    private String root() {
        return options.url().toString().replaceAll("/+$", "");
    }

    static Map<String, String> bearer(@Nullable Secret token) throws DeliveryException {
        Map<String, String> headers = new HashMap<>();
        if (token != null) {
            headers.put("Authorization", "Bearer " + token.line());
        }
        return headers;
    }

    private static void add(ArrayNode alerts, Message message, SortedMap<String, String> labels, long endMillis) {
        ObjectNode alert = alerts.addObject();
        Alerts.put(alert, "labels", labels);
        Alerts.put(alert, "annotations", Alerts.annotations(message));
        // The onset, not the moment it was seen.
        alert.put("startsAt", Words.iso(message.incident().onsetMillis()));
        if (endMillis > 0) {
            alert.put("endsAt", Words.iso(endMillis));
        }
        if (!message.text().link().isEmpty()) {
            alert.put("generatorURL", message.text().link());
        }
    }
}
