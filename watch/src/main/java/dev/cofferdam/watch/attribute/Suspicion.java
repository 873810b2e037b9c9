// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.attribute;

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
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One climb being explained, step by step, a step each second: buffers of clients, then the server's own, then single big keys, then prefixes by random samples. In this order, since
 * random keys cannot see what grows inside one key and would blame a prefix for it.
 *
 * <p>Owns what has been sampled since the onset. One thread.
 */
final class Suspicion {
    private static final Duration BURST_TIME = Duration.ofMillis(300);
    private static final int BURST_KEYS = 1_000;
    private static final double BURST_OPS_MAX = 100_000;
    private static final double BURST_HEADROOM_MIN = 0.005;
    private static final double MOST = 0.5;
    private static final double DATA_MIN = 0.25;
    private static final long TABLE_MIN_BYTES = 1 << 20;
    /** Samples of a baseline are enough from here on; before an onset that is seen late, some seconds are left out. */
    private static final int BASELINE = 60_000;
    private static final int BASELINE_MIN = 500;
    private static final int LATE_BASELINE = 3_000;
    private static final long ONSET_ERROR_MILLIS = 3_000;
    /** So many steps at most are spent on it. */
    private static final int LATE_STEPS = 4;
    private static final int NAMED_SAMPLES = 200;
    private static final int BATCHES_MAX = 60;
    private static final long LOOK_FREQUENTLY_MILLIS = 30_000;
    private static final long RATE_MIN_MILLIS = 4_000;
    private static final long RATE_MAX_MILLIS = 30_000;
    private static final int SCATTERED_SAMPLES = 20_000;

    private final long onsetMillis;
    private final long startedMillis;
    private final Probe probe;
    private final Asking asking;
    private final PrefixTree tree;
    private final PrefixTable table;
    private final BigKeys bigKeys;
    private final Census census;
    private final RandomKeys randomKeys;
    private final SampleBook book;
    private final TargetHistory history;
    private final WriterWatch writers;
    private final AttributeOptions options;
    private final long spentBefore;
    private final Composition before;
    /** Nothing is known from before the climb: it is compared with what was met first within it. */
    private final boolean late;
    private final List<Composition> since = new ArrayList<>();
    private long samples;
    private int steps;
    private double rate;
    private @Nullable Culprit named;
    private GrowthRule.@Nullable Verdict verdict;

    /** What a suspicion works with; all of it is the attributor's. */
    record Tools(Probe probe, Asking asking, PrefixTree tree, PrefixTable table, BigKeys bigKeys, Census census, RandomKeys randomKeys,
            SampleBook book, TargetHistory history, WriterWatch writers, AttributeOptions options) {
    }

    Suspicion(long onsetMillis, long nowMillis, Tools tools) {
        this.onsetMillis = onsetMillis;
        this.startedMillis = nowMillis;
        this.probe = tools.probe;
        this.asking = tools.asking;
        this.tree = tools.tree;
        this.table = tools.table;
        this.bigKeys = tools.bigKeys;
        this.census = tools.census;
        this.randomKeys = tools.randomKeys;
        this.book = tools.book;
        this.history = tools.history;
        this.writers = tools.writers;
        this.options = tools.options;
        this.spentBefore = asking.governor().spentNanos();
        Composition earlier = book.before(onsetMillis - ONSET_ERROR_MILLIS, BASELINE);
        this.late = earlier.samples() < BASELINE_MIN;
        this.before = late ? book.since(Long.MIN_VALUE) : earlier;
    }

    long onsetMillis() {
        return onsetMillis;
    }

    /** One second later. */
    Attribution step(Look look, Sample sample, double opsPerSecond) throws IOException {
        long now = sample.atMillis();
        rate = rate(now);
        TargetHistory.Point then = history.at(onsetMillis);
        TargetHistory.Point last = history.last();
        long grown = sample.usedBytes() - then.sample().usedBytes();
        lookAtWriters(look.info(), sample, opsPerSecond, now);
        Culprit buffers = buffers(look.info(), then, last, grown);
        if (buffers != null) {
            steps++;
            return attribution(now, buffers, grown, List.of());
        }
        Culprit overhead = overhead(then, last, grown);
        Culprit found = overhead != null ? overhead : data(look.info(), sample, then, opsPerSecond, now);
        steps++;
        List<PrefixShare> shares = verdict == null ? List.of() : table.climb(verdict, since, rate);
        return attribution(now, found, Math.max(grown, 0), shares);
    }

