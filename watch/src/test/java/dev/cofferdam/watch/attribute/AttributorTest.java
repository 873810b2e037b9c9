// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.attribute;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cofferdam.resp.client.Reply;
import dev.cofferdam.watch.HandClock;
import dev.cofferdam.watch.detect.Climb;
import dev.cofferdam.watch.detect.Concern;
import dev.cofferdam.watch.detect.Reading;
import dev.cofferdam.watch.detect.Stage;
import dev.cofferdam.watch.probe.FakeTarget;
import dev.cofferdam.watch.probe.Look;
import dev.cofferdam.watch.probe.Probe;
import dev.cofferdam.watch.probe.ProbeOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The whole recipe on a target without sockets and a clock by hand: what each kind of climb is called, and what becomes of it where something is missing. */
class AttributorTest {
    private static final long SEED = Long.getLong("cofferdam.seed", 3);
    private static final int KEYS = 20_000;

    private final Random random = new Random(SEED);
    private final HandClock clock = new HandClock();
    private final PlantedTarget target = new PlantedTarget(SEED);
    private AttributeOptions options = AttributeOptions.DEFAULTS;
    private @Nullable Probe probe;
    private @Nullable Attributor attributor;

    private void ordinaryKeys() {
        for (int i = 0; i < KEYS; i++) {
            switch (i % 10) {
                case 0, 1, 2 -> target.add(0, "sess:" + new UUID(random.nextLong(), random.nextLong()), 300, false);
                case 3, 4, 5, 6 -> target.add(0, "cache:page:" + i + ":v2", 700, false);
                default -> target.add(0, "job:" + i, 400, true);
            }
        }
    }

    private Probe probe() {
        Probe now = probe == null ? new Probe(FakeTarget.ADDRESS, target, clock, 1, ProbeOptions.DEFAULTS) : probe;
        probe = now;
        return now;
    }

    private Attributor attributor() {
        Attributor now = attributor == null ? new Attributor(probe(), SEED, options) : attributor;
        attributor = now;
        return now;
    }

    /** Learns, some calm seconds, then a second of climb after another, the onset told right. Answers the last attribution. */
    private Attribution climb(int seconds, IntConsumer second) {
        learn();
        return go(seconds, second);
    }

    private void learn() {
        attributor().drawBaseline(probe().look(), KEYS);
        attributor().walkNow(probe().look());
        for (int i = 0; i < 12; i++) {
            clock.pass(Duration.ofSeconds(1));
            Look look = probe().look();
            assertThat(attributor().tick(look, Reading.calm(look.atMillis()))).isNull();
        }
    }

    private Attribution go(int seconds, IntConsumer second) {
        long onset = clock.wallMillis();
        Attribution last = null;
        for (int i = 1; i <= seconds; i++) {
            clock.pass(Duration.ofSeconds(1));
            second.accept(i);
            Look look = probe().look();
            Climb climb = new Climb(onset, 0, 0, 0, 0, 100_000, null);
            last = attributor().tick(look, new Reading(look.atMillis(), Stage.SUSPECT, Concern.CLIMB, climb, ""));
        }
        assertThat(last).isNotNull();
        return last;
    }

    private void newReports(int second) {
        for (int i = 0; i < 100; i++) {
            target.add(0, "cache:report:" + new UUID(random.nextLong(), random.nextLong()) + ":pdf", 1_000, true);
        }
    }

    @Test
    void manySmallKeys() {
        ordinaryKeys();
        Attribution found = climb(8, this::newReports);
        assertThat(found.culprit()).isInstanceOfSatisfying(Culprit.Prefix.class, prefix -> {
            assertThat(prefix.pattern()).isEqualTo("cache:report:<uuid>:pdf");
            assertThat(prefix.prefix()).isEqualTo("cache:report:");
            assertThat(prefix.share()).isBetween(0.7, 1.0);
            assertThat(prefix.newKeys()).isTrue();
            assertThat(prefix.withoutTtlShare()).isGreaterThan(0.8);
            assertThat(prefix.confidence()).isGreaterThanOrEqualTo(0.99);
            assertThat(prefix.bytesPerSecond()).isBetween(70_000.0, 130_000.0);
        });
        assertThat(found.prefixes()).hasSizeLessThanOrEqualTo(5).first().extracting(PrefixShare::pattern)
            .isEqualTo("cache:report:<uuid>:pdf");
        assertThat(found.serverCpuNanos()).isLessThan(200_000_000);
        assertThat(attributor().tick(probe().look(), Reading.calm(clock.wallMillis()))).isNull();
    }

