// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cofferdam.watch.config.Settings;
import dev.cofferdam.watch.config.SettingsException;
import dev.cofferdam.watch.detect.Stage;
import dev.cofferdam.watch.notify.ChannelOptions;
import dev.cofferdam.watch.web.Role;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigurationReaderTest {
    @TempDir Path folder;

    private WatchConfiguration read(String yaml) throws SettingsException, IOException {
        Path file = folder.resolve("watch.yaml");
        Files.writeString(file, yaml);
        return ConfigurationReader.read(Settings.read(file));
    }

    @Test
    void readsTargetsChannelsAndTheConsole() throws Exception {
        Files.writeString(folder.resolve("password"), "s3cret\n");
        Files.writeString(folder.resolve("tokens"), "# who\nadmin anna 0123456789abcdef\n\nviewer wall fedcba9876543210\n");
        WatchConfiguration configuration = read("""
                data: state
                targets:
                  - url: redis://prod:6379
                    name: prod-shared
                    user: watch
                    password-file: password
                    limit: 8GiB
                    mode: notify
                    learning-days: 0
                    attribution: {monitor: on, budget: 0.2%}
                  - url: redis+sentinel://s1,s2/main
                notify:
                  - slack: {webhook-file: slack.url}
                  - pagerduty: {routing-key-file: pd.key}
                  - webhook: {url: "https://example.org/hook", secret-file: hook.secret, from-stage: page, name: ours}
                console: {listen: "0.0.0.0:9000", tokens-file: tokens}
                workloads: {sessions: ["sess:*"], jobs: ["bull:*", "queue:*"]}
                """);

        TargetConfiguration prod = configuration.targets().getFirst();
        assertThat(prod.name()).isEqualTo("prod-shared");
        assertThat(prod.address().username()).isEqualTo("watch");
        assertThat(prod.address().password()).isEqualTo("s3cret");
        assertThat(prod.toString()).doesNotContain("s3cret");
        assertThat(prod.probe().limitBytes()).isEqualTo(8L << 30);
        assertThat(prod.probe().monitorAllowed()).isTrue();
        assertThat(prod.probe().calmBudget()).isEqualTo(0.002);
        assertThat(prod.detector().gravest()).isEqualTo(Stage.NOTIFY);
        assertThat(configuration.targets().get(1).name()).isEqualTo("main by s1:26379");
        assertThat(configuration.folder()).isEqualTo(folder.resolve("state"));
        assertThat(configuration.notifications().channels()).extracting(ChannelOptions::name).containsExactly("slack", "pagerduty", "ours");
        assertThat(configuration.notifications().channels()).extracting(ChannelOptions::fromStage).containsExactly(Stage.NOTIFY, Stage.PAGE,
                Stage.PAGE);
        assertThat(configuration.console().address()).isEqualTo("0.0.0.0");
        assertThat(configuration.console().port()).isEqualTo(9000);
        assertThat(configuration.console().tokens()).extracting("role").containsExactly(Role.ADMIN, Role.VIEWER);
        assertThat(configuration.console().workloads()).containsOnlyKeys("sessions", "jobs");
    }

    @Test
    void namesEveryMistake() {
        assertThatThrownBy(() -> read("""
                targets:
                  - url: http://prod
                  - url: a:1
                    name: x
                    password-file: nowhere
                  - url: b:1
                    name: x
                    mode: loud
                notify:
                  - pigeon: {}
                  - webhook: {url: "ftp://x"}
                  - slack: {}
                console: {listen: here}
                workload: {}
                """)).isInstanceOfSatisfying(SettingsException.class, e -> assertThat(String.join("\n", e.problems())).contains(
                "watch.yaml:2: targets[0]: url: 'http' is none of the kinds of address",
                "watch.yaml:3: targets[1]: password-file " + folder.resolve("nowhere") + " cannot be read",
                "watch.yaml:6: targets[2]: another target is called 'x'",
                "watch.yaml:8: targets[2].mode is 'loud'; it must be one of observe, notify, page",
                "notify[0]: 'pigeon' is no channel",
                "notify[1].webhook: url must begin with http:// or https://",
                "notify[2].slack: webhook-file is missing",
                "console: listen is 'here'",
                "workload is not known here; there are console, data, incidents, links, notify, status-page, targets, watcher, workloads"));
    }

    @Test
    void anEmptyFileWatchesNothingByItself() throws Exception {
        WatchConfiguration configuration = read("");
        assertThat(configuration.targets()).isEmpty();
        assertThat(configuration.folder()).isNull();
        assertThat(configuration.console().address()).isEqualTo("127.0.0.1");
    }
}
