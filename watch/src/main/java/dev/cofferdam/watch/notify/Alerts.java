// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.notify;

import dev.cofferdam.watch.detect.Stage;
import dev.cofferdam.watch.incident.CulpritText;
import dev.cofferdam.watch.incident.Incident;
import dev.cofferdam.watch.text.Printable;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import tools.jackson.databind.node.ObjectNode;

/** An incident as Prometheus and Alertmanager see it: labels that say which alert it is, annotations that say more about it. Stateless. */
final class Alerts {
    private Alerts() {
    }

    /** An alert with other labels is another alert; so nothing is in them that moves with every second. */
    static SortedMap<String, String> labels(Message message) {
        Incident incident = message.incident();
        SortedMap<String, String> labels = new TreeMap<>();
        labels.put("alertname", name(message));
        labels.put("severity", severity(incident.stage()));
        labels.put("target", Printable.text(incident.target(), 100));
        labels.put("incident", incident.id());
        String culprit = CulpritText.name(incident.attribution());
        if (!culprit.isEmpty()) {
            labels.put("prefix", culprit);
        }
        return labels;
    }

    private static String name(Message message) {
        if (message.kind() == Message.Kind.TEST) {
            return "CofferdamWatchTest";
        }
        Incident incident = message.incident();
        return switch (incident.concern()) {
            case CLIMB, NONE -> incident.stage().atLeast(Stage.NOTIFY) ? "RedisFillingUp" : "RedisMemoryClimbSuspected";
            case FULL -> "RedisFull";
            case SLOW_LEAK -> "RedisSlowLeak";
            case CLIENT_BUFFERS -> "RedisClientBuffersGrowing";
            case EVICTION_STORM -> "RedisEvictionStorm";
            case HIT_RATE_FALL -> "RedisHitRateFalling";
            case UNREACHABLE -> "RedisUnreachable";
        };
    }

    static String severity(Stage stage) {
        return switch (stage) {
            case PAGE -> "critical";
            case NOTIFY -> "warning";
            case SUSPECT, CALM -> "info";
        };
    }

    static SortedMap<String, String> annotations(Message message) {
        MessageText text = message.text();
        SortedMap<String, String> annotations = new TreeMap<>();
        annotations.put("summary", text.headline());
        annotations.put("description",
                text.facts().stream().map(fact -> fact.label() + ": " + fact.text()).collect(Collectors.joining("\n"))
                        + (text.next().isEmpty() ? "" : "\nNext: " + text.next()));
        if (!text.runbook().isEmpty()) {
            annotations.put("runbook_url", text.runbook());
        }
        if (!text.link().isEmpty()) {
            annotations.put("dashboard_url", text.link());
        }
        return annotations;
    }

    /** When it ended, for a message that says so; 0 else. A leak or a silence has no better end than now. */
    static long endMillis(Message message) {
        if (message.kind() == Message.Kind.TEST) {
            return message.atMillis() + 60_000;
        }
        return message.isOver() ? Math.max(message.incident().endedMillis(), message.incident().onsetMillis() + 1) : 0;
    }

    static void put(ObjectNode node, String name, Map<String, String> values) {
        ObjectNode inner = node.putObject(name);
        values.forEach(inner::put);
    }

    /** Prometheus's own: FNV-1a over names and values in order, each ended by 255. */
    static String fingerprint(SortedMap<String, String> labels) {
        long hash = 0xcbf29ce484222325L;
        for (Map.Entry<String, String> label : labels.entrySet()) {
            hash = fnv(fnv(hash, label.getKey()), label.getValue());
        }
        return String.format("%016x", hash);
    }

    private static long fnv(long hash, String text) {
        long now = hash;
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            now = (now ^ (b & 0xff)) * 0x100000001b3L;
        }
        return (now ^ 0xff) * 0x100000001b3L;
    }
}