    /** Nothing is known from before: it is named all the same, from two samples of the climb itself, and says so. */
    @Test
    void aClimbThatIsOnWhenWeCome() {
        ordinaryKeys();
        Attribution found = go(10, this::newReports);
        assertThat(found.culprit()).isInstanceOfSatisfying(Culprit.Prefix.class, prefix -> {
            assertThat(prefix.pattern()).isEqualTo("cache:report:<uuid>:pdf");
            assertThat(prefix.share()).isBetween(0.7, 1.0);
        });
        assertThat(found.caveat()).isEqualTo("Nothing older is known: compared with keys met 1 s into the climb.");
        assertThat(found.samples()).isGreaterThan(1_000);
    }

    /** A slow target is asked less at a time, so that the next look is not late; what is left is drawn later. */
    @Test
    void aSlowTargetDoesNotHoldUpTheLooks() {
        ordinaryKeys();
        target.slowness(() -> clock.pass(Duration.ofMillis(1)));
        long longest = 0;
        for (int second = 0; second < 60; second++) {
            long before = clock.monotonicNanos();
            Look look = probe().look();
            attributor().tick(look, Reading.calm(look.atMillis()));
            longest = Math.max(longest, clock.monotonicNanos() - before);
            clock.pass(Duration.ofSeconds(1));
        }
        assertThat(Duration.ofNanos(longest)).isLessThan(Duration.ofMillis(1_200));
        assertThat(attributor().figures().get("samples")).isGreaterThanOrEqualTo(5_000);
    }

    @Test
    void aListThatTheCensusKnew() {
        ordinaryKeys();
        PlantedTarget.Key queue = target.add(0, "queue:mail", "list", 100_000, 500, true);
        Attribution found = climb(3, second -> {
            queue.bytes += 200_000;
            queue.elements += 1_000;
        });
        assertThat(found.culprit()).isInstanceOfSatisfying(Culprit.Key.class, key -> {
            assertThat(key.name()).isEqualTo("queue:mail");
            assertThat(key.type()).isEqualTo("list");
            assertThat(key.elements()).isEqualTo(3_500);
            assertThat(key.share()).isGreaterThan(0.9);
        });
    }

    /** Nothing but the names of what is written tells of it. */
    @Test
    void oneNewValueThatGrows() {
        ordinaryKeys();
        String name = "export:\u0007<img>";
        target.pushes().add(new Reply.Push(
                List.of(FakeTarget.bulk("invalidate"), new Reply.Items(List.of(FakeTarget.bulk("job:7"), FakeTarget.bulk(name))))));
        PlantedTarget.Key[] value = new PlantedTarget.Key[1];
        Attribution found = climb(4, second -> {
            if (second == 1) {
                value[0] = target.add(0, name, "string", 0, 0, true);
            }
            value[0].bytes += 300_000;
        });
        assertThat(found.culprit()).isInstanceOfSatisfying(Culprit.Key.class, key -> assertThat(key.name()).isEqualTo("export:\\x07<img>"));
    }

    /** Where nobody may listen, random keys see nothing of it: no prefix is blamed, and that is said. */
    @Test
    void oneNewValueThatNobodyTellsUsOf() {
        options = AttributeOptions.DEFAULTS.withWriteBursts(false).withCensusKeysPerSecond(0);
        ordinaryKeys();
        learn();
        Attribution found = go(20, second -> target.hidden(second * 300_000L));
        assertThat(found.culprit()).isInstanceOfSatisfying(Culprit.Undecided.class,
                undecided -> assertThat(undecided.reason()).startsWith("not a prefix: random keys show"));
        assertThat(target.listened()).isZero();
    }

    @Test
    void aClientThatDoesNotRead() {
        ordinaryKeys();
        target.answer("CLIENT LIST", request -> FakeTarget.bulk(
                "id=3 addr=10.0.0.1:5 name=web flags=N cmd=get tot-mem=20000\nid=9 addr=10.0.0.2:6 name=slow\u202esub flags=P user=app cmd=subscribe tot-mem=7900000\n"));
        Attribution found = climb(4, second -> target.buffers(second * 2_000_000L));
        assertThat(found.culprit()).isInstanceOfSatisfying(Culprit.ClientBuffer.class, client -> {
            assertThat(client.id()).isEqualTo(9);
            assertThat(client.kind()).isEqualTo("pubsub");
            assertThat(client.user()).isEqualTo("app");
            assertThat(client.share()).isGreaterThan(0.9);
        });
        target.answer("CLIENT LIST", request -> new Reply.Failure("NOPERM no"));
    }