    /** Of the keys' bytes, over the last seconds: a detector that waits out spikes is behind by some. */
    private double rate(long now) {
        TargetHistory.Point from = history.at(now - Math.clamp(now - onsetMillis, RATE_MIN_MILLIS, RATE_MAX_MILLIS));
        long millis = now - from.sample().atMillis();
        return millis <= 0 ? 0 : Math.max(0, history.last().keyBytes() - from.keyBytes()) * 1000.0 / millis;
    }

    private Attribution attribution(long now, Culprit culprit, long grown, List<PrefixShare> shares) {
        return new Attribution(now, culprit, grown, shares, writers.writers(), samples, asking.governor().spentNanos() - spentBefore,
                caveat(culprit));
    }

    private String caveat(Culprit culprit) {
        return late && culprit instanceof Culprit.Prefix
                ? "Nothing older is known: compared with keys met " + Words.millis(startedMillis - onsetMillis) + " into the climb."
                : "";
    }

    private void lookAtWriters(InfoText info, Sample sample, double opsPerSecond, long now) throws IOException {
        boolean young = now - startedMillis < LOOK_FREQUENTLY_MILLIS;
        if (steps % (young ? 2 : 10) == 0) {
            writers.look(info, now);
        }
        if (steps > 0) {
            writers.monitor(sample, opsPerSecond, now);
        }
    }

    private @Nullable Culprit buffers(InfoText info, TargetHistory.Point then, TargetHistory.Point now, long grown)
            throws IOException {
        long clients = now.sample().clientBytes() - then.sample().clientBytes();
        long replicas = now.sample().replicaBytes() - then.sample().replicaBytes();
        boolean ofClients = clients > 0 && clients >= MOST * grown;
        boolean ofReplicas = replicas > 0 && replicas >= MOST * (grown + replicas);
        long buffers = Math.max(ofClients ? clients : 0, ofReplicas ? replicas : 0);
        if (buffers < TABLE_MIN_BYTES) {
            return null;
        }
        if (steps % 2 != 0 || steps > 30) {
            writers.look(info, now.sample().atMillis());
        }
        for (ClientTable.Line line : writers.table().byBuffers()) {
            if (line.isReplica() == ofReplicas || !ofReplicas) {
                double share = Math.min(1, (double) line.bufferBytes() / buffers);
                if (share < KeyGrowth.SHARE) {
                    return new Culprit.Undecided("buffers of " + writers.table().lines().size() + " clients grow, " + Words.bytes(buffers)
                            + " together; the largest, " + line.address() + ", holds " + Words.bytes(line.bufferBytes()));
                }
                return new Culprit.ClientBuffer(line.id(), line.address(), line.name(), line.user(), line.kind(), line.bufferBytes(),
                        share);
            }
        }
        return new Culprit.Undecided("buffers of clients grow, " + Words.bytes(buffers) + "; which client's is not known: "
                + Capability.CLIENT_LIST.command() + " is not allowed");
    }

    /** What is neither data nor buffers. */
    private @Nullable Culprit overhead(TargetHistory.Point then, TargetHistory.Point now, long grown) {
        boolean dataGrows = now.keyBytes() - then.keyBytes() >= DATA_MIN * grown;
        if (grown < TABLE_MIN_BYTES || dataGrows) {
            return null;
        }
        long tables = now.tableBytes() - then.tableBytes();
        if (tables >= MOST * grown) {
            return new Culprit.ServerOverhead("the table of keys is being resized", tables, true);
        }
        long appendOnly = now.appendOnlyBytes() - then.appendOnlyBytes();
        if (appendOnly >= MOST * grown) {
            return new Culprit.ServerOverhead("the buffer of the append-only file: the disk does not keep up", appendOnly, false);
        }
        long backlog = now.backlogBytes() - then.backlogBytes();
        if (backlog >= MOST * grown) {
            return new Culprit.ServerOverhead("the replication backlog", backlog, true);
        }
        long scripts = now.scriptBytes() - then.scriptBytes();
        if (scripts >= MOST * grown) {
            return new Culprit.ServerOverhead("scripts and what they hold", scripts, false);
        }
        return null;
    }

