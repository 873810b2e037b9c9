// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.attribute;

import dev.cofferdam.resp.client.UnexpectedReplyException;
import dev.cofferdam.watch.detect.Climb;
import dev.cofferdam.watch.detect.Reading;
import dev.cofferdam.watch.detect.Stage;
import dev.cofferdam.watch.probe.Capability;
import dev.cofferdam.watch.probe.CostGovernor.Work;
import dev.cofferdam.watch.probe.InfoText;
import dev.cofferdam.watch.probe.Look;
import dev.cofferdam.watch.probe.Probe;
import dev.cofferdam.watch.probe.Sample;
import dev.cofferdam.watch.text.Words;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * Names what grows in one target, and who writes it. Entry of this package: give it each look of the probe with the detector's reading, once a second.
 *
 * <p>While calm it learns: random keys, the biggest keys, the clients. When something is suspected it explains the climb, a step a second, and goes on until the reading is calm again. All
 * it asks goes through the probe's link and is charged to the probe's governor. Never throws for what a target does.
 *
 * <p>One thread, that of the target.
 */
public final class Attributor {
    private static final long MEASURE_MILLIS = 10_000;
    private static final long CLIENTS_MILLIS = 60_000;
    private static final long TABLE_MILLIS = 10_000;
    private static final long TABLE_STRETCH_MILLIS = 5 * 60_000;
    private static final int LEARN_STEP = 2_000;
    /** Drawn as soon as a target is reached: some 40 ms of its processor time, once. */
    private static final int BASELINE_KEYS = 5_000;
    /** Drawing and walking end after so long of a second; the rest is for the next. */
    private static final Duration TURN = Duration.ofMillis(400);
    private static final int PREFIXES_SHOWN = 50;
    private static final long EXACT_MILLIS = 10_000;
    /** An onset that moves by less is the same climb, better known. */
    private static final long ONSET_MOVES_MILLIS = 30_000;

    private final Probe probe;
    private final Asking asking;
    private final AttributeOptions options;
    private final PrefixTree tree;
    private final PrefixTable table;
    private final BigKeys bigKeys;
    private final Census census;
    private final RandomKeys randomKeys;
    private final SampleBook book = new SampleBook();
    private final TargetHistory history = new TargetHistory();
    private final WriterWatch writers;
    private final ExactBooks exact = new ExactBooks();

    private @Nullable Suspicion suspicion;
    private @Nullable Attribution attribution;
    private List<PrefixShare> prefixes = List.of();
    private long measuredMillis = Long.MIN_VALUE / 2;
    private long clientsMillis = Long.MIN_VALUE / 2;
    private long tableMillis = Long.MIN_VALUE / 2;
    private long exactMillis = Long.MIN_VALUE / 2;
    private long lastCommands;
    private long lastMillis;
    private double opsPerSecond;
    private int baselineLeft;
    private long failures;
    private String lastFailure = "";

    /** @param seed of the little chance that is needed here; the keys are drawn by the target */
    public Attributor(Probe probe, long seed, AttributeOptions options) {
        this.probe = probe;
        this.options = options;
        this.asking = new Asking(probe);
        this.tree = new PrefixTree(new PrefixPins(options.workloads()));
        this.table = new PrefixTable(tree);
        this.bigKeys = new BigKeys(options.bigKeys());
        this.census = new Census(bigKeys);
        this.randomKeys = new RandomKeys(asking, tree, bigKeys, new Random(seed));
        this.writers = new WriterWatch(probe, asking);
    }

    /**
     * Draws a baseline of random keys at once, however long that takes: about seven microseconds of the target's processor time a key. For tests; a tick draws its own, in steps.
     */
    public void drawBaseline(Look look, int samples) {
        Sample sample = look.sample();
        if (sample == null) {
            return;
        }
        asking.takeTime();
        attempt(() -> {
            for (int left = samples; left > 0; left -= LEARN_STEP) {
                asking.governor().grant(Work.RANDOM_KEY, Work.MEMORY_USAGE, Work.TIME_TO_LIVE, LEARN_STEP);
                randomKeys.draw(Math.min(left, LEARN_STEP), look.info(), sample, book.at(sample.atMillis()));
            }
            book.cut();
        });
    }

