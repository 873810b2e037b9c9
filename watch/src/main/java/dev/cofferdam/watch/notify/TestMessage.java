// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.notify;

import dev.cofferdam.memory.Clock;
import dev.cofferdam.watch.detect.Concern;
import dev.cofferdam.watch.detect.Reading;
import dev.cofferdam.watch.incident.Incident;
import dev.cofferdam.watch.incident.IncidentState;
import dev.cofferdam.watch.incident.TimelineEntry;
import dev.cofferdam.watch.text.Words;
import java.util.List;
import java.util.Map;

/** A message that says in its first word that it is a test, about an incident that never was. Stateless. */
final class TestMessage {
    private TestMessage() {
    }

    static Message make(Channel channel, NotifyOptions options, Clock clock) {
        long now = clock.wallMillis();
        String id = "test-" + Words.dayTime(now).replace("-", "").replace(":", "").replace(' ', '-');
        Incident incident = new Incident(id, "test", now, Concern.CLIMB, channel.fromStage(), IncidentState.OPEN,
                new Reading(now, channel.fromStage(), Concern.CLIMB, null, "somebody tries whether this arrives"), null, 0, 0, 0,
                List.of(new TimelineEntry(now, TimelineEntry.Kind.NOTE, "a test", Map.of(), "watch")));
        String headline = "TEST of cofferdam watch: nothing is wrong";
        String said = "Sent by " + options.watcher() + " with --test-notify. Real ones come from stage "
                + MessageJson.lower(channel.fromStage()) + " on.";
        MessageText text = new MessageText(headline, List.of(new MessageText.Fact("Test", said)), "", options.consoleUrl(),
                options.runbookUrl(), headline);
        return new Message(id, Message.Kind.TEST, incident, text, now, options.watcher());
    }
}
