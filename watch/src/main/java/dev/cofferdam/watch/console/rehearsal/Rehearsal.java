// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.console.rehearsal;

import dev.cofferdam.watch.Feed;
import dev.cofferdam.watch.TargetState;
import dev.cofferdam.watch.attribute.Attribution;
import dev.cofferdam.watch.attribute.Culprit;
import dev.cofferdam.watch.attribute.PrefixShare;
import dev.cofferdam.watch.attribute.Writer;
import dev.cofferdam.watch.detect.Climb;
import dev.cofferdam.watch.detect.Concern;
import dev.cofferdam.watch.detect.Reading;
import dev.cofferdam.watch.detect.Stage;
import dev.cofferdam.watch.detect.TimeToFull;
import dev.cofferdam.watch.probe.Sample;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/**
 * The incident of 15:45 as a feed: a shared Redis that one prefix fills in four minutes, a calm one beside it, and one that may go away. Nothing is random: the
 * same second looks the same each time.
 *
 * <p>Moves by {@link #step} only, one second each. Any thread; listeners are called on the one that steps.
 */
public final class Rehearsal implements Feed {
    /** Name of the target that fills. */
    public static final String SHARED = "prod-shared";
    /** Name of the one that stays calm. */
    public static final String ORDERS = "orders";
    /** What fills it. */
    public static final String GUILTY = "cache:report:<uuid>:pdf";
    /** Calm seconds before the onset. */
    public static final int ONSET = 20;
    /** Seconds from onset to full, when nothing is done. */
    public static final int FILL = 240;

    private static final long LIMIT = 8L << 30;
    private static final long BASE = LIMIT - 2_450_000_000L;
    private static final double SLOPE = (LIMIT - BASE) / (double) FILL;
    private static final double GUILTY_SHARE = 0.92;

    private final long startMillis;
    private final RehearsedIncidents incidents;
    private final RehearsedPlans plans;
    private final RehearsedDrafts drafts;
    private final List<Consumer<TargetState>> listeners = new CopyOnWriteArrayList<>();

    // Guarded by this.
    private int second;
    private int containedAt = Integer.MAX_VALUE;
    private int droppedAt = Integer.MAX_VALUE;
    private boolean ordersReachable = true;
    private String guilty = GUILTY;

    /** @param startMillis wall clock at second 0 */
    public Rehearsal(long startMillis) {
        this.startMillis = startMillis;
        this.incidents = new RehearsedIncidents(this);
        this.plans = new RehearsedPlans(this);
        this.drafts = new RehearsedDrafts(this);
    }

    public RehearsedIncidents incidents() {
        return incidents;
    }

    public RehearsedPlans plans() {
        return plans;
    }

    public RehearsedDrafts drafts() {
        return drafts;
    }

    /** One second goes by. */
    public void step() {
        synchronized (this) {
            second++;
        }
        tell();
    }

    /** Steps until that many seconds after the onset. */
    public void stepTo(int afterOnset) {
        while (sinceOnset() < afterOnset) {
            step();
        }
    }

    /** Tells the listeners how things stand, without time going by: somebody has said or done something. */
    void tell() {
        for (TargetState state : targets()) {
            for (Consumer<TargetState> listener : listeners) {
                listener.accept(state);
            }
        }
    }

    /** Makes the calm target go away, or come back. */
    public void reachOrders(boolean reachable) {
        synchronized (this) {
            ordersReachable = reachable;
        }
    }

    /** Has another prefix fill the shared target; keys may be called anything. */
    public void accuse(String pattern) {
        synchronized (this) {
            guilty = pattern;
        }
    }

    synchronized void contain(boolean drop) {
        containedAt = Math.min(containedAt, second);
        droppedAt = drop ? Math.min(droppedAt, second) : droppedAt;
    }

    synchronized void release() {
        containedAt = Integer.MAX_VALUE;
    }

    /** Seconds; negative before. */
    public synchronized int sinceOnset() {
        return second - ONSET;
    }

    synchronized long nowMillis() {
        return startMillis + second * 1000L;
    }

    long onsetMillis() {
        return startMillis + ONSET * 1000L;
    }

    synchronized boolean isContained() {
        return second >= containedAt;
    }

    synchronized int sinceContained() {
        return second - containedAt;
    }

    synchronized String guilty() {
        return guilty;
    }

    @Override
    public synchronized List<TargetState> targets() {
        return List.of(shared(), orders());
    }