    private Culprit data(InfoText info, Sample sample, TargetHistory.Point then, double opsPerSecond, long now) throws IOException {
        boolean measure = now - startedMillis < LOOK_FREQUENTLY_MILLIS || steps % 5 == 0;
        if (measure) {
            bigKeys.measure(asking, now);
        }
        if (named == null && (steps == 0 || steps == 3 || steps % 10 == 8)) {
            listenToWrites(info, sample, opsPerSecond, now);
        }
        long growth = TargetHistory.keyBytesOf(sample) - then.keyBytes();
        List<KeyGrowth.Grown> keys = KeyGrowth.of(bigKeys.entries(), onsetMillis, history);
        Culprit key = KeyGrowth.culprit(keys, tree, growth);
        draw(info, sample, now);
        double known = Math.min(1, keys.stream().mapToDouble(KeyGrowth.Grown::share).sum());
        verdict = GrowthRule.judge(table.current(before), since.stream().map(table::current).toList(), known, tree);
        Culprit prefix = prefix(verdict);
        boolean keyIsMore = key instanceof Culprit.Key one && (!(prefix instanceof Culprit.Prefix other) || one.share() >= other.share());
        if (keyIsMore || key instanceof Culprit.Prefix && prefix == null) {
            named = key;
        } else if (prefix != null && !KeyGrowth.isUnclear(bigKeys.entries())) {
            named = prefix;
        }
        return named != null ? named : undecided(verdict, growth, sample);
    }

    private void draw(InfoText info, Sample sample, long now) throws IOException {
        int wanted = steps == 0 ? options.suspectSamplesFirst() : options.suspectSamplesPerSecond();
        if (samples >= options.suspectSamplesMax()) {
            wanted = options.samplesPerSecond();
        } else if (named != null) {
            wanted = Math.min(wanted, NAMED_SAMPLES);
        }
        if (late && steps < LATE_STEPS && before.samples() < LATE_BASELINE) {
            samples += randomKeys.draw(LATE_BASELINE - (int) before.samples(), info, sample, before, book.at(now));
            return;
        }
        Composition batch = new Composition(now);
        samples += randomKeys.draw(wanted, info, sample, batch, book.at(now));
        if (batch.samples() > 0) {
            since.add(batch);
        }
        if (since.size() > BATCHES_MAX) {
            since.getFirst().add(since.remove(1));
        }
    }

    /** Which keys are written, and of these which are big: the one that grows is among them, however new it is. */
    private void listenToWrites(InfoText info, Sample sample, double opsPerSecond, long now) throws IOException {
        boolean room = sample.limitBytes() == 0 || sample.headroomBytes() > BURST_HEADROOM_MIN * sample.limitBytes();
        if (!options.writeBursts() || !asking.can(Capability.CLIENT_TRACKING) || !room || opsPerSecond > BURST_OPS_MAX) {
            return;
        }
        WriteListener listener = new WriteListener();
        probe.listen(listener, BURST_TIME);
        asking.governor().charge(Work.WRITTEN_KEY, listener.heard());
        asking.governor().charge(Work.OTHER, 20);
        List<byte[]> keys = listener.keys(asking.governor().allowed(BURST_KEYS, Work.MEMORY_USAGE));
        if (keys.isEmpty()) {
            return;
        }
        // The server does not say of which database a name is.
        for (InfoText.Database database : asking.databases(info)) {
            bigKeys.add(asking.sizes(database.number(), keys, false), asking, now);
        }
    }

