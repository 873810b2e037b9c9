// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.notify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cofferdam.watch.detect.Stage;
import dev.cofferdam.watch.incident.Incident;
import dev.cofferdam.watch.incident.IncidentState;
import dev.cofferdam.watch.notify.ChannelQueue.News;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** What is told, in which order, and how often: without time, threads and network. */
class ChannelQueueTest {
    private static final long SEED = Long.getLong("cofferdam.seed", 42);

    private final NotifyOptions options = new NotifyOptions("w", "", "", 10, 900, 1_000, List.of());
    private final ToldBook told = new ToldBook(null);

    /** A channel that is never asked to deliver. */
    private record Named(String name, Stage fromStage, boolean canUpdate, long repeatMillis) implements Channel {
        @Override
        public ChannelOptions options() {
            return new ChannelOptions.Exec(name, fromStage, List.of());
        }

        @Override
        public Outcome deliver(Message message, String reference) {
            throw new AssertionError("nothing is sent here");
        }
    }

    private ChannelQueue queue(Stage from, boolean canUpdate, long repeat) {
        return new ChannelQueue(new Named("c", from, canUpdate, repeat), told, options, SEED);
    }

    private static Incident incident(String id, Stage stage, IncidentState state) {
        Incident base = Messages.paged().incident();
        return new Incident(id, base.target(), base.onsetMillis(), base.concern(), stage, state, base.reading(), base.attribution(), 0, 0,
                state == IncidentState.RESOLVED ? base.onsetMillis() + 1 : 0, base.timeline());
    }

    @Test
    void aChannelForPagesHearsOfPagesAndTheirEnds() {
        ChannelQueue queue = queue(Stage.PAGE, true, 0);
        queue.offer(incident("a", Stage.NOTIFY, IncidentState.OPEN), 0);
        queue.offer(incident("a", Stage.NOTIFY, IncidentState.RESOLVED), 0);
        assertThat(queue.due(10_000)).isNull();
        queue.offer(incident("b", Stage.PAGE, IncidentState.OPEN), 0);
        News page = queue.due(10_000);
        assertThat(page).isNotNull();
        assertThat(page.kind).isEqualTo(Message.Kind.OPENED);
        queue.delivered(page, "ref", 10_000, 0);
        assertThat(queue.reference("b")).isEqualTo("ref");
        queue.offer(incident("b", Stage.PAGE, IncidentState.RESOLVED), 20_000);
        News end = queue.due(20_000);
        assertThat(end).isNotNull();
        assertThat(end.kind).isEqualTo(Message.Kind.RESOLVED);
    }

    @Test
    void newsThatComeWhileOldOnesWaitTakeTheirPlace() {
        ChannelQueue queue = queue(Stage.NOTIFY, true, 0);
        queue.offer(incident("a", Stage.NOTIFY, IncidentState.OPEN), 0);
        News first = queue.due(0);
        assertThat(first).isNotNull();
        assertThat(queue.failed(first, 60_000, 0)).isTrue();
        queue.offer(incident("a", Stage.NOTIFY, IncidentState.ACKNOWLEDGED), 1_000);
        assertThat(queue.size()).isEqualTo(1);
        assertThat(queue.due(59_999)).as("it asked for a minute").isNull();
        News newer = queue.due(60_000);
        assertThat(newer).isNotNull();
        assertThat(newer.kind).isEqualTo(Message.Kind.OPENED);
        assertThat(newer.incident.state()).isEqualTo(IncidentState.ACKNOWLEDGED);
    }

    @Test
    void newsThatComeWhileOldOnesAreSentAreNotLost() {
        ChannelQueue queue = queue(Stage.NOTIFY, true, 0);
        queue.offer(incident("a", Stage.NOTIFY, IncidentState.OPEN), 0);
        News first = queue.due(0);
        assertThat(first).isNotNull();
        queue.offer(incident("a", Stage.PAGE, IncidentState.OPEN), 100);
        queue.delivered(first, "", 200, 0);
        assertThat(queue.due(1_199)).as("a second between two messages").isNull();
        News second = queue.due(1_200);
        assertThat(second).isNotNull();
        assertThat(second.incident.stage()).isEqualTo(Stage.PAGE);
    }

