// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.tests.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.cofferdam.memory.Clock;
import dev.cofferdam.watch.attribute.AttributeOptions;
import dev.cofferdam.watch.attribute.Attribution;
import dev.cofferdam.watch.attribute.Attributor;
import dev.cofferdam.watch.attribute.Culprit;
import dev.cofferdam.watch.detect.DetectorOptions;
import dev.cofferdam.watch.detect.Reading;
import dev.cofferdam.watch.detect.Stage;
import dev.cofferdam.watch.detect.TargetDetector;
import dev.cofferdam.watch.probe.InfoText;
import dev.cofferdam.watch.probe.Look;
import dev.cofferdam.watch.probe.Probe;
import dev.cofferdam.watch.probe.ProbeOptions;
import dev.cofferdam.watch.probe.RespDialer;
import dev.cofferdam.watch.probe.TargetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * A stock redis-server with an ordinary mix of roles, one thing that begins to fill it, and the whole way from the probe to the culprit's name. The short form fills at twice the incident's
 * rate and does each kind once; -Dcofferdam.long=true does it with a million keys at its own rate, -Dcofferdam.runs=N times each, and measures what it cost the server.
 */
class AttributionIT {
    private static final Clock CLOCK = Clock.system();
    private static final boolean LONG = Boolean.getBoolean("cofferdam.long");
    private static final int RUNS = Integer.getInteger("cofferdam.runs", LONG ? 5 : 1);
    private static final int KEYS = LONG ? 1_000_000 : 200_000;
    private static final double FILL_SECONDS = LONG ? 240 : 120;
    private static final int BASELINE = 60_000;
    private static final int SETTLE_SECONDS = LONG ? 10 : 5;
    private static final double NAMED_SECONDS = 15;
    /** In the short form the machine may be busy: then late is no mistake, wrong is. */
    private static final double GIVEN_UP_SECONDS = LONG ? 30 : 60;

    /** What one run came to. */
    private record Run(Fill.Kind kind, int number, double suspectSeconds, double namedSeconds, List<String> wrong, String said,
            double cpuMillis, double countedMillis) {
        boolean isRight() {
            return wrong.isEmpty() && namedSeconds <= NAMED_SECONDS;
        }
    }

    @Test
    void theCulpritIsNamed() throws Exception {
        assumeTrue(WatchedRedis.isInstalled(), "no redis-server in PATH");
        List<Run> runs = new ArrayList<>();
        try (WatchedRedis server = WatchedRedis.start("--maxmemory-policy", "noeviction");
                RoleMix mix = new RoleMix(server, KEYS, LONG ? 4_000 : 1_000, 1)) {
            assertThat(mix).isNotNull();
            long used = InfoText.parse(server.ask("INFO", "memory")).number("used_memory");
            long headroom = Math.round(used * 1.2);
            server.ask("CONFIG", "SET", "maxmemory", Long.toString(used + headroom));
            for (Fill.Kind kind : Fill.Kind.values()) {
                double control = LONG ? control(server, kind, headroom / FILL_SECONDS) : 0;
                for (int i = 1; i <= RUNS; i++) {
                    Run run = run(server, kind, i, headroom / FILL_SECONDS, control);
                    System.out.printf("%-14s run %d suspect %.1f s named %.1f s server CPU %.0f ms (by our count %.0f ms) %s %s%n", kind, i,
                            run.suspectSeconds, run.namedSeconds, run.cpuMillis, run.countedMillis,
                            run.wrong.isEmpty() ? "" : "WRONG " + run.wrong, run.said);
                    runs.add(run);
                }
            }
        }
        System.out.printf(
                "%d runs: %d right within %.0f s, %d wrong, %d undecided; named after %.1f s (median), %.1f s at most; server CPU %.0f ms (median)%n",
                runs.size(), runs.stream().filter(Run::isRight).count(), NAMED_SECONDS,
                runs.stream().filter(run -> !run.wrong.isEmpty()).count(),
                runs.stream().filter(run -> Double.isInfinite(run.namedSeconds)).count(), median(runs, Run::namedSeconds),
                runs.stream().mapToDouble(Run::namedSeconds).max().orElseThrow(), median(runs, Run::cpuMillis));
        assertThat(runs).allSatisfy(run -> {
            assertThat(run.wrong).as("wrong names, %s", run).isEmpty();
            assertThat(run.namedSeconds).as("%s", run).isLessThan(GIVEN_UP_SECONDS);
        });
        if (LONG) {
            assertThat(runs.stream().filter(Run::isRight).count()).isGreaterThanOrEqualTo(Math.round(0.95 * runs.size()));
            assertThat(median(runs, Run::cpuMillis)).as("server CPU, median, less the control's").isLessThan(200);
        }
    }

