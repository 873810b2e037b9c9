// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.incident;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cofferdam.watch.detect.Stage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Random afternoons: the book against {@link NaiveBook}, and the book against itself when it is killed at every single point. */
class IncidentBookPropertyTest {
    private static final long SEED = Long.getLong("cofferdam.seed", 42);
    private static final int AFTERNOONS = Integer.getInteger("cofferdam.afternoons", 300);
    /** Small enough that random seconds get there; each figure is written, so that a kill loses none. */
    static final IncidentOptions QUICK = new IncidentOptions(5, 4, 8, 12, 3, 9, 0, IncidentOptions.Force.NEVER, 500, 16L << 20);

    @TempDir Path folder;

    /** One thing that happens. */
    private record Step(int what, Stage stage, boolean below, boolean refused, boolean newOnset) {
    }

    @Test
    void theBookAgreesWithASimplerOne() {
        for (int afternoon = 0; afternoon < AFTERNOONS; afternoon++) {
            long seed = SEED + afternoon;
            Scene scene = new Scene(null, QUICK);
            NaiveBook naive = new NaiveBook(QUICK);
            scene.onset();
            for (Step step : afternoon(seed)) {
                play(scene, step);
                naive.play(step.what(), scene.clock.wallMillis(), step.stage(), scene.onsetMillis, step.below(), step.refused());
                assertThat(naive.describe()).as("seed %d: repeat with -Dcofferdam.seed=%d -Dcofferdam.afternoons=1", seed, seed)
                    .isEqualTo(describe(scene.book.current(Scene.TARGET)));
                checkWhole(scene.book);
            }
            assertThat(scene.book.counts().vanished()).isEqualTo(naive.vanished);
            assertThat(scene.book.counts().resolved()).isEqualTo(naive.resolved);
        }
    }

    @Test
    void aKillAtAnyPointChangesNothing() {
        for (int afternoon = 0; afternoon < Math.max(1, AFTERNOONS / 60); afternoon++) {
            long seed = SEED + afternoon;
            List<Step> steps = afternoon(seed).subList(0, 120);
            Scene whole = new Scene(folder.resolve("whole-" + seed), QUICK);
            Scene killed = new Scene(folder.resolve("killed-" + seed), QUICK);
            whole.onset();
            killed.onset();
            for (Step any : steps) {
                // Counters of before the onset are lost with the process: what was refused then is not known afterwards.
                Step step = new Step(any.what(), any.stage(), any.below(), false, any.newOnset());
                play(whole, step);
                play(killed, step);
                killed.restart();
                assertThat(withoutIds(killed.book)).as("seed %d: repeat with -Dcofferdam.seed=%d -Dcofferdam.afternoons=1", seed, seed)
                    .isEqualTo(withoutIds(whole.book));
            }
        }
    }

    /** Stages come in runs, as those of a detector do. */
    private static List<Step> afternoon(long seed) {
        SplittableRandom chance = new SplittableRandom(seed);
        List<Step> steps = new ArrayList<>();
        while (steps.size() < 200) {
            Stage stage = Stage.values()[chance.nextInt(4)];
            boolean below = chance.nextInt(4) == 0;
            boolean newOnset = chance.nextInt(3) == 0;
            int length = 3 + chance.nextInt(15);
            for (int i = 0; i < length; i++) {
                // The first seconds of a run bear the spike filter's memory of the last; people wait that long here.
                int what = i > 3 && chance.nextInt(20) == 0 ? 1 + chance.nextInt(4) : 0;
                steps.add(new Step(what, stage, below, what == 0 && chance.nextInt(40) == 0, newOnset && i == 0));
            }
        }
        return steps;
    }

    private static void play(Scene scene, Step step) {
        Incident on = scene.book.current(Scene.TARGET);
        switch (step.what()) {
            case 0 -> {
                if (step.newOnset()) {
                    scene.clock.passSeconds(1);
                    scene.onset();
                }
                scene.usedBytes = step.below() ? 3000 * Scene.MB : 5000 * Scene.MB;
                scene.refused += step.refused() ? 3 : 0;
                scene.hits = -90;
                scene.misses = -10;
                scene.run(1, step.stage(), 0);
            }
            case 1 -> scene.book.found(Scene.TARGET, Scene.named("a:" + scene.clock.wallMillis() / 7000 % 3));
            case 2 -> {
                if (on != null) {
                    scene.book.acknowledge(on.id(), "Anna");
                }
            }
            case 3 -> {
                if (on != null) {
                    scene.book.contained(on.id(), "Anna", "made read-only", Map.of());
                }
            }
            default -> {
                if (on != null) {
                    scene.book.resolve(on.id(), "Anna");
                }
            }
        }
    }

    private static void checkWhole(IncidentBook book) {
        for (Incident incident : book.recent()) {
            assertThat(incident.timeline()).extracting(TimelineEntry::atMillis).isSorted();
            assertThat(incident.timeline().getFirst().kind()).isEqualTo(TimelineEntry.Kind.ONSET);
            assertThat(incident.timeline().stream().filter(line -> line.kind() == TimelineEntry.Kind.RESOLVED).count())
                .isEqualTo(incident.state().isLive() ? 0 : 1);
            assertThat(incident.endedMillis() == 0).isEqualTo(incident.state().isLive());
        }
    }

    static String describe(@Nullable Incident incident) {
        return incident == null
                ? "none"
                : incident.onsetMillis() + " " + incident.stage() + " " + incident.state() + " " + incident.refusedWrites();
    }

    /** Without what a kill may change: the last letters of an id are chance, and for two seconds afterwards a level may be that of a spike. */
    private static List<String> withoutIds(IncidentBook book) {
        return book.recent().stream()
            .map(incident -> incident.toString().replace(incident.id(), "id").replaceAll("\\blevel=[0-9.]+ GB, ", "")).sorted().toList();
    }
}