    @Test
    void aClientThatDoesNotReadAndNobodyMayBeAskedFor() {
        ordinaryKeys();
        target.answer("CLIENT LIST", request -> new Reply.Failure("NOPERM this user has no permissions"));
        assertThat(climb(4, second -> target.buffers(second * 2_000_000L)).culprit())
            .isInstanceOfSatisfying(Culprit.Undecided.class,
                    undecided -> assertThat(undecided.reason()).contains("CLIENT LIST is not allowed"));
    }

    @Test
    void aTableThatIsResizedIsHarmless() {
        ordinaryKeys();
        assertThat(climb(3, second -> target.tables(16_000_000)).culprit())
            .isInstanceOfSatisfying(Culprit.ServerOverhead.class, overhead -> assertThat(overhead.harmless()).isTrue());
    }

    @Test
    void nothingGrowsMuch() {
        ordinaryKeys();
        Attribution found = climb(5, second -> target.add(0, "job:x" + second, 400, true));
        assertThat(found.culprit()).isInstanceOfSatisfying(Culprit.Undecided.class,
                undecided -> assertThat(undecided.reason()).startsWith("too early to tell"));
    }

    @Test
    void withoutMemoryUsageKeysAreCounted() {
        ordinaryKeys();
        target.answer("MEMORY USAGE", request -> new Reply.Failure("ERR unknown subcommand 'USAGE'. Try MEMORY HELP."));
        assertThat(climb(10, this::newReports).culprit()).isInstanceOfSatisfying(Culprit.Prefix.class,
                prefix -> assertThat(prefix.pattern()).isEqualTo("cache:report:<uuid>:pdf"));
    }

    @Test
    void withoutAnythingItIsSaid() {
        ordinaryKeys();
        for (String command : List.of("RANDOMKEY", "MEMORY USAGE", "SCAN", "TYPE", "PTTL", "SELECT", "CLIENT LIST", "CLIENT TRACKING")) {
            target.answer(command, request -> new Reply.Failure("NOPERM this user has no permissions to run the command"));
        }
        assertThat(climb(5, this::newReports).culprit())
            .isInstanceOfSatisfying(Culprit.Undecided.class,
                    undecided -> assertThat(undecided.reason()).isEqualTo("not known: RANDOMKEY is not allowed"));
    }

    @Test
    void keysThatVanishAreLeftOut() {
        ordinaryKeys();
        target.vanishing(0.4);
        assertThat(climb(10, this::newReports).culprit()).isInstanceOf(Culprit.Prefix.class);
        assertThat(attributor().figures().get("vanished")).isGreaterThan(5_000L);
    }

    @Test
    void severalDatabases() {
        ordinaryKeys();
        for (int i = 0; i < KEYS / 4; i++) {
            target.add(7, "sess:" + new UUID(random.nextLong(), random.nextLong()), 300, false);
        }
        Attribution found = climb(10, second -> {
            for (int i = 0; i < 200; i++) {
                target.add(7, "sess:" + new UUID(random.nextLong(), random.nextLong()), 500, true);
            }
        });
        assertThat(found.culprit()).isInstanceOfSatisfying(Culprit.Prefix.class, prefix -> {
            assertThat(prefix.database()).isEqualTo(7);
            assertThat(prefix.pattern()).isEqualTo("sess:<*>");
        });
    }

    @Test
    void binaryKeysHugeKeysAndPrefixesWithoutEnd() {
        ordinaryKeys();
        byte[] noise = new byte[12];
        for (int i = 0; i < KEYS / 5; i++) {
            random.nextBytes(noise);
            target.add(0, "bin:" + new String(noise, StandardCharsets.ISO_8859_1), 200, true);
            target.add(0, Long.toString(random.nextLong(), 36) + ":" + i, 100, true);
        }
        target.add(0, "huge:hash", "hash", 100L << 20, 1_000_000, true);
        target.add(0, "n".repeat(1 << 20), "string", 1 << 21, 1, true);
        Attribution found = climb(10, second -> {
            for (int i = 0; i < 2_000; i++) {
                random.nextBytes(noise);
                target.add(0, "bin:" + new String(noise, StandardCharsets.ISO_8859_1), 3_000, true);
            }
        });
        assertThat(found.culprit()).isInstanceOfSatisfying(Culprit.Prefix.class,
                prefix -> assertThat(prefix.pattern()).isEqualTo("bin:<bin>"));
        assertThat(attributor().bigKeys()).first().extracting(Culprit.Key::name).isEqualTo("huge:hash");
        assertThat(attributor().prefixes()).allSatisfy(share -> assertThat(share.pattern().length()).isLessThan(300));
    }

