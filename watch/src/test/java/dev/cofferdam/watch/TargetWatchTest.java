// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cofferdam.resp.client.Reply;
import dev.cofferdam.watch.attribute.AttributeOptions;
import dev.cofferdam.watch.contain.ContainOptions;
import dev.cofferdam.watch.detect.Concern;
import dev.cofferdam.watch.detect.DetectorOptions;
import dev.cofferdam.watch.detect.Stage;
import dev.cofferdam.watch.incident.IncidentBook;
import dev.cofferdam.watch.incident.IncidentOptions;
import dev.cofferdam.watch.probe.FakeTarget;
import dev.cofferdam.watch.probe.ProbeOptions;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TargetWatchTest {
    private static final long LIMIT = 1_000_000_000;

    private final HandClock clock = new HandClock();
    private final Filling target = new Filling();
    private final IncidentBook book = new IncidentBook(null, IncidentOptions.DEFAULTS, clock, 7);
    private final Hub hub = new Hub();
    private final List<String> log = new ArrayList<>();

    /** A server whose memory a test sets. */
    private static final class Filling extends FakeTarget {
        private long usedBytes = 300_000_000;

        @Override
        protected String info() {
            return "redis_version:7.0.15\r\nrun_id:one\r\nuptime_in_seconds:100\r\nrole:master\r\nused_memory:" + usedBytes
                    + "\r\nmaxmemory:" + LIMIT
                    + "\r\nmaxmemory_policy:noeviction\r\nused_memory_dataset:" + (usedBytes - 10_000_000)
                    + "\r\nused_cpu_sys:1.0\r\nused_cpu_user:2.0\r\ndb0:keys=100,expires=10,avg_ttl=0\r\n";
        }
    }

    private TargetWatch watch(Path folder) {
        TargetConfiguration configuration = new TargetConfiguration("prod", FakeTarget.ADDRESS, null, true, ProbeOptions.DEFAULTS,
                new DetectorOptions(0, Stage.PAGE), AttributeOptions.DEFAULTS,
                ContainOptions.DEFAULTS, null);
        return new TargetWatch(configuration, 0, target, book, null, folder, null, hub, clock, 7, log::add);
    }

    private void seconds(TargetWatch watch, int seconds, long growthBytes) {
        for (int i = 0; i < seconds; i++) {
            clock.pass(Duration.ofSeconds(1));
            target.usedBytes += growthBytes;
            watch.turn();
        }
    }

    private TargetState only() {
        assertThat(hub.targets()).hasSize(1);
        return hub.targets().getFirst();
    }

    @Test
    void aClimbBecomesAnIncidentAndItsEndEndsIt(@TempDir Path folder) {
        TargetWatch watch = watch(folder);
        seconds(watch, 60, 0);
        assertThat(only().reading().stage()).isEqualTo(Stage.CALM);
        assertThat(only().product()).isEqualTo("Redis 7.0.15");

        seconds(watch, 60, 3_000_000);
        assertThat(only().reading().stage()).isEqualTo(Stage.PAGE);
        assertThat(only().reading().concern()).isEqualTo(Concern.CLIMB);
        assertThat(only().incident()).isNotNull();
        assertThat(only().incident().stage()).isEqualTo(Stage.PAGE);

        target.usedBytes = 300_000_000;
        seconds(watch, 1_400, 0); // the detector lets ten minutes pass, and the record another ten
        assertThat(only().reading().stage()).isEqualTo(Stage.CALM);
        assertThat(only().incident()).isNull();
        watch.close();
    }

    @Test
    void aTargetThatIsAwayIsAnIncidentAndIsBack(@TempDir Path folder) {
        TargetWatch watch = watch(folder);
        seconds(watch, 5, 0);
        target.up(false);
        seconds(watch, 40, 0);

        assertThat(only().reachable()).isFalse();
        assertThat(only().trouble()).isNotEmpty();
        assertThat(only().incident()).isNotNull();
        assertThat(only().incident().concern()).isEqualTo(Concern.UNREACHABLE);

        target.up(true);
        seconds(watch, 60, 0);
        assertThat(only().reachable()).isTrue();
        assertThat(log).anyMatch(line -> line.contains("lost")).anyMatch(line -> line.contains("answers again"));
        watch.close();
    }

    @Test
    void eachCompartmentOfACofferdamIsJudgedByItsOwnAccount(@TempDir Path folder) {
        long[] cacheBytes = {100_000_000};
        target.answer("COMMAND", request -> new Reply.Items(List.of()));
        List<String> published = new ArrayList<>();
        target.answer("PUBLISH", request -> {
            published.add(new String(request.word(1), StandardCharsets.UTF_8) + " " + new String(request.word(2), StandardCharsets.UTF_8));
            return new Reply.Whole(0);
        });
        target.answer("COMPARTMENT INFO", request -> new Reply.Bulk(
                ("name:sessions\r\nused_bytes:50000000\r\nmax_bytes:400000000\r\nkeys:10\r\nexpires:10\r\nrefused_commands:0\r\nevicted_keys:0\r\n"
                        + "expired_keys:0\r\nfull:evict protect 30m\r\n\r\nname:jobs\r\nused_bytes:" + cacheBytes[0]
                        + "\r\nmax_bytes:400000000\r\nkeys:10\r\nexpires:0\r\nrefused_commands:0\r\nevicted_keys:0\r\nexpired_keys:0\r\nfull:reject\r\n")
                    .getBytes(StandardCharsets.UTF_8)));
        TargetWatch watch = watch(folder);
        for (int i = 0; i < 60; i++) {
            seconds(watch, 1, 0);
        }
        assertThat(hub.targets()).extracting(TargetState::name).containsExactly("prod/sessions", "prod/jobs");
        for (int i = 0; i < 60; i++) {
            cacheBytes[0] += 2_000_000;
            seconds(watch, 1, 3_000_000);
        }
        assertThat(hub.targets()).extracting(state -> state.reading().stage()).containsExactly(Stage.CALM, Stage.PAGE);
        assertThat(published).containsExactly("cofferdam:jobs climbing");
        cacheBytes[0] = 100_000_000;
        seconds(watch, 1_400, 0);
        assertThat(published).containsExactly("cofferdam:jobs climbing", "cofferdam:jobs calm");
        watch.close();
    }

    @Test
    void whatWasLearnedSurvivesARestart(@TempDir Path folder) {
        TargetWatch first = watch(folder);
        seconds(first, 100, 0);
        first.close();
        assertThat(folder.resolve("prod.learned")).isNotEmptyFile();

        TargetWatch second = watch(folder);
        seconds(second, 2, 0);
        assertThat(log).noneMatch(line -> line.contains("lost"));
        second.close();
    }
}