    private @Nullable Culprit prefix(GrowthRule.Verdict judged) {
        GrowthRule.Share share = judged.named();
        if (share == null) {
            return null;
        }
        int group = Composition.group(share.id());
        double growth = share.share() * judged.growthBytes();
        return new Culprit.Prefix(Composition.database(share.id()), tree.pattern(group), tree.literal(group), Math.round(growth),
                Math.min(1, share.share()), share.margin(), Math.max(0, share.share() * rate), share.newKeys(), withoutTtl(share.id()),
                share.confidence());
    }

    /** Of the group's growth the part without a time to live. */
    private double withoutTtl(long id) {
        int depth = tree.path(Composition.group(id)).length;
        Composition all = new Composition(onsetMillis);
        since.forEach(each -> all.add(table.current(each)));
        Composition old = table.current(before);
        double grown = part(all, id, depth, false) - part(old, id, depth, false);
        double forever = part(all, id, depth, true) - part(old, id, depth, true);
        return grown <= 0 ? 0 : Math.clamp(forever / grown, 0, 1);
    }

    /** Bytes of all below one group, or of those of them without a time to live. */
    private double part(Composition composition, long id, int depth, boolean withoutTtlOnly) {
        double bytes = 0;
        for (Map.Entry<Long, Composition.Tally> each : composition.tallies().entrySet()) {
            int[] path = tree.path(Composition.group(each.getKey()));
            boolean below = path.length >= depth && depth > 0 && path[depth - 1] == Composition.group(id)
                    && Composition.database(each.getKey()) == Composition.database(id);
            bytes += !below ? 0 : withoutTtlOnly ? each.getValue().withoutTtlBytes : each.getValue().bytes;
        }
        return composition.samples() == 0 ? 0 : composition.targetKeys() * bytes / composition.samples();
    }

    private Culprit undecided(GrowthRule.Verdict judged, long growth, Sample sample) {
        double part = (double) growth / Math.max(1, TargetHistory.keyBytesOf(sample) - growth);
        if (!asking.can(Capability.RANDOM_KEY)) {
            return new Culprit.Undecided("not known: " + Capability.RANDOM_KEY.command() + " is not allowed");
        }
        if (before.samples() < BASELINE_MIN) {
            return new Culprit.Undecided("too early to tell: there are no samples from before the climb to compare with");
        }
        if (judged.tooEarly() || samples < SCATTERED_SAMPLES) {
            return new Culprit.Undecided("too early to tell: the data has grown by " + Words.percent(part) + leaders(judged));
        }
        GrowthRule.Share first = judged.shares().isEmpty() ? null : judged.shares().getFirst();
        double seen = judged.shares().stream().mapToDouble(GrowthRule.Share::share).sum();
        if (first != null && first.margin() < 0.15 && seen < MOST) {
            return new Culprit.Undecided(
                    "not a prefix: random keys show " + Words.percent(Math.max(0, seen)) + " of the growth, so it is inside few keys; "
                            + (census.passes() > 0
                                    ? "none of the big keys known has it"
                                    : "the search for big keys is at "
                                            + Words.percent(census.progress(sample.keys()))));
        }
        if (first != null && first.margin() < 0.15 && first.share() + first.margin() < GrowthRule.SHARE) {
            return new Culprit.Undecided("not one prefix: the growth is spread over many" + leaders(judged));
        }
        return new Culprit.Undecided("not clear yet after " + samples + " samples" + leaders(judged));
    }

    /** The top three, each with its margin: never a name without it. */
    private String leaders(GrowthRule.Verdict judged) {
        StringBuilder text = new StringBuilder();
        for (GrowthRule.Share share : judged.shares().subList(0, Math.min(3, judged.shares().size()))) {
            text.append(text.isEmpty() ? "; so far " : ", ").append(tree.pattern(Composition.group(share.id()))).append(' ')
                .append(Words.percent(share.share())).append(" (±").append(Math.round(share.margin() * 100)).append(')');
        }
        return text.toString();
    }

    @Nullable
    Culprit named() {
        return named;
    }

    GrowthRule.@Nullable Verdict verdict() {
        return verdict;
    }
}