    private static double median(List<Run> runs, ToDoubleFunction<Run> figure) {
        return runs.stream().mapToDouble(figure).sorted().skip(runs.size() / 2).findFirst().orElseThrow();
    }

    /** Processor time a second of the same fill with nobody watching. */
    private static double control(WatchedRedis server, Fill.Kind kind, double rate) throws Exception {
        Fill fill = new Fill(server, kind, rate, 99);
        try (fill) {
            // As long as a run takes: later the server resizes its table, which costs it more than we do.
            long start = CLOCK.monotonicNanos();
            double before = cpuMillis(server);
            TimeUnit.SECONDS.sleep(6);
            double perSecond = (cpuMillis(server) - before) * 1e9 / (CLOCK.monotonicNanos() - start);
            System.out.printf("%-14s control %.0f ms of server CPU a second%n", kind, perSecond);
            return perSecond;
        }
    }

    private static double cpuMillis(WatchedRedis server) throws Exception {
        InfoText info = InfoText.parse(server.ask("INFO", "cpu"));
        return (info.real("used_cpu_sys") + info.real("used_cpu_user")) * 1000;
    }

    private static Run run(WatchedRedis server, Fill.Kind kind, int number, double rate, double controlPerSecond) throws Exception {
        TargetAddress address = TargetAddress.parse("redis://127.0.0.1:" + server.port());
        try (Probe probe = new Probe(address, new RespDialer(address, null, true, CLOCK), CLOCK, number, ProbeOptions.DEFAULTS)) {
            // The census is done at once below; in the run only what a calm watch does besides.
            Attributor attributor = new Attributor(probe, number, AttributeOptions.DEFAULTS);
            TargetDetector detector = new TargetDetector(DetectorOptions.DEFAULTS);
            attributor.drawBaseline(probe.look(), BASELINE);
            attributor.walkNow(probe.look());
            assertThat(attributor.figures().get("samples")).isEqualTo(BASELINE);
            long ticks = CLOCK.monotonicNanos();
            for (int i = 0; i < SETTLE_SECONDS; i++) {
                tick(probe, detector, attributor);
                ticks = untilNext(ticks);
            }
            double cpuBefore = cpuMillis(server);
            double countedBefore = probe.governor().spentNanos() / 1e6;
            Fill fill = new Fill(server, kind, rate, number);
            try (fill) {
                long onset = CLOCK.monotonicNanos();
                double suspect = Double.POSITIVE_INFINITY;
                List<String> wrong = new ArrayList<>();
                String said = "";
                while (seconds(onset) < GIVEN_UP_SECONDS) {
                    Tick tick = tick(probe, detector, attributor);
                    assertThat(fill.failure()).isNull();
                    suspect = tick.reading.stage().atLeast(Stage.SUSPECT) ? Math.min(suspect, seconds(onset)) : suspect;
                    Attribution attribution = tick.attribution;
                    if (attribution != null) {
                        said = attribution.culprit().toString();
                        if (fill.isNamedBy(attribution.culprit())) {
                            double named = seconds(onset);
                            double cpu = cpuMillis(server) - cpuBefore - controlPerSecond * named;
                            return new Run(kind, number, suspect, named, wrong, said, cpu,
                                    probe.governor().spentNanos() / 1e6 - countedBefore);
                        }
                        if (!(attribution.culprit() instanceof Culprit.Undecided)) {
                            wrong.add(said);
                        }
                    }
                    ticks = untilNext(ticks);
                }
                return new Run(kind, number, suspect, Double.POSITIVE_INFINITY, wrong, said, 0, 0);
            }
        }
    }

    private record Tick(Reading reading, @Nullable Attribution attribution) {
    }

    private static Tick tick(Probe probe, TargetDetector detector, Attributor attributor) {
        Look look = probe.look();
        assertThat(look.sample()).as(look.trouble()).isNotNull();
        Reading reading = detector.accept(look.sample());
        return new Tick(reading, attributor.tick(look, reading));
    }

    private static double seconds(long since) {
        return (CLOCK.monotonicNanos() - since) / 1e9;
    }

    private static long untilNext(long last) throws InterruptedException {
        long next = Math.max(last + TimeUnit.SECONDS.toNanos(1), CLOCK.monotonicNanos());
        TimeUnit.NANOSECONDS.sleep(next - CLOCK.monotonicNanos());
        return next;
    }
}
