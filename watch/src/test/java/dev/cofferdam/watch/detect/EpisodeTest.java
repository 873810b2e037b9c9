// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.detect;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class EpisodeTest {
    private final Episode episode = new Episode();

    private void play(int seconds, Stage stage) {
        for (int i = 0; i < seconds; i++) {
            episode.update(stage, stage == Stage.CALM, 1, 5_000, 7);
        }
    }

    @Test
    void aSuspicionEndsAfterAQuietMinute() {
        play(1, Stage.SUSPECT);
        play(59, Stage.CALM);
        assertThat(episode.stage()).isEqualTo(Stage.SUSPECT);
        play(1, Stage.CALM);
        assertThat(episode.stage()).isEqualTo(Stage.CALM);
    }

    @Test
    void whatPeopleWereToldOfNeverFallsAndEndsAfterTenQuietMinutes() {
        play(1, Stage.PAGE);
        play(500, Stage.SUSPECT);
        assertThat(episode.stage()).isEqualTo(Stage.PAGE);
        play(590, Stage.CALM);
        play(1, Stage.NOTIFY);
        play(590, Stage.CALM);
        assertThat(episode.stage()).as("it was not quiet for ten minutes on end").isEqualTo(Stage.PAGE);
        play(10, Stage.CALM);
        assertThat(episode.stage()).isEqualTo(Stage.CALM);
    }

    @Test
    void theOnsetIsThatOfItsBeginning() {
        play(1, Stage.SUSPECT);
        episode.update(Stage.PAGE, false, 1, 9_000, 9);
        assertThat(episode.onsetMillis()).isEqualTo(5_000);
        assertThat(episode.onsetLevel()).isEqualTo(7);
    }

    @Test
    void slowSamplesCountByTheirTime() {
        episode.update(Stage.NOTIFY, false, 30, 0, 0);
        for (int i = 0; i < 19; i++) {
            episode.update(Stage.CALM, true, 30, 0, 0);
        }
        assertThat(episode.stage()).isEqualTo(Stage.NOTIFY);
        episode.update(Stage.CALM, true, 30, 0, 0);
        assertThat(episode.stage()).isEqualTo(Stage.CALM);
    }
}