    /** Walks over all keys at once for the big ones, which otherwise takes a quarter of an hour a million: for tests, and for a user who would rather pay for it now. */
    public void walkNow(Look look) {
        Sample sample = look.sample();
        if (sample == null) {
            return;
        }
        asking.takeTime();
        attempt(() -> {
            // A walk meets empty places of the table too, and some keys twice.
            for (long walked = 0; walked <= 4 * sample.keys() + LEARN_STEP && census.passes() == 0; walked += LEARN_STEP) {
                asking.governor().grant(Work.SCANNED_KEY, Work.MEMORY_USAGE, Work.OTHER, LEARN_STEP);
                census.step(LEARN_STEP, look.info(), asking, sample.atMillis());
            }
        });
    }

    private interface Questions {
        void ask() throws IOException;
    }

    private void attempt(Questions questions) {
        try {
            questions.ask();
        } catch (IOException | UnexpectedReplyException e) {
            failures++;
            lastFailure = String.valueOf(e.getMessage());
        }
    }

    /** After each look: what is known of the climb that is on, or null while there is none. */
    public @Nullable Attribution tick(Look look, Reading reading) {
        boolean anew = look.change() == Look.Change.RESTARTED || look.change() == Look.Change.OTHER_MASTER;
        if (anew) {
            forget();
        }
        if (anew || look.change() == Look.Change.FIRST) {
            baselineLeft = BASELINE_KEYS;
        }
        Sample sample = look.sample();
        if (sample == null) {
            return attribution;
        }
        remember(look, sample);
        Climb climb = reading.stage().atLeast(Stage.SUSPECT) ? reading.climb() : null;
        asking.governor().suspect(climb != null);
        asking.hurry(TURN);
        try {
            if (climb != null) {
                suspected(look, sample, climb.onsetMillis());
            } else {
                calm(look, sample);
            }
        } catch (IOException | UnexpectedReplyException e) {
            // The link is gone, or the target said what it should not; the next look will see, and the next tick goes on.
            failures++;
            lastFailure = String.valueOf(e.getMessage());
            if (climb != null && attribution == null) {
                attribution = new Attribution(sample.atMillis(), new Culprit.Undecided("not known yet: " + KeyText.word(lastFailure)), 0,
                        List.of(), List.of(), 0, 0);
            }
        }
        return attribution;
    }

    private void remember(Look look, Sample sample) {
        double seconds = (sample.atMillis() - lastMillis) / 1000.0;
        if (lastMillis > 0 && seconds > 0) {
            opsPerSecond = Math.max(0, sample.commands() - lastCommands) / seconds;
        }
        lastMillis = sample.atMillis();
        lastCommands = sample.commands();
        history.add(TargetHistory.Point.of(sample, look.info()));
    }

    private void suspected(Look look, Sample sample, long onsetMillis) throws IOException {
        Suspicion current = suspicion;
        boolean another = current != null && current.named() == null && Math.abs(current.onsetMillis() - onsetMillis) > ONSET_MOVES_MILLIS;
        if (current == null || another) {
            current = new Suspicion(onsetMillis, sample.atMillis(), new Suspicion.Tools(probe, asking, tree, table, bigKeys, census,
                    randomKeys, book, history, writers, options));
            suspicion = current;
        }
        if (asking.can(Capability.COMPARTMENT_PREFIXES)) {
            exact.look(look.compartments().keySet(), asking, sample.atMillis());
        }
        Attribution sampled = current.step(look, sample, opsPerSecond);
        // What a Cofferdam counts itself is better than any sample; single keys and buffers it does not tell.
        boolean estimated = sampled.culprit() instanceof Culprit.Prefix || sampled.culprit() instanceof Culprit.Undecided;
        Attribution counted = estimated && !exact.isEmpty() ? exactly(null, onsetMillis, sample.atMillis(), sampled) : null;
        attribution = counted == null ? sampled : counted;
    }

