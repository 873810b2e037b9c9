// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.notify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.cofferdam.watch.detect.Stage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Programs of the user's own, good and bad ones. */
class ExecChannelTest {
    @TempDir Path folder;

    private Outcome run(int limitSeconds, String... command) throws InterruptedException {
        return new ExecChannel(new ChannelOptions.Exec("exec", Stage.NOTIFY, List.of(command)), limitSeconds).deliver(Messages.paged(), "");
    }

    @Test
    void aProgramGetsTheJsonAndACleanEnvironment() throws Exception {
        Path input = folder.resolve("input");
        Path environment = folder.resolve("environment");
        assertThat(run(60, "/bin/sh", "-c", "cat > '" + input + "'; env > '" + environment + "'"))
            .isEqualTo(Outcome.delivered("exit code 0"));
        assertThat(MessageJson.MAPPER.readTree(Files.readAllBytes(input)).at("/data/incident/target").asString()).isEqualTo("prod-shared");
        assertThat(Files.readAllLines(environment)).allMatch(line -> line.matches("(PATH|LANG|COFFERDAM_[A-Z]+|PWD|SHLVL|OLDPWD|_)=.*"))
            .contains("COFFERDAM_TARGET=prod-shared", "COFFERDAM_STAGE=page");
    }

    @Test
    void exitCodesSayWhetherToTryAgain() throws Exception {
        assertThat(run(60, "/bin/sh", "-c", "exit 75")).isEqualTo(Outcome.later("exit code 75", 0));
        assertThat(run(60, "/bin/sh", "-c", "exit 3")).isEqualTo(Outcome.refused("exit code 3"));
        assertThat(run(60, "/no/such/program").result()).isEqualTo(Outcome.Result.REFUSED);
    }

    @Test
    void aProgramThatHangsIsEndedWithWhatItStarted() throws Exception {
        Path child = folder.resolve("child");
        Outcome outcome = run(3, "/bin/sh", "-c", "sleep 1000 & echo $! > '" + child + "'; wait");
        assertThat(outcome).isEqualTo(Outcome.later("not done within 3 s, and ended", 0));
        String started = Files.exists(child) ? Files.readString(child).strip() : "";
        assumeTrue(!started.isEmpty(), "SKIPPED: the machine is so busy that the shell had not started anything after 3 s");
        long pid = Long.parseLong(started);
        for (int i = 0; i < 600 && ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false); i++) {
            Thread.sleep(100);
        }
        assertThat(ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false)).isFalse();
    }
}