    @Test
    void aLiveIncidentIsRepeatedUntilItEnds() {
        ChannelQueue queue = queue(Stage.NOTIFY, true, 60_000);
        queue.offer(incident("a", Stage.NOTIFY, IncidentState.OPEN), 0);
        for (long now = 0; now < 300_000; now += 60_000) {
            News news = queue.due(now);
            assertThat(news).as("at %d", now).isNotNull();
            assertThat(news.kind).isEqualTo(now == 0 ? Message.Kind.OPENED : Message.Kind.REPEATED);
            queue.delivered(news, "", now, 0);
            assertThat(queue.due(now + 59_999)).isNull();
        }
        queue.offer(incident("a", Stage.NOTIFY, IncidentState.RESOLVED), 300_000);
        News end = queue.due(301_000);
        assertThat(end).isNotNull();
        assertThat(end.kind).isEqualTo(Message.Kind.RESOLVED);
        queue.delivered(end, "", 301_000, 0);
        assertThat(queue.untilDueMillis(301_000)).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void aFullQueueGivesUpTheLeast() {
        ChannelQueue queue = queue(Stage.NOTIFY, true, 0);
        for (int i = 0; i < ChannelQueue.WAITING_MAX; i++) {
            assertThat(queue.offer(incident("i" + i, Stage.NOTIFY, IncidentState.OPEN), i)).isNull();
        }
        News gaveWay = queue.offer(incident("page", Stage.PAGE, IncidentState.OPEN), 999);
        assertThat(gaveWay).isNotNull();
        assertThat(gaveWay.incident.id()).isEqualTo("i0");
        News first = queue.due(1_000);
        assertThat(first).isNotNull();
        assertThat(first.incident.id()).as("who is to be woken is woken first").isEqualTo("page");
    }

    /** Whatever happens in whatever order, in the end every reader knows the last state, and nobody is told the same twice in a row. */
    @Test
    void inTheEndEverybodyKnows() {
        for (int round = 0; round < 300; round++) {
            long seed = SEED + round;
            SplittableRandom chance = new SplittableRandom(seed);
            ToldBook book = new ToldBook(null);
            ChannelQueue queue = new ChannelQueue(new Named("c", Stage.values()[2 + chance.nextInt(2)], chance.nextBoolean(), 0), book,
                    options, seed);
            Map<String, Incident> last = new HashMap<>();
            Map<String, List<String>> heard = new HashMap<>();
            News sending = null;
            long now = 0;
            for (int step = 0; step < 200; step++) {
                now += chance.nextInt(3_000);
                String id = "i" + chance.nextInt(3);
                switch (chance.nextInt(3)) {
                    case 0 -> {
                        Incident before = last.get(id);
                        if (before == null || before.state().isLive()) {
                            Stage stage = Stage.values()[Math.max(before == null ? 2 : before.stage().ordinal(), 2 + chance.nextInt(2))];
                            Incident next = incident(id, stage, IncidentState.values()[1 + chance.nextInt(chance.nextInt(4) == 0 ? 4 : 3)]);
                            last.put(id, next);
                            queue.offer(next, now);
                        }
                    }
                    case 1 -> sending = sending == null ? queue.due(now) : sending;
                    default -> {
                        if (sending != null && chance.nextInt(3) > 0) {
                            queue.delivered(sending, "", now, 0);
                            heard.computeIfAbsent(sending.incident.id(), key -> new ArrayList<>()).add(sending.signature);
                        } else if (sending != null) {
                            queue.failed(sending, chance.nextInt(5_000), now);
                        }
                        sending = null;
                    }
                }
            }
            if (sending != null) {
                queue.delivered(sending, "", now, 0);
                heard.computeIfAbsent(sending.incident.id(), key -> new ArrayList<>()).add(sending.signature);
            }
            while (queue.untilDueMillis(now) != Long.MAX_VALUE) {
                now += Math.max(1, queue.untilDueMillis(now));
                News news = queue.due(now);
                if (news != null) {
                    queue.delivered(news, "", now, 0);
                    heard.computeIfAbsent(news.incident.id(), key -> new ArrayList<>()).add(news.signature);
                }
            }
            for (Map.Entry<String, List<String>> one : heard.entrySet()) {
                Told known = book.find("c", one.getKey());
                Incident is = last.get(one.getKey());
                assertThat(known).isNotNull();
                assertThat(known.over()).as("seed %d: repeat with -Dcofferdam.seed=%d", seed, seed).isEqualTo(!is.state().isLive());
                assertThat(known.stage()).as("seed %d", seed).isEqualTo(is.stage());
            }
        }
    }
}
