// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.notify;

import dev.cofferdam.memory.Clock;
import dev.cofferdam.watch.text.Words;
import java.util.SortedMap;
import java.util.TreeMap;
import tools.jackson.databind.node.ObjectNode;

/** The body that Alertmanager sends to webhooks, version 4: whoever reads that from it, or from Grafana, reads it from us. */
final class AlertmanagerWebhookChannel extends HttpChannel<ChannelOptions.AlertmanagerWebhook> {
    AlertmanagerWebhookChannel(ChannelOptions.AlertmanagerWebhook options, Http http, Clock clock) {
        super(options, options.tokenFile(), http, clock);
    }

    @Override
    public Outcome deliver(Message message, String reference) throws DeliveryException, InterruptedException {
        return post(options.url(), AlertmanagerChannel.bearer(secret()), MessageJson.bytes(body(message))).outcome();
    }

    private ObjectNode body(Message message) {
        String status = message.isOver() ? "resolved" : "firing";
        // One group per incident, whatever is found out about it later.
        SortedMap<String, String> group = new TreeMap<>();
        group.put("target", message.incident().target());
        group.put("incident", message.incident().id());
        SortedMap<String, String> labels = Alerts.labels(message);
        ObjectNode body = MessageJson.MAPPER.createObjectNode();
        body.put("version", "4");
        body.put("groupKey", "{}:{incident=\"" + message.incident().id() + "\"}");
        body.put("truncatedAlerts", 0);
        body.put("status", status);
        body.put("receiver", options.name());
        Alerts.put(body, "groupLabels", group);
        Alerts.put(body, "commonLabels", labels);
        Alerts.put(body, "commonAnnotations", Alerts.annotations(message));
        body.put("externalURL", message.text().link());
        ObjectNode alert = body.putArray("alerts").addObject();
        alert.put("status", status);
        Alerts.put(alert, "labels", labels);
        Alerts.put(alert, "annotations", Alerts.annotations(message));
        alert.put("startsAt", Words.iso(message.incident().onsetMillis()));
        long end = Alerts.endMillis(message);
        // What Alertmanager writes where there is no end: the zero of Go's time.
        alert.put("endsAt", end == 0 ? "0001-01-01T00:00:00Z" : Words.iso(end));
        alert.put("generatorURL", message.text().link());
        alert.put("fingerprint", Alerts.fingerprint(labels));
        return body;
    }
}
