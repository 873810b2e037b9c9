// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.incident;

import static dev.cofferdam.watch.incident.Scene.MB;
import static dev.cofferdam.watch.incident.Scene.TARGET;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cofferdam.watch.Feed.Subscription;
import dev.cofferdam.watch.HandClock;
import dev.cofferdam.watch.detect.Concern;
import dev.cofferdam.watch.detect.Reading;
import dev.cofferdam.watch.detect.Stage;
import dev.cofferdam.watch.incident.TimelineEntry.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** An incident's life, told on a still clock. */
class IncidentTimelineTest {
    private final Scene scene = new Scene();

    @Test
    void theOutageFromOnsetToEnd() {
        scene.untilPage();
        Incident paged = scene.current();
        assertThat(paged.state()).isEqualTo(IncidentState.OPEN);
        assertThat(paged.stage()).isEqualTo(Stage.PAGE);
        assertThat(paged.onsetMillis()).isEqualTo(HandClock.START_MILLIS + 60_000);
        assertThat(Scene.kinds(paged)).containsExactly(Kind.ONSET, Kind.STAGE, Kind.NAMED, Kind.STAGE, Kind.STAGE);
        assertThat(paged.timeline().get(1).text()).isEqualTo("Suspected, 9 s after the onset: climbs 18 MB/s");
        assertThat(paged.timeline().get(2).text())
            .isEqualTo("cache:report:<uuid>:pdf grows 9.4 MB/s, 92 % of the climb (±6). New keys, 100 % without TTL.");
        assertThat(paged.timeline().get(4).evidence()).containsEntry("stage", "PAGE").containsKeys("level", "limit", "rate",
                "time to full");

        scene.book.acknowledge(paged.id(), "Anna");
        assertThat(scene.current().state()).isEqualTo(IncidentState.ACKNOWLEDGED);
        scene.run(200, Stage.PAGE, 18);
        scene.refused = 812;
        scene.run(1, Stage.PAGE, 0);
        assertThat(scene.current().concern()).isEqualTo(Concern.FULL);
        assertThat(scene.current().refusedWrites()).isEqualTo(812);

        scene.book.contained(paged.id(), "Anna", "cache:report: made read-only", Map.of("undo", "ACL SETUSER app %RW~*"));
        assertThat(scene.current().state()).isEqualTo(IncidentState.CONTAINED);
        scene.usedBytes = 3000 * MB;
        scene.calm(302);
        assertThat(scene.book.current(TARGET)).isNull();
        Incident over = scene.book.find(paged.id());
        assertThat(over).isNotNull();
        assertThat(over.state()).isEqualTo(IncidentState.RESOLVED);
        assertThat(over.timeline().getLast().text()).endsWith("below the level of the onset for 5 min.");
        assertThat(over.timeline().getLast().evidence()).containsEntry("refused writes", "812");
        // Over since memory fell, not since we were sure of it.
        assertThat(over.endedMillis()).isBetween(scene.clock.wallMillis() - 305_000, scene.clock.wallMillis() - 300_000);
        assertThat(Scene.kinds(over)).endsWith(Kind.ACKNOWLEDGED, Kind.REFUSING, Kind.ACTION, Kind.CALM, Kind.CALM, Kind.RESOLVED);
    }

    @Test
    void aDraftThatIsNothingVanishesAndIsCounted() {
        scene.calm(10);
        scene.onset();
        scene.run(5, Stage.SUSPECT, 18).calm(59);
        assertThat(scene.current().state()).isEqualTo(IncidentState.DRAFT);
        scene.calm(1);
        assertThat(scene.book.current(TARGET)).isNull();
        assertThat(scene.book.recent()).isEmpty();
        assertThat(scene.book.counts().vanished()).isEqualTo(1);
        assertThat(scene.book.counts().told()).isZero();
    }

    @Test
    void anotherOnsetIsAnotherDraft() {
        scene.onset();
        scene.run(5, Stage.SUSPECT, 18).calm(10);
        String first = scene.current().id();
        scene.onset();
        scene.run(5, Stage.SUSPECT, 18);
        assertThat(scene.current().id()).isNotEqualTo(first);
        assertThat(scene.current().onsetMillis()).isEqualTo(scene.onsetMillis);
        assertThat(scene.book.counts().vanished()).isEqualTo(1);
    }