    @Override
    public Subscription subscribe(Consumer<TargetState> listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    private long climbedBytes() {
        int until = Math.min(second, containedAt);
        double climbed = Math.max(0, until - ONSET) * SLOPE;
        double dropped = second <= droppedAt ? 0 : Math.min(1, (second - droppedAt) / 12.0) * GUILTY_SHARE * climbed;
        return (long) Math.min(climbed - dropped, LIMIT - BASE);
    }

    long refusedWrites() {
        long fullFor = Math.max(0, Math.min(second, containedAt) - ONSET - FILL);
        return fullFor * 412;
    }

    Stage stage() {
        int since = sinceOnset();
        if (isContained() && sinceContained() > 60) {
            return Stage.CALM;
        }
        return since < 8 ? Stage.CALM : since < 22 ? Stage.SUSPECT : since < 30 ? Stage.NOTIFY : Stage.PAGE;
    }

    Reading reading() {
        Stage stage = stage();
        long now = nowMillis();
        if (stage == Stage.CALM) {
            return Reading.calm(now);
        }
        long used = BASE + climbedBytes();
        boolean full = used >= LIMIT;
        double slope = isContained() ? 0 : SLOPE;
        double likely = (LIMIT - used) / SLOPE;
        TimeToFull toFull = slope <= 0 || full ? null : new TimeToFull(likely, likely * 0.4, likely * 2.1);
        return new Reading(now, stage, full ? Concern.FULL : Concern.CLIMB,
                new Climb(onsetMillis(), BASE, used, LIMIT, (long) (climbedBytes() * 0.9), slope, toFull),
                full
                        ? "the limit is reached and writes are refused"
                        : "climbed " + climbedBytes() / 1_000_000 + " MB in " + sinceOnset() + " s, beyond anything seen in 7 days");
    }

    private TargetState shared() {
        Attribution attribution = stage() == Stage.CALM || sinceOnset() < 9 ? null : attribution();
        long climbed = climbedBytes();
        long used = BASE + climbed + wave();
        Sample sample = new Sample(nowMillis(), Math.min(used, LIMIT), LIMIT, used - 120_000_000, 9_400_000, 0, 4_210_000 + climbed / 9_000,
                1_900_000, refusedWrites(), 0, 81_000 + second * 40L, 9_000_000L + second * 5_400L, 410_000L + second * 180L,
                12_000_000L + second * 8_100L, second * 14_000_000L, false);
        return new TargetState(SHARED, "10.0.3.5:6379", "Valkey 8.0.1", "noeviction", "", true, sample, reading(), attribution,
                prefixes(climbed), clients(), incidents.current(), RehearsedInfo.of(sample, "noeviction", second));
    }

    private long wave() {
        return second <= ONSET ? (long) (6_000_000 * Math.sin(second / 3.0)) : 0;
    }

    Attribution attribution() {
        long growth = Math.max(1, climbedBytes());
        double rate = isContained() ? 0 : SLOPE * GUILTY_SHARE;
        int literal = guilty.indexOf('<');
        Culprit culprit = new Culprit.Prefix(0, guilty, literal < 0 ? guilty : guilty.substring(0, literal), (long) (growth * GUILTY_SHARE),
                GUILTY_SHARE, 0.06, rate, true, 1.0, 0.993);
        return new Attribution(nowMillis(), culprit, growth, prefixes(growth).subList(0, 3),
                List.of(new Writer(4711, "10.0.3.17:51544", "mailer-7", "app", "jedis-7.1.0", "SET", rate)), 12_000, 104_000_000L);
    }

    private List<PrefixShare> prefixes(long climbed) {
        boolean climbing = climbed > 0 && !isContained();
        double rate = climbing ? SLOPE : 20_000;
        return List.of(
                new PrefixShare(0, guilty, 90_000_000 + (long) (climbed * GUILTY_SHARE), 10_000 + climbed / 9_000,
                        climbing ? rate * GUILTY_SHARE : 0, climbing ? GUILTY_SHARE : 0, climbing ? 0.06 : 0, 1.0),
                new PrefixShare(0, "cache:page:<n>:v2", 2_210_000_000L + (long) (climbed * 0.05), 410_000, rate * 0.05, 0.05, 0.03, 0),
                new PrefixShare(0, "sess:<hex>", 1_640_000_000L, 2_050_000, rate * 0.02, 0.02, 0.02, 0),
                new PrefixShare(0, "bull:mail:<n>", 1_190_000_000L, 640_000, rate * 0.01, 0.01, 0.02, 1.0),
                new PrefixShare(0, "user:<n>:profile", 610_000_000L, 900_000, 0, 0, 0.01, 1.0),
                new PrefixShare(0, "ratelimit:<ip>", 140_000_000L, 200_000, -1_000, 0, 0.01, 0),
                new PrefixShare(0, "other", 95_000_000L, 31_000, 0, 0, 0.01, 0.4));
    }

    private List<Writer> clients() {
        return List.of(new Writer(4711, "10.0.3.17:51544", "mailer-7", "app", "jedis-7.1.0", "SET", stage() == Stage.CALM ? 0 : SLOPE),
                new Writer(12, "10.0.3.21:40222", "web-1", "app", "redis-py-5.0.1", "GET", 41_000),
                new Writer(13, "10.0.3.22:40310", "web-2", "app", "redis-py-5.0.1", "SETEX", 39_000),
                new Writer(88, "10.0.3.30:33980", "", "jobs", "bullmq-6.7.0", "XADD", 12_000));
    }

    private TargetState orders() {
        long limit = 2L << 30;
        Sample sample = new Sample(nowMillis(), 610_000_000 + 400L * second, limit, 590_000_000, 2_100_000, 0, 310_000, 290_000, 0, 0,
                9_000 + second * 3L, 1_000_000L + second * 900L, 20_000L + second * 14L, 3_000_000L + second * 1_200L, second * 3_000_000L,
                false);
        String trouble = ordersReachable ? "" : "connection refused by 10.0.4.9:6379; trying again every 5 s";
        Reading reading = ordersReachable
                ? Reading.calm(nowMillis())
                : new Reading(nowMillis(), Stage.NOTIFY, Concern.UNREACHABLE, null, "does not answer since " + second + " s");
        return new TargetState(ORDERS, "10.0.4.9:6379", "Redis 7.0.15", "noeviction", trouble, ordersReachable, sample, reading, null,
                List.of(new PrefixShare(0, "order:<n>", 520_000_000, 240_000, 400, 0.8, 0.1, 0),
                        new PrefixShare(0, "cart:<uuid>", 70_000_000, 70_000, 30, 0.1, 0.1, 0)),
                List.of(), null, RehearsedInfo.of(sample, "noeviction", second));
    }
}