    @Test
    void aLinkThatBreaksInTheMiddleIsNoEnd() {
        ordinaryKeys();
        learn();
        int[] broken = new int[1];
        target.answer("PTTL", request -> {
            if (++broken[0] % 1_000 == 999) {
                throw new UncheckedIOException(new IOException("a reply that takes more than the limit"));
            }
            return new Reply.Whole(-1);
        });
        go(10, this::newReports);
        assertThat(attributor().figures().get("failures")).isPositive();
        assertThat(attributor().lastFailure()).isNotEmpty();
        target.answer("PTTL", request -> new Reply.Whole(-1));
        assertThat(go(8, this::newReports).culprit()).isInstanceOf(Culprit.Prefix.class);
    }

    @Test
    void afterARestartNothingFromBeforeCounts() {
        ordinaryKeys();
        learn();
        target.restart();
        assertThat(go(2, this::newReports).culprit()).isInstanceOfSatisfying(Culprit.Undecided.class,
                undecided -> assertThat(undecided.reason()).startsWith("too early to tell"));
        assertThat(go(6, this::newReports).caveat()).as("from samples since only").startsWith("Nothing older is known");
    }

    @Test
    void aCofferdamTellsItself() {
        ordinaryKeys();
        long[] bytes = {1_000_000};
        target.answer("COMPARTMENT INFO",
                request -> FakeTarget.bulk("name:cache\r\nused_bytes:5\r\nmax_bytes:10\r\nkeys:3\r\nfull:reject\r\n\r\n"
                        + "name:jobs\r\nused_bytes:5\r\nmax_bytes:10\r\nkeys:3\r\nfull:reject\r\n"));
        target.answer("COMPARTMENT PREFIXES",
                request -> FakeTarget.word(request, 2).equals("jobs")
                        ? new Reply.Items(List.of(prefix("queue:", 5_000_000, 10)))
                        : new Reply.Items(
                                List.of(prefix("cache:page:", 2_000_000, 2_000), prefix("cache:report:", bytes[0], bytes[0] / 500))));
        Attribution found = climb(3, second -> bytes[0] += 400_000);
        assertThat(found.culprit()).isInstanceOfSatisfying(Culprit.Prefix.class, prefix -> {
            assertThat(prefix.prefix()).isEqualTo("cache:report:");
            assertThat(prefix.growthBytes()).isEqualTo(1_200_000);
            assertThat(prefix.share()).isEqualTo(1);
            assertThat(prefix.shareMargin()).isZero();
            assertThat(prefix.newKeys()).isTrue();
        });
        assertThat(attributor().prefixesOf("cache")).extracting(PrefixShare::pattern).containsExactly("cache:report:…", "cache:page:…");
        assertThat(attributor().prefixesOf("jobs")).extracting(PrefixShare::pattern).containsExactly("queue:…");
        assertThat(attributor().prefixesOf("connections")).isEmpty();
        assertThat(attributor().prefixesOf("jobs")).first().extracting(PrefixShare::withoutTtlShare).as("nobody counts that")
            .isEqualTo(PrefixShare.UNKNOWN);
        Climb climb = new Climb(clock.wallMillis() - 3_000, 0, 0, 0, 0, 0, null);
        assertThat(attributor().ofCompartment("cache", climb, clock.wallMillis())).isNotNull().extracting(Attribution::growthBytes)
            .isEqualTo(1_200_000L);
        assertThat(attributor().ofCompartment("other", climb, clock.wallMillis())).isNull();
    }

    private static Reply prefix(String name, long bytes, long keys) {
        return new Reply.Items(List.of(FakeTarget.bulk("prefix"), FakeTarget.bulk(name), FakeTarget.bulk("bytes"), new Reply.Whole(bytes),
                FakeTarget.bulk("keys"), new Reply.Whole(keys)));
    }

    /** Hours of calm cost what they may and no more. */
    @Test
    void calmIsCheap() {
        ordinaryKeys();
        learn();
        long before = probe().governor().spentNanos();
        for (int i = 0; i < 7 * 3600; i++) {
            clock.pass(Duration.ofSeconds(1));
            Look look = probe().look();
            attributor().tick(look, Reading.calm(look.atMillis()));
        }
        assertThat((probe().governor().spentNanos() - before) / (7 * 3600e9)).isLessThan(0.0051);
        assertThat(attributor().prefixes()).extracting(PrefixShare::pattern).containsExactly("cache:page:<n>:v2", "job:<n>", "sess:<*>");
    }
}