    @Test
    void twoClimbsWithinTenMinutesAreOneIncidentAndOnePage() {
        scene.untilPage();
        String id = scene.current().id();
        scene.calm(300);
        assertThat(scene.current().state()).isEqualTo(IncidentState.CONTAINED);
        scene.onset();
        scene.run(20, Stage.PAGE, 18);
        assertThat(scene.current().id()).isEqualTo(id);
        assertThat(scene.current().state()).isEqualTo(IncidentState.OPEN);
        assertThat(scene.current().timeline().getLast().text()).startsWith("Climbs again: ");
        assertThat(scene.book.counts().paged()).isEqualTo(1);
        scene.calm(599);
        assertThat(scene.current().state()).isEqualTo(IncidentState.CONTAINED);
        scene.calm(1);
        assertThat(scene.book.current(TARGET)).isNull();
    }

    @Test
    void aHighPlateauIsNoEndWhileWritesAreRefused() {
        scene.untilPage();
        for (int i = 0; i < 700; i++) {
            scene.refused++;
            scene.calm(1);
        }
        assertThat(scene.current().state()).isEqualTo(IncidentState.OPEN);
        assertThat(scene.current().refusedWrites()).isEqualTo(700);
        scene.calm(600);
        assertThat(scene.book.current(TARGET)).isNull();
    }

    @Test
    void aContainmentThatDoesNotHoldIsTakenBack() {
        scene.untilPage();
        String id = scene.current().id();
        scene.book.contained(id, "Anna", "client stopped", Map.of());
        scene.run(4, Stage.PAGE, 18);
        assertThat(scene.current().state()).as("72 MB more of 8 GB").isEqualTo(IncidentState.CONTAINED);
        scene.run(4, Stage.PAGE, 18);
        assertThat(scene.current().state()).isEqualTo(IncidentState.OPEN);
        assertThat(scene.current().timeline().getLast().text()).startsWith("Climbs in spite of the containment: ");
    }

    @Test
    void whatAPersonClosedOpensOnlyForAnotherClimb() {
        scene.untilPage();
        scene.book.resolve(scene.current().id(), "Anna");
        assertThat(scene.book.current(TARGET)).isNull();
        scene.run(60, Stage.PAGE, 18);
        assertThat(scene.book.current(TARGET)).isNull();
        scene.onset();
        scene.run(1, Stage.NOTIFY, 18);
        assertThat(scene.book.current(TARGET)).isNotNull();
    }

    @Test
    void aLeakOfWeeksDoesNotHideAClimbOfMinutes() {
        scene.onset();
        scene.clock.passSeconds(86_400);
        scene.book.observe(TARGET, scene.sample(), scene.reading(Stage.NOTIFY, Concern.SLOW_LEAK));
        String leak = scene.current().id();
        scene.untilPage();
        assertThat(scene.current().id()).isNotEqualTo(leak);
        assertThat(scene.current().onsetMillis()).isEqualTo(scene.onsetMillis);
        assertThat(scene.book.live()).hasSize(2);
        scene.usedBytes = 3000 * MB;
        for (int i = 0; i < 700; i++) {
            scene.clock.passSeconds(1);
            scene.book.observe(TARGET, scene.sample(), scene.reading(Stage.NOTIFY, Concern.SLOW_LEAK));
        }
        assertThat(scene.current().id()).as("the climb is over, the leak is on").isEqualTo(leak);
    }

    @Test
    void aSilentTargetIsToldAfterAWhileAndFoundAgain() {
        scene.calm(5);
        for (int i = 0; i < 29; i++) {
            scene.book.unreachable(TARGET, "connection refused");
            scene.clock.passSeconds(1);
        }
        assertThat(scene.current().state()).isEqualTo(IncidentState.DRAFT);
        scene.clock.passSeconds(1);
        scene.book.unreachable(TARGET, "connection refused");
        assertThat(scene.current().stage()).isEqualTo(Stage.NOTIFY);
        scene.clock.passSeconds(100);
        scene.book.unreachable(TARGET, "connection refused");
        assertThat(scene.current().stage()).isEqualTo(Stage.PAGE);
        assertThat(scene.current().reading().reason()).isEqualTo("connection refused, for 2 min 10 s");
        scene.calm(1);
        assertThat(Scene.kinds(scene.current())).containsExactly(Kind.ONSET, Kind.UNREACHABLE, Kind.STAGE, Kind.STAGE, Kind.STAGE,
                Kind.REACHABLE);
        scene.calm(600);
        assertThat(scene.book.current(TARGET)).isNull();
    }

    @Test
    void aClimbThatEndsInSilenceIsOneIncident() {
        scene.untilPage();
        scene.book.unreachable(TARGET, "connection reset");
        assertThat(scene.current().concern()).isEqualTo(Concern.CLIMB);
        assertThat(scene.current().timeline().getLast().text()).isEqualTo("The target does not answer: connection reset");
        scene.clock.passSeconds(3600);
        scene.usedBytes = 100 * MB;
        scene.calm(1);
        assertThat(scene.current().state()).as("an hour without an answer is no hour of calm").isEqualTo(IncidentState.OPEN);
    }

