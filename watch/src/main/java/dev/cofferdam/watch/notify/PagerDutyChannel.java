// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.notify;

import dev.cofferdam.memory.Clock;
import dev.cofferdam.watch.incident.CulpritText;
import dev.cofferdam.watch.incident.Incident;
import dev.cofferdam.watch.incident.IncidentState;
import dev.cofferdam.watch.text.Printable;
import dev.cofferdam.watch.text.Words;
import java.util.Map;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * PagerDuty's Events API v2. All events of an incident bear its id as {@code dedup_key}: one page, whatever changes afterwards. An
 * acknowledgement here is one there; one there is not seen here.
 */
final class PagerDutyChannel extends HttpChannel<ChannelOptions.PagerDuty> {
    private static final int SUMMARY_MAX = 1024;

    PagerDutyChannel(ChannelOptions.PagerDuty options, Http http, Clock clock) {
        super(options, options.routingKeyFile(), http, clock);
    }

    @Override
    public Outcome deliver(Message message, String reference) throws DeliveryException, InterruptedException {
        if (message.kind() == Message.Kind.TEST) {
            // At the lowest severity, and over at once: the way is tried, nobody is woken for long.
            Outcome trigger = send(event(message, "trigger"));
            return trigger.result() == Outcome.Result.DELIVERED ? send(event(message, "resolve")) : trigger;
        }
        if (message.isOver()) {
            return send(event(message, "resolve"));
        }
        boolean acknowledged = message.incident().state() == IncidentState.ACKNOWLEDGED;
        boolean paged = !reference.isEmpty();
        if (!paged || !acknowledged || message.kind() == Message.Kind.RAISED) {
            Outcome trigger = send(event(message, "trigger"));
            if (trigger.result() != Outcome.Result.DELIVERED || !acknowledged) {
                return trigger;
            }
        }
        return send(event(message, "acknowledge"));
    }

    private Outcome send(ObjectNode event) throws DeliveryException, InterruptedException {
        Outcome outcome = post(options.url(), Map.of(), MessageJson.bytes(event)).outcome();
        return outcome.result() == Outcome.Result.DELIVERED ? Outcome.delivered(outcome.detail(), "sent") : outcome;
    }

    private ObjectNode event(Message message, String action) throws DeliveryException {
        Incident incident = message.incident();
        ObjectNode event = MessageJson.MAPPER.createObjectNode();
        event.put("routing_key", needed().line());
        event.put("event_action", action);
        event.put("dedup_key", incident.id());
        if (!action.equals("trigger")) {
            return event;
        }
        event.put("client", "Cofferdam watch");
        MessageText text = message.text();
        ObjectNode payload = event.putObject("payload");
        payload.put("summary", Printable.cut(text.headline(), SUMMARY_MAX));
        payload.put("source", Printable.text(incident.target(), 100));
        payload.put("severity", message.kind() == Message.Kind.TEST ? "info" : Alerts.severity(incident.stage()));
        payload.put("timestamp", Words.iso(incident.onsetMillis()));
        payload.put("component", "redis");
        payload.put("group", message.watcher());
        payload.put("class", MessageJson.lower(incident.concern()));
        ObjectNode details = payload.putObject("custom_details");
        for (MessageText.Fact fact : text.facts()) {
            details.put(fact.label(), fact.text());
        }
        if (!text.next().isEmpty()) {
            details.put("Next", text.next());
        }
        String culprit = CulpritText.name(incident.attribution());
        if (!culprit.isEmpty()) {
            details.put("prefix", culprit);
        }
        ArrayNode links = event.putArray("links");
        link(links, text.link(), "Incident in the console");
        link(links, text.runbook(), "Runbook");
        if (!text.link().isEmpty()) {
            event.put("client_url", text.link());
        }
        return event;
    }

    private static void link(ArrayNode links, String url, String name) {
        if (!url.isEmpty()) {
            links.addObject().put("href", url).put("text", name);
        }
    }
}