    private void calm(Look look, Sample sample) throws IOException {
        long now = sample.atMillis();
        if (suspicion != null) {
            suspicion = null;
            attribution = null;
            writers.forget();
        }
        if (now - exactMillis >= EXACT_MILLIS && asking.can(Capability.COMPARTMENT_PREFIXES)) {
            exactMillis = now;
            exact.look(look.compartments().keySet(), asking, now);
        }
        if (baselineLeft > 0) {
            drawBaseline(look.info(), sample);
        }
        randomKeys.draw(options.samplesPerSecond(), look.info(), sample, book.at(now));
        if (now - measuredMillis >= MEASURE_MILLIS) {
            measuredMillis = now;
            bigKeys.measure(asking, now);
        }
        if (now - clientsMillis >= CLIENTS_MILLIS) {
            clientsMillis = now;
            writers.look(look.info(), now);
        }
        census.step(options.censusKeysPerSecond(), look.info(), asking, now);
        if (now - tableMillis >= TABLE_MILLIS) {
            tableMillis = now;
            drawTable(now);
        }
    }

    /** A step of it: without something to compare with, a climb that begins soon can be named from two samples of its own only. */
    private void drawBaseline(InfoText info, Sample sample) throws IOException {
        int step = Math.min(baselineLeft, LEARN_STEP);
        asking.governor().grant(Work.RANDOM_KEY, Work.MEMORY_USAGE, Work.TIME_TO_LIVE, step);
        int drawn = randomKeys.draw(step, info, sample, book.at(sample.atMillis()));
        baselineLeft -= drawn == 0 ? step : drawn;
        book.cut();
    }

    private void drawTable(long now) {
        if (!exact.isEmpty()) {
            prefixes = counted(null, now);
            return;
        }
        Composition last = book.since(now - TABLE_STRETCH_MILLIS);
        Composition earlier = book.before(now - TABLE_STRETCH_MILLIS, 0);
        double seconds = earlier.samples() == 0
                ? 0
                : ((last.fromMillis() + last.untilMillis()) / 2.0 - (earlier.fromMillis() + earlier.untilMillis()) / 2.0) / 1000;
        prefixes = table.calm(earlier, last, seconds);
    }

    private List<PrefixShare> counted(@Nullable String compartment, long now) {
        long from = exact.fromMillis(now - TABLE_STRETCH_MILLIS);
        return exactShares(exact.since(from, compartment), Math.max(1, (now - from) / 1000.0), PREFIXES_SHOWN);
    }

    /** What one compartment of a Cofferdam holds and what grows there: its own keys only, as it counts them. */
    public List<PrefixShare> prefixesOf(String compartment) {
        return exact.isEmpty() ? List.of() : counted(compartment, exact.lastMillis());
    }

    /**
     * Growth of one compartment since an onset, as the Cofferdam counts it: for the detector of that compartment. Null where the target has none, or it did not grow.
     */
    public @Nullable Attribution ofCompartment(String compartment, Climb climb, long atMillis) {
        return exact.isEmpty() ? null : exactly(compartment, climb.onsetMillis(), atMillis, null);
    }

