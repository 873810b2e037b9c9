// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.notify;

import dev.cofferdam.watch.attribute.Attribution;
import dev.cofferdam.watch.attribute.Culprit;
import dev.cofferdam.watch.attribute.Writer;
import dev.cofferdam.watch.detect.Climb;
import dev.cofferdam.watch.incident.CulpritText;
import dev.cofferdam.watch.incident.Incident;
import dev.cofferdam.watch.text.Printable;
import dev.cofferdam.watch.text.Words;
import java.util.Locale;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** A message as programs read it: the body of the generic webhook and of an exec hook's input. Stateless. */
final class MessageJson {
    static final JsonMapper MAPPER = JsonMapper.builder().build();
    private static final int WRITERS_MAX = 3;

    private MessageJson() {
    }

    static byte[] bytes(ObjectNode node) {
        return MAPPER.writeValueAsBytes(node);
    }

    /** {@code {"type":"incident.opened","timestamp":…,"data":{…}}} */
    static ObjectNode of(Message message) {
        ObjectNode root = MAPPER.createObjectNode();
        root.put("type", switch (message.kind()) {
            case OPENED -> "incident.opened";
            case RAISED -> "incident.raised";
            case UPDATED, REPEATED -> "incident.updated";
            case RESOLVED -> "incident.resolved";
            case TEST -> "test";
        });
        root.put("timestamp", Words.iso(message.atMillis()));
        ObjectNode data = root.putObject("data");
        MessageText text = message.text();
        data.put("summary", text.headline());
        data.put("sms", text.sms());
        data.put("next", text.next());
        data.put("watcher", message.watcher());
        ObjectNode links = data.putObject("links");
        links.put("incident", text.link());
        links.put("runbook", text.runbook());
        incident(data.putObject("incident"), message.incident());
        return root;
    }

    private static void incident(ObjectNode node, Incident incident) {
        node.put("id", incident.id());
        node.put("target", Printable.text(incident.target(), 100));
        node.put("state", lower(incident.state()));
        node.put("stage", lower(incident.stage()));
        node.put("concern", lower(incident.concern()));
        node.put("onset", Words.iso(incident.onsetMillis()));
        if (incident.endedMillis() > 0) {
            node.put("ended", Words.iso(incident.endedMillis()));
        }
        node.put("reason", Printable.text(incident.reading().reason(), 500));
        node.put("refusedWrites", incident.refusedWrites());
        node.put("evictedKeys", incident.evictedKeys());
        String person = MessageText.person(incident);
        if (!person.isEmpty()) {
            node.put("acknowledgedBy", person);
        }
        Climb climb = incident.reading().climb();
        if (climb != null) {
            node.put("levelBytes", climb.levelBytes());
            node.put("limitBytes", climb.limitBytes());
            number(node, "bytesPerSecond", climb.bytesPerSecond());
            if (climb.timeToFull() != null) {
                ObjectNode full = node.putObject("timeToFullSeconds");
                number(full, "likely", climb.timeToFull().likelySeconds());
                number(full, "earliest", climb.timeToFull().earliestSeconds());
                number(full, "latest", climb.timeToFull().latestSeconds());
            }
        }
        Attribution attribution = incident.attribution();
        if (attribution != null) {
            culprit(node, attribution);
        }
    }

    private static void culprit(ObjectNode node, Attribution attribution) {
        ObjectNode culprit = node.putObject("culprit");
        culprit.put("text", CulpritText.sentence(attribution));
        culprit.put("name", CulpritText.name(attribution));
        switch (attribution.culprit()) {
            case Culprit.Prefix prefix -> {
                culprit.put("kind", "prefix").put("database", prefix.database()).put("newKeys", prefix.newKeys());
                number(culprit, "share", prefix.share());
                number(culprit, "shareMargin", prefix.shareMargin());
                number(culprit, "bytesPerSecond", prefix.bytesPerSecond());
                if (prefix.withoutTtlShare() >= 0) {
                    number(culprit, "withoutTtlShare", prefix.withoutTtlShare());
                }
                number(culprit, "confidence", prefix.confidence());
            }
            case Culprit.Key key -> {
                culprit.put("kind", "key").put("database", key.database()).put("type", Printable.text(key.type(), 20)).put("elements",
                        key.elements());
                number(culprit, "share", key.share());
                number(culprit, "bytesPerSecond", key.bytesPerSecond());
            }
            case Culprit.ClientBuffer client ->
                culprit.put("kind", "client").put("id", client.id()).put("bufferBytes", client.bufferBytes());
            case Culprit.ServerOverhead overhead -> culprit.put("kind", "server").put("harmless", overhead.harmless());
            case Culprit.Undecided undecided -> culprit.put("kind", "undecided");
        }
        ArrayNode writers = node.putArray("writers");
        for (Writer writer : attribution.writers().subList(0, Math.min(WRITERS_MAX, attribution.writers().size()))) {
            ObjectNode one = writers.addObject();
            one.put("id", writer.id()).put("address", Printable.text(writer.address(), 100)).put("name", Printable.text(writer.name(), 100))
                .put("user", Printable.text(writer.user(), 100)).put("command", Printable.text(writer.command(), 30));
            number(one, "bytesPerSecond", writer.bytesPerSecond());
        }
    }

    /** JSON has no infinity; what is not known is left out. */
    private static void number(ObjectNode node, String name, double value) {
        if (Double.isFinite(value)) {
            node.put(name, value);
        }
    }

    static String lower(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
