// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.notify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cofferdam.watch.attribute.Attribution;
import dev.cofferdam.watch.attribute.Culprit;
import dev.cofferdam.watch.detect.Concern;
import dev.cofferdam.watch.detect.Reading;
import dev.cofferdam.watch.detect.Stage;
import dev.cofferdam.watch.incident.Incident;
import dev.cofferdam.watch.incident.Scene;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What people read first. */
class MessageTextTest {
    @Test
    void theFirstLineSaysWhatGrowsAndHowLongIsLeft() {
        MessageText text = Messages.paged().text();
        assertThat(text.headline()).isEqualTo("cache:report:<uuid>:pdf fills prod-shared in 3 min 18 s (likely 1 to 8 min)");
        assertThat(text.sms()).isEqualTo("PAGE cache:report:<uuid>:pdf fills prod-shared in 3 min 18 s (likely 1 to 8 min) " + text.link());
        assertThat(text.sms()).hasSizeLessThanOrEqualTo(160);
        assertThat(text.plain()).isEqualTo("""
                cache:report:<uuid>:pdf fills prod-shared in 3 min 18 s (likely 1 to 8 min)

                What grows:      cache:report:<uuid>:pdf grows 9.4 MB/s, 92 % of the climb (±6). New keys, 100 % without TTL.
                Who writes:      mailer-7 (10.0.3.17:51200, SET)
                How fast:        18 MB/s, now 57 % of 8.0 GB
                Since:           2026-11-23 15:46:00 UTC, seen after 9 s

                Next: Stop the writer, or make the prefix read-only, then drop its keys in batches. Do not switch to volatile-lru: it evicts what has a TTL, and these have none.

                https://console.example/#/incidents/ID
                Runbook: https://wiki.example/redis
                """.replace("ID", text.link().substring(text.link().lastIndexOf('/') + 1)));
    }

    @Test
    void eachKindOfCulpritHasItsWords() {
        assertThat(headline(new Culprit.Key(0, "queue:mail", "list", 750_000, 1, 0.99, 3.4e6)))
            .startsWith("queue:mail fills prod-shared in 3 min");
        assertThat(headline(new Culprit.ClientBuffer(7, "10.0.0.1:99", "slow-sub", "app", "pubsub", 49 << 20, 0.98)))
            .startsWith("client slow-sub (10.0.0.1:99) fills prod-shared in 3 min");
        assertThat(headline(new Culprit.Undecided("too early")))
            .isEqualTo("prod-shared is full in 3 min 18 s (likely 1 to 8 min), not known by what");
        assertThat(next(new Culprit.ClientBuffer(7, "10.0.0.1:99", "slow-sub", "app", "pubsub", 49, 0.98))).contains("CLIENT KILL ID 7");
        assertThat(next(new Culprit.ServerOverhead("dictionary resize", 9, true))).isEqualTo("Nothing: it ends by itself.");
    }

    @Test
    void eachStateHasItsWords() {
        Scene scene = new Scene();
        scene.untilPage();
        String id = scene.current().id();
        scene.refused = 12;
        scene.run(1, Stage.PAGE, 0);
        assertThat(text(scene.current()).headline()).isEqualTo("prod-shared is full and refuses writes: cache:report:<uuid>:pdf grows");
        assertThat(text(scene.current()).sms()).contains(". 12 writes refused");
        scene.book.acknowledge(id, "Anna");
        scene.book.contained(id, "Anna", "made read-only", Map.of());
        assertThat(text(scene.current()).headline()).isEqualTo("Contained: prod-shared, cache:report:<uuid>:pdf no longer grows");
        assertThat(text(scene.current()).facts()).contains(new MessageText.Fact("Looked after by", "Anna"));
        scene.book.resolve(id, "Anna");
        Incident over = scene.book.find(id);
        assertThat(over).isNotNull();
        assertThat(text(over).headline()).startsWith("Over: prod-shared, cache:report:<uuid>:pdf, after ");
        assertThat(text(over).next()).isEmpty();
    }

    @Test
    void everyConcernAndStageFitsEverywhereWhateverTheKeys() {
        for (Concern concern : Concern.values()) {
            for (String pattern : List.of("", "a", Messages.HOSTILE)) {
                Incident base = Messages.paged(Scene.named(pattern)).incident();
                Reading reading = new Reading(base.reading().atMillis(), Stage.PAGE, concern,
                        concern == Concern.UNREACHABLE ? null : base.reading().climb(), Messages.HOSTILE);
                for (Attribution attribution : new Attribution[] {base.attribution(), null}) {
                    Incident incident = new Incident(base.id(), "t".repeat(500), base.onsetMillis(), concern, Stage.PAGE, base.state(),
                            reading, attribution, 9, 9, 0,
                            base.timeline());
                    MessageText text = text(incident);
                    assertThat(text.headline()).isNotBlank().hasSizeLessThanOrEqualTo(MessageText.HEADLINE_MAX).doesNotContain("\n",
                            "\u202e", "\u0000");
                    assertThat(text.sms()).hasSizeLessThanOrEqualTo(MessageText.SMS_MAX).matches("[\\x20-\\x7e]+");
                    assertThat(text.facts())
                        .allSatisfy(fact -> assertThat(fact.text()).doesNotContain("\n", "\u202e").hasSizeLessThan(600));
                }
            }
        }
    }

    private static MessageText text(Incident incident) {
        return MessageText.of(incident, Messages.CONSOLE, "");
    }

    private static String headline(Culprit culprit) {
        return Messages.paged(attribution(culprit)).text().headline();
    }

    private static String next(Culprit culprit) {
        return Messages.paged(attribution(culprit)).text().next();
    }

    private static Attribution attribution(Culprit culprit) {
        return new Attribution(5, culprit, 6, List.of(), List.of(), 7, 8);
    }
}
