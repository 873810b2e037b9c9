// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.statuspage;

import dev.cofferdam.watch.statuspage.StatusIncident.Update;
import dev.cofferdam.watch.statuspage.StatusWord.Impact;
import dev.cofferdam.watch.statuspage.StatusWord.Phase;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The board in Atlassian Statuspage's format, version 2, so that its readers read ours. Immutable, any thread. */
final class StatusJson {
    private static final String PAGE_ID = "cofferdam";

    private final StatusOptions options;
    private final StatusBoard board;
    private final List<String> targets;
    private final long startMillis;

    /** @param targets names of the targets that are on the page */
    StatusJson(StatusOptions options, StatusBoard board, List<String> targets, long startMillis) {
        this.options = options;
        this.board = board;
        this.targets = targets;
        this.startMillis = startMillis;
    }

    Map<String, @Nullable Object> summary() {
        return members("page", page(), "status", state(), "components", components(), "incidents",
                incidents(board.incidents().stream().filter(one -> !one.phase().isOver()).toList()), "scheduled_maintenances", List.of());
    }

    Map<String, @Nullable Object> status() {
        return members("page", page(), "status", state());
    }

    Map<String, @Nullable Object> componentsPage() {
        return members("page", page(), "components", components());
    }

    Map<String, @Nullable Object> incidentsPage(boolean unresolved) {
        List<StatusIncident> shown = board.incidents().stream().filter(one -> !unresolved || !one.phase().isOver()).limit(50).toList();
        return members("page", page(), "incidents", incidents(shown));
    }

    Map<String, @Nullable Object> maintenances() {
        return members("page", page(), "scheduled_maintenances", List.of());
    }

    private Map<String, @Nullable Object> page() {
        long updated = board.incidents().stream().mapToLong(StatusIncident::updatedMillis).max().orElse(startMillis);
        return members("id", PAGE_ID, "name", options.name(), "url", options.url(), "time_zone", "Etc/UTC", "updated_at", time(updated));
    }

    private Map<String, @Nullable Object> state() {
        Impact impact = board.impact(null);
        return members("indicator", StatusWord.of(impact), "description", impact.sentence());
    }

    private List<Map<String, @Nullable Object>> components() {
        List<Map<String, @Nullable Object>> components = new ArrayList<>();
        for (String target : targets) {
            components.add(component(target, components.size() + 1));
        }
        return components;
    }

    private Map<String, @Nullable Object> component(String target, int position) {
        return members("id", target, "name", shown(target), "status", board.impact(target).component(), "created_at", time(startMillis),
                "updated_at", time(startMillis), "position", position, "description", null, "showcase", true, "start_date", null,
                "group_id",
                null, "page_id", PAGE_ID, "group", false, "only_show_if_degraded", false);
    }

    /** What a target is called on the page. */
    String shown(String target) {
        return options.components().getOrDefault(target, target);
    }

    private List<Map<String, @Nullable Object>> incidents(List<StatusIncident> shown) {
        return shown.stream().map(this::incident).toList();
    }

    private Map<String, @Nullable Object> incident(StatusIncident one) {
        List<Map<String, @Nullable Object>> affected = new ArrayList<>();
        for (String target : one.components()) {
            if (targets.contains(target)) {
                affected.add(component(target, targets.indexOf(target) + 1));
            }
        }
        List<Map<String, @Nullable Object>> updates = new ArrayList<>();
        for (Update update : one.updates().reversed()) {
            updates.add(members("id", update.id(), "status", StatusWord.of(update.phase()), "body", update.body(), "incident_id", one.id(),
                    "created_at", time(update.atMillis()), "updated_at", time(update.atMillis()), "display_at", time(update.atMillis()),
                    "affected_components", null, "deliver_notifications", true, "custom_tweet", null, "tweet_id", null));
        }
        long monitoring = one.updates().stream().filter(update -> update.phase() == Phase.MONITORING).mapToLong(Update::atMillis)
            .findFirst()
            .orElse(0);
        return members("id", one.id(), "name", one.name(), "status", StatusWord.of(one.phase()), "created_at", time(one.createdMillis()),
                "updated_at", time(one.updatedMillis()), "monitoring_at", monitoring == 0 ? null : time(monitoring), "resolved_at",
                one.resolvedMillis() == 0 ? null : time(one.resolvedMillis()), "impact", StatusWord.of(one.impact()), "shortlink",
                link(one), "started_at", time(one.createdMillis()), "page_id", PAGE_ID, "incident_updates", updates, "components", affected,
                "reminder_intervals", null);
    }

    String link(StatusIncident one) {
        return options.url() + "/status/incidents/" + one.id();
    }

    static String time(long millis) {
        return Instant.ofEpochMilli(millis).toString();
    }

    /** As {@code Json.members}, but what is null is sent as null: this format's readers expect all members. */
    private static Map<String, @Nullable Object> members(@Nullable Object... namesAndValues) {
        Map<String, @Nullable Object> members = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            members.put(String.valueOf(namesAndValues[i]), namesAndValues[i + 1]);
        }
        return members;
    }
}
