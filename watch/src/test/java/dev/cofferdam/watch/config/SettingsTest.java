// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class SettingsTest {
    @Test
    void readsWhatIsThereAndAnswersDefaultsForTheRest() throws SettingsException {
        Settings top = Settings.parse("w.yaml", """
                targets:
                  - url: redis://prod:6379
                    limit: 8GiB
                    budget: 0.5%
                    undo-after: 30m
                    monitor: off
                    protect: ["sess:*", "lock:*"]
                """);
        Settings target = top.sections("targets").getFirst();

        assertThat(target.required("url")).isEqualTo("redis://prod:6379");
        assertThat(target.bytes("limit", 0)).isEqualTo(8L << 30);
        assertThat(target.share("budget", 1)).isEqualTo(0.005);
        assertThat(target.time("undo-after", Duration.ZERO)).isEqualTo(Duration.ofMinutes(30));
        assertThat(target.flag("monitor", true)).isFalse();
        assertThat(target.texts("protect")).containsExactly("sess:*", "lock:*");
        assertThat(target.text("name", "none")).isEqualTo("none");
        assertThat(target.section("contain").integer("most", 0, 9, 7)).isEqualTo(7);
        top.finish();
    }

    @Test
    void namesEveryMistakeWithItsLine() throws SettingsException {
        Settings top = Settings.parse("w.yaml", """
                targets:
                  - limit: 8 parsecs
                    undo-after: 30
                    colour: red
                listen: [a, b]
                """);
        Settings target = top.sections("targets").getFirst();
        target.required("url");
        target.bytes("limit", 0);
        target.time("undo-after", Duration.ZERO);
        top.text("listen");

        assertThat(problemsOf(top)).containsExactly(
                "w.yaml:2: targets[0].url is missing",
                "w.yaml:2: targets[0].limit is '8 parsecs'; it must be a size such as 512MiB or 8GiB",
                "w.yaml:3: targets[0].undo-after is '30'; it must be a time with its unit, such as 500ms, 30s, 30m or 7d",
                "w.yaml:5: listen must be a single value",
                "w.yaml:4: targets[0].colour is not known here; there are limit, undo-after, url");
    }

    @Test
    void whatIsNoYamlIsOneProblem() {
        assertThatThrownBy(() -> Settings.parse("w.yaml", "a: [1,\nb: 2")).isInstanceOf(SettingsException.class)
            .hasMessageContaining("w.yaml");
    }

    @Test
    void aNameThatIsThereTwiceIsAMistake() throws SettingsException {
        Settings top = Settings.parse("w.yaml", "a: 1\nb: 1\na: 2");
        top.names();
        assertThat(problemsOf(top)).containsExactly("w.yaml:3: a is there twice");
    }

    @Test
    void aListIsNoFile() throws SettingsException {
        assertThat(problemsOf(Settings.parse("w.yaml", "- a\n")))
            .containsExactly("w.yaml:1: the file must be a mapping of names to values");
    }

    @Test
    void anEmptyFileHasDefaultsOnly() throws SettingsException {
        Settings top = Settings.parse("w.yaml", "# nothing\n");
        assertThat(top.sections("targets")).isEmpty();
        top.finish();
    }

    private static List<String> problemsOf(Settings top) {
        try {
            top.finish();
            return List.of();
        } catch (SettingsException e) {
            return e.problems();
        }
    }
}