    private @Nullable Attribution exactly(@Nullable String compartment, long onsetMillis, long now, @Nullable Attribution sampled) {
        List<ExactBooks.Grown> grown = exact.since(onsetMillis, compartment);
        long growth = grown.stream().mapToLong(each -> Math.max(0, each.bytes())).sum();
        if (growth <= 0) {
            return null;
        }
        double seconds = Math.max(1, (now - onsetMillis) / 1000.0);
        ExactBooks.Grown first = grown.getFirst();
        double share = (double) first.bytes() / growth;
        double usual = (double) first.now().bytes() / Math.max(1, first.now().keys());
        boolean newKeys = first.keys() > 0 && first.keys() * usual >= 0.25 * first.bytes();
        Culprit culprit = share < GrowthRule.SHARE
                ? new Culprit.Undecided("not one prefix: the largest, " + name(first) + ", has " + Words.percent(share) + " of the growth")
                : new Culprit.Prefix(0, name(first), first.prefix().name(), first.bytes(), share, 0, first.bytes() / seconds, newKeys,
                        withoutTtl(sampled), 1);
        return new Attribution(now, culprit, growth, exactShares(grown, seconds, 5),
                sampled == null ? writers.writers() : sampled.writers(),
                sampled == null ? 0 : sampled.samples(), sampled == null ? 0 : sampled.serverCpuNanos());
    }

    /** The one thing that is not counted for each prefix. */
    private static double withoutTtl(@Nullable Attribution sampled) {
        return sampled != null && sampled.culprit() instanceof Culprit.Prefix prefix ? prefix.withoutTtlShare() : PrefixShare.UNKNOWN;
    }

    private static String name(ExactBooks.Grown grown) {
        String name = grown.prefix().name();
        return name.isEmpty() ? "names without a separator" : KeyText.ofLatin(name) + "…";
    }

    private static List<PrefixShare> exactShares(List<ExactBooks.Grown> grown, double seconds, int max) {
        double growth = grown.stream().mapToLong(each -> Math.max(0, each.bytes())).sum();
        List<PrefixShare> shares = new ArrayList<>();
        for (ExactBooks.Grown each : grown) {
            shares.add(new PrefixShare(0, name(each), each.now().bytes(), each.now().keys(), each.bytes() / seconds,
                    growth <= 0 ? 0 : each.bytes() / growth, 0, PrefixShare.UNKNOWN));
        }
        shares.sort(Comparator.comparingDouble(PrefixShare::growthShare).reversed().thenComparing(
                Comparator.comparingLong(PrefixShare::bytes).reversed()));
        return List.copyOf(shares.subList(0, Math.min(max, shares.size())));
    }

    private void forget() {
        suspicion = null;
        attribution = null;
        book.clear();
        history.clear();
        bigKeys.clear();
        census.restart();
        exact.clear();
        writers.forget();
    }

    /** What is there and what grows, calm or not; largest first while calm, most grown first during a climb. */
    public List<PrefixShare> prefixes() {
        Attribution now = attribution;
        return now == null || now.prefixes().isEmpty() ? prefixes : now.prefixes();
    }

    /** Those with the largest buffers, as last asked. */
    public List<Writer> clients() {
        return writers.largest();
    }

    /** The largest single keys known, largest first; growth is that of the last minutes. */
    public List<Culprit.Key> bigKeys() {
        return bigKeys.entries().stream().sorted(Comparator.comparingLong((BigKeys.Entry each) -> each.last().bytes()).reversed())
            .map(each -> {
                BigKeys.Measure from = each.at(Long.MIN_VALUE);
                double seconds = (each.last().atMillis() - from.atMillis()) / 1000.0;
                long grown = each.growth(from, each.last());
                return new Culprit.Key(each.database(), KeyText.of(each.name()), each.type(), each.last().elements(), grown, 0,
                        seconds <= 0 ? 0 : grown / seconds);
            }).toList();
    }

    /** What is being looked at, and what could not be, in figures by name; for the metrics and for people. */
    public Map<String, Long> figures() {
        return Map.of("samples", randomKeys.drawn(), "vanished", randomKeys.vanished(), "prefixes", (long) tree.nodes(), "unplaced",
                tree.unplaced(), "big_keys", (long) bigKeys.entries().size(), "census_passes", (long) census.passes(), "census_keys",
                census.lastPassKeys(), "failures", failures, "server_cpu_nanos", asking.governor().spentNanos());
    }

    /** Why the last question failed; empty when none has. */
    public String lastFailure() {
        return lastFailure;
    }
}
