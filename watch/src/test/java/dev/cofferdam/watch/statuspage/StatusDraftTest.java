// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.statuspage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cofferdam.watch.detect.Stage;
import dev.cofferdam.watch.incident.Incident;
import dev.cofferdam.watch.incident.Scene;
import dev.cofferdam.watch.incident.TimelineEntry;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What others could be told, from the same afternoon. */
class StatusDraftTest {
    private static final DraftOptions NAMED = new DraftOptions(Map.of(Scene.TARGET, "Sign-in"), Map.of("sess:<id>", "Sign-in sessions"),
            false, 1_800);

    private final Scene scene = new Scene();

    private List<StatusDraft> drafts(Incident incident, DraftOptions options) {
        return StatusDraft.all(incident, options, scene.clock.wallMillis());
    }

    @Test
    void nothingIsSaidBeforeSomebodyIsToBeWoken() {
        scene.onset();
        scene.run(20, Stage.NOTIFY, 18);
        scene.book.found(Scene.TARGET, Scene.named("sess:<id>"));
        assertThat(StatusDraft.of(scene.current(), NAMED, scene.clock.wallMillis())).isNull();
    }

    @Test
    void theAfternoonInPublicWords() {
        scene.untilPage();
        String id = scene.current().id();
        assertThat(drafts(scene.current(), NAMED)).extracting(StatusDraft::status).containsExactly("investigating", "identified");
        assertThat(drafts(scene.current(), NAMED).getFirst()).satisfies(first -> {
            assertThat(first.atMillis()).as("31 s after the onset").isEqualTo(scene.onsetMillis + 31_000);
            assertThat(first.name()).isEqualTo("Memory of Sign-in grows unusually fast");
            assertThat(first.impact()).isEqualTo("minor");
            assertThat(first.components()).containsExactly(Scene.TARGET);
            assertThat(first.body()).startsWith("The memory of Sign-in is growing unusually fast since 15:46 UTC. Everything still works.");
        });
        scene.refused = 5;
        scene.run(1, Stage.PAGE, 0);
        StatusDraft failing = drafts(scene.current(), NAMED).getLast();
        assertThat(failing.status()).isEqualTo("identified");
        assertThat(failing.impact()).isEqualTo("major");
        assertThat(failing.body()).startsWith("Since 15:46 UTC some requests to Sign-in that store data fail; reading still works.");
        scene.book.acknowledge(id, "Anna");
        scene.book.contained(id, "Anna", "made read-only", Map.of());
        scene.usedBytes = 3000 * Scene.MB;
        scene.calm(400);
        Incident over = scene.book.find(id);
        assertThat(over).isNotNull();
        assertThat(drafts(over, NAMED).getLast().status()).isEqualTo("monitoring");
        scene.clock.passSeconds(1_800);
        assertThat(drafts(over, NAMED)).extracting(StatusDraft::status).containsSubsequence("investigating", "identified", "monitoring",
                "resolved");
        assertThat(drafts(over, NAMED)).extracting(StatusDraft::atMillis).isSorted();
        assertThat(drafts(over, NAMED).getLast().body())
            .isEqualTo("This is over. It lasted from 15:46 to 15:46 UTC. While it lasted, some requests failed; they no longer do.");
    }

    @Test
    void noNameOfTheInsideGetsOutUnlessAllowed() {
        scene.untilPage();
        scene.refused = 5;
        scene.run(1, Stage.PAGE, 0);
        for (StatusDraft draft : drafts(scene.current(), DraftOptions.DEFAULTS)) {
            assertThat(draft.name() + draft.body()).doesNotContain("cache:report", Scene.TARGET, "mailer-7", "10.0.3.17");
        }
        DraftOptions open = new DraftOptions(Map.of(), Map.of(), true, 1_800);
        assertThat(drafts(scene.current(), open).get(1).body()).contains("cache:report:<uuid>:pdf grows without limit");
        scene.book.found(Scene.TARGET, Scene.named("sess:<id>"));
        assertThat(drafts(scene.current(), NAMED).get(1).body()).contains("the data of Sign-in sessions grows without limit");
    }

    @Test
    void growthThatBeginsAgainIsSaidAgain() {
        scene.untilPage();
        scene.calm(100);
        assertThat(drafts(scene.current(), NAMED).getLast().status()).isEqualTo("monitoring");
        scene.onset();
        scene.run(5, Stage.PAGE, 18);
        assertThat(drafts(scene.current(), NAMED).getLast().body()).isEqualTo("The growth has begun again. We are stopping it.");
    }

    @Test
    void aSilentTargetIsCritical() {
        scene.calm(5);
        for (int i = 0; i <= 125; i++) {
            scene.book.unreachable(Scene.TARGET, "connection refused");
            scene.clock.passSeconds(1);
        }
        StatusDraft draft = drafts(scene.current(), NAMED).getLast();
        assertThat(draft.impact()).isEqualTo("critical");
        assertThat(draft.body()).startsWith("Sign-in has not been reachable since 15:45 UTC.");
        scene.calm(2);
        assertThat(drafts(scene.current(), NAMED).getLast().body()).isEqualTo("Sign-in can be reached again. We keep watching.");
    }

    @Test
    void thePageFindsTheLastWordAndItsPublicationIsPutDown() {
        BookDrafts desk = new BookDrafts(scene.book, NAMED, scene.clock);
        assertThat(desk.drafts()).isEmpty();
        scene.untilPage();
        String id = scene.current().id();
        assertThat(desk.drafts()).singleElement().satisfies(draft -> {
            assertThat(draft.incident()).isEqualTo(id);
            assertThat(draft.status()).isEqualTo("identified");
        });
        desk.published(id, "Anna", "We have found the cause.");
        assertThat(scene.current().timeline().getLast().kind()).isEqualTo(TimelineEntry.Kind.STATUS);
        scene.book.resolve(id, "Anna");
        assertThat(desk.drafts()).hasSize(1);
        scene.clock.passSeconds(100_000);
        assertThat(desk.drafts()).isEmpty();
    }
}