    @Test
    void aClockThatJumpsEndsNothing() {
        scene.untilPage();
        scene.calm(30);
        scene.clock.passSeconds(7200);
        scene.calm(1);
        assertThat(scene.current().state()).as("two hours that were none").isEqualTo(IncidentState.OPEN);
        scene.clock.passSeconds(-10_000);
        scene.calm(100);
        List<Long> times = scene.current().timeline().stream().map(TimelineEntry::atMillis).toList();
        assertThat(times).isSorted();
    }

    @Test
    void aNameIsNotLostToALaterDoubt() {
        scene.untilPage();
        scene.book.found(TARGET, Scene.undecided());
        assertThat(CulpritText.name(scene.current().attribution())).isEqualTo("cache:report:<uuid>:pdf");
        int lines = scene.current().timeline().size();
        scene.book.found(TARGET, Scene.named("cache:report:<uuid>:pdf"));
        assertThat(scene.current().timeline()).hasSize(lines);
        scene.book.found(TARGET, Scene.named("sess:<id>"));
        assertThat(scene.current().timeline().getLast().text()).startsWith("Named anew: sess:<id> grows");
    }

    @Test
    void countersStartAnewWithTheirServer() {
        scene.refused = 5000;
        scene.untilPage();
        assertThat(scene.current().refusedWrites()).isZero();
        scene.refused = 5010;
        scene.run(1, Stage.PAGE, 0);
        scene.refused = 3;
        scene.run(1, Stage.PAGE, 0);
        assertThat(scene.current().refusedWrites()).isEqualTo(13);
    }

    @Test
    void aTimelineIsBoundedAndKeepsItsEnd() {
        scene.untilPage();
        String id = scene.current().id();
        for (int i = 0; i < 1000; i++) {
            scene.book.found(TARGET, Scene.named("a:" + i));
            scene.book.note(id, "Anna", "note " + i + "\nsecond line\u202e " + "x".repeat(10_000));
        }
        Incident full = scene.current();
        assertThat(full.timeline()).hasSize(LiveIncident.LINES_WITH_PEOPLE_MAX);
        assertThat(full.timeline()).allSatisfy(line -> {
            assertThat(line.text()).hasSizeLessThanOrEqualTo(LiveIncident.NOTE_MAX).doesNotContain("\n").doesNotContain("\u202e");
            assertThat(line.author()).isIn("watch", "Anna");
        });
        scene.book.resolve(id, "Anna");
        Incident over = scene.book.find(id);
        assertThat(over).isNotNull();
        assertThat(over.timeline().getLast().kind()).isEqualTo(Kind.RESOLVED);
        assertThat(over.timeline().getLast().evidence().get("lines left out")).isNotNull();
    }

    @Test
    void notesComeAlsoAfterwardsAndNothingElseDoes() {
        scene.untilPage();
        String id = scene.current().id();
        scene.book.resolve(id, "Anna");
        int lines = lines(id);
        scene.book.acknowledge(id, "Ben");
        scene.book.resolve(id, "Ben");
        assertThat(lines(id)).isEqualTo(lines);
        scene.book.note(id, "Ben", "the report job had lost its TTL");
        assertThat(lines(id)).isEqualTo(lines + 1);
        assertThat(scene.book.note("../../etc/passwd", "Ben", "x")).isNull();
        assertThat(scene.book.note("20261123-000000-aaaa", "Ben", "x")).isNull();
    }

    @Test
    void listenersHearEachTurnOnceAndInOrder() {
        List<Integer> sizes = new ArrayList<>();
        Subscription subscription = scene.book.subscribe(incident -> sizes.add(incident.timeline().size()));
        scene.untilPage();
        assertThat(sizes).containsExactly(2, 3, 4, 5);
        subscription.close();
        scene.book.acknowledge(scene.current().id(), "Anna");
        assertThat(sizes).hasSize(4);
    }

    @Test
    void hitRatesAreKeptForTheRecord() {
        scene.untilPage();
        String id = scene.current().id();
        for (int i = 0; i < 40; i++) {
            scene.misses += 90;
            scene.run(1, Stage.PAGE, 0);
        }
        scene.book.resolve(id, "Anna");
        Incident over = scene.book.find(id);
        assertThat(over).isNotNull();
        assertThat(over.timeline().getLast().evidence()).containsEntry("hit rate before", "90 %")
            .containsEntry("hit rate, lowest half minute", "47 %");
    }

    private int lines(String id) {
        Incident incident = scene.book.find(id);
        assertThat(incident).isNotNull();
        assertThat(incident.reading()).isInstanceOf(Reading.class);
        return incident.timeline().size();
    }
}
