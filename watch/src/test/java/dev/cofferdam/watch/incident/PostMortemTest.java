// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.incident;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cofferdam.watch.detect.Stage;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The draft that people finish. */
class PostMortemTest {
    private final Scene scene = new Scene();

    private Incident afternoon() {
        scene.untilPage();
        String id = scene.current().id();
        scene.book.line(id, TimelineEntry.Kind.NOTIFIED, "watch", "slack was told: it fills", Map.of("channel", "slack"));
        scene.run(10, Stage.PAGE, 18);
        scene.book.acknowledge(id, "Anna");
        scene.refused = 812;
        scene.run(1, Stage.PAGE, 0);
        scene.book.contained(id, "Anna", "cache:report: made read-only", Map.of());
        scene.usedBytes = 3000 * Scene.MB;
        scene.calm(310);
        Incident over = scene.book.find(id);
        assertThat(over).isNotNull();
        assertThat(over.state()).isEqualTo(IncidentState.RESOLVED);
        return over;
    }

    @Test
    void factsAreThereAndQuestionsStayOpen() {
        String page = PostMortem.markdown(afternoon(), "https://console.example/");
        assertThat(page).startsWith("# Post-mortem: prod-shared, 2026-11-23 15:46 UTC\n")
            .contains("| onset | 15:46:00 | 0 s | detector, in hindsight | ±2 s |")
            .contains("| suspected | 15:46:09 | 9 s | detector | ±1 s |")
            .contains("| sure enough to wake somebody | 15:46:31 | 31 s | detector | ±1 s |")
            .contains("| first message arrived | 15:46:35 |").contains("| somebody looks after it | 15:46:45 |")
            .contains("| refused writes (OOM) | 812 | INFO errorstats, since the onset |")
            .contains("| hit rate before | 90 % |")
            .contains("- 100 % of its new bytes had no time to live")
            .contains("- Client mailer-7 at 10.0.3.17:51200, last seen with SET, sent 9.1 MB/s.")
            .contains("## Questions for people")
            .contains("- [ ] Give the keys of `cache:report:<uuid>:pdf` a time to live where they are written.")
            .contains("(https://console.example/api/v1/targets/prod-shared/series?from=");
        assertThat(page.split("- \\[ ] ")).as("three actions").hasSize(4);
    }

    @Test
    void whileItLastsItIsADraft() {
        scene.onset();
        scene.run(3, Stage.SUSPECT, 18);
        assertThat(PostMortem.markdown(scene.current(), "")).contains("and the incident is not over").contains("| recovered | not yet |")
            .contains("| sure enough to wake somebody | never |").contains("What grew was not found out.");
    }

    @Test
    void aKeyDrawsNoTableAndNoLink() {
        scene.untilPage();
        scene.book.found(Scene.TARGET, Scene.named("a|b`c [click](http://evil) <img src=x>"));
        scene.book.note(scene.current().id(), "Anna|x", "see | <script>alert(1)</script> `x`");
        String page = PostMortem.markdown(scene.current(), "");
        // Outside of code nothing of it is left that Markdown or HTML acts upon.
        String outside = page.replaceAll("`[^`\n]*`", "");
        assertThat(outside).doesNotContain("<img").doesNotContain("<script").doesNotContain("](http");
        for (String line : page.split("\n")) {
            if (line.startsWith("|")) {
                assertThat(line.split("(?<!\\\\)\\|").length - 1).as(line).isIn(3, 4, 5);
            }
        }
    }
}
