// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.notify;

import dev.cofferdam.watch.attribute.Attribution;
import dev.cofferdam.watch.incident.Incident;
import dev.cofferdam.watch.incident.Scene;

/** Messages for tests of what channels make of them. */
final class Messages {
    static final String CONSOLE = "https://console.example";
    static final String RUNBOOK = "https://wiki.example/redis";
    /** A key somebody chose to do harm with. */
    static final String HOSTILE = "a:<!channel> `b` *c* |d| [x](http://evil) <img src=x onerror=alert(1)> \u202e\u0000\n"
            + "k".repeat(10_000);

    private Messages() {
    }

    /** The outage at the moment somebody is woken. */
    static Message paged() {
        return paged(Scene.named("cache:report:<uuid>:pdf"));
    }

    static Message paged(Attribution attribution) {
        Scene scene = new Scene();
        scene.untilPage();
        Incident on = scene.current();
        return of(
                new Incident(on.id(), on.target(), on.onsetMillis(), on.concern(), on.stage(), on.state(), on.reading(), attribution, 0, 0,
                        0, on.timeline()),
                Message.Kind.OPENED, 1);
    }

    static Message of(Incident incident, Message.Kind kind, int number) {
        return new Message(incident.id() + "-" + number, kind, incident, MessageText.of(incident, CONSOLE, RUNBOOK),
                incident.reading().atMillis(), "watch-1");
    }
}
