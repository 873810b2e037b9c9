// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch;

import dev.cofferdam.watch.contain.Action;
import dev.cofferdam.watch.contain.Containment;
import dev.cofferdam.watch.metrics.Exposition;
import dev.cofferdam.watch.metrics.MetricSource;
import dev.cofferdam.watch.notify.ChannelState;
import dev.cofferdam.watch.notify.Notifications;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/** The watcher's own figures, for {@code /metrics}: whom it told, what it did, what it cost. Any thread. */
final class WatchFigures implements MetricSource {
    private static final double NANOS = 1e9;

    private final Notifications notifications;
    private final List<Containment> containments;
    private final Map<String, Long> spentNanos = new ConcurrentHashMap<>();

    WatchFigures(Notifications notifications, Collection<Containment> containments) {
        this.notifications = notifications;
        this.containments = List.copyOf(containments);
    }

    /** What a target has spent on us, since the start. */
    void spent(String target, long nanos) {
        spentNanos.put(target, nanos);
    }

    @Override
    public void collect(Exposition out) {
        for (ChannelState channel : notifications.channels()) {
            out.add("cofferdam_notifications_total", channel.delivered(), "channel", channel.name(), "outcome", "delivered");
            out.add("cofferdam_notifications_total", channel.retried(), "channel", channel.name(), "outcome", "retried");
            out.add("cofferdam_notifications_total", channel.dead(), "channel", channel.name(), "outcome", "dead");
        }
        Map<String, Long> actions = new TreeMap<>();
        for (Containment containment : containments) {
            for (Action action : containment.actions()) {
                actions.merge(action.plan().request().kind().word() + " " + action.state().name().toLowerCase(Locale.ROOT), 1L, Long::sum);
            }
        }
        actions.forEach((both, count) -> {
            String[] words = both.split(" ", 2);
            out.add("cofferdam_containment_actions_total", count, "action", words[0], "outcome", words[1]);
        });
        spentNanos.forEach((target, nanos) -> out.add("cofferdam_observer_server_cpu_seconds_total", nanos / NANOS, "target", target));
    }
}
