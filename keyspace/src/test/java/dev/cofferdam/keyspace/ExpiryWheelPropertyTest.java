// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.keyspace;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Random TTLs, changes, deletes, block moves and clock jumps against a TreeMap of deadlines. */
class ExpiryWheelPropertyTest {
    private static final long START_MILLIS = 1_795_000_000_000L;
    private static final long LATE_MAX_MILLIS = 1 << ExpiryWheel.TICK_MILLIS_SHIFT;

    private final SplittableRandom random;
    private final long seed;
    private long now = START_MILLIS;

    ExpiryWheelPropertyTest() {
        seed = Long.getLong("cofferdam.seed", System.nanoTime());
        random = new SplittableRandom(seed);
    }

    /** The compartment's part, on a heap map: expiry words by hash, and the naive model beside it. */
    private final class Keys implements ExpiryWheel.Sink {
        final ModelBlockStore store = new ModelBlockStore(64 << 20);
        final ExpiryWheel wheel = new ExpiryWheel(store, now);
        final Map<Long, Long> words = new HashMap<>();
        /** When each key must be gone: its deadline, or the time at which it was given one in the past. */
        final Map<Long, Long> goneBy = new HashMap<>();
        final TreeMap<Long, Set<Long>> byDeadline = new TreeMap<>();

        void expireAt(long hash, long deadline) {
            store.admit(ExpiryWheel.boundBytes());
            Long word = words.get(hash);
            int tick;
            if (word != null && wheel.covers(ExpiryWord.tick(word), deadline)) {
                tick = ExpiryWord.tick(word);
            } else {
                tick = wheel.tickOf(deadline);
                wheel.file(hash, tick);
            }
            store.admit(0);
            persist(hash);
            put(hash, deadline, tick);
        }

        private void put(long hash, long deadline, int tick) {
            words.put(hash, ExpiryWord.withTick(ExpiryWord.withMillis(0, deadline), tick));
            long by = Math.clamp(deadline, now, ExpiryWord.MILLIS_MASK);
            goneBy.put(hash, by);
            byDeadline.computeIfAbsent(by, d -> new HashSet<>()).add(hash);
        }

        void persist(long hash) {
            if (words.remove(hash) != null) {
                long by = goneBy.remove(hash);
                Set<Long> same = byDeadline.get(by);
                same.remove(hash);
                if (same.isEmpty()) {
                    byDeadline.remove(by);
                }
            }
        }

        @Override
        public void due(long hash, int tick) {
            Long word = words.get(hash);
            if (word == null || ExpiryWord.tick(word) != tick) {
                return;
            }
            long deadline = ExpiryWord.millis(word);
            persist(hash);
            if (deadline > now) {
                int next = wheel.tickOf(deadline);
                wheel.file(hash, next);
                put(hash, deadline, next);
            }
        }

        boolean advance(int budget) {
            store.admit(ExpiryWheel.boundBytes(budget));
            boolean done = wheel.advance(now, words.size(), budget, this);
            store.admit(0);
            return done;
        }

        void catchUp() {
            int calls = 0;
            while (!advance(1 + random.nextInt(200))) {
                assertThat(++calls).as("catching up ends").isLessThan(1_000_000);
            }
        }

        void audit() {
            Map<Long, Set<Integer>> filed = new HashMap<>();
            wheel.audit((hash, tick) -> filed.computeIfAbsent(hash, h -> new HashSet<>()).add(tick));
            words.forEach((hash, word) -> assertThat(filed.getOrDefault(hash, Set.of())).as("the valid record of " + hash)
                .contains(ExpiryWord.tick(word)));
            assertThat(wheel.chunkBytes()).isEqualTo(store.liveBytes());
        }

        void nothingIsLate() {
            if (!byDeadline.isEmpty()) {
                assertThat(byDeadline.firstKey()).as("oldest deadline left at " + now).isGreaterThan(now - LATE_MAX_MILLIS);
            }
        }
    }

    private long ttl() {
        return switch (random.nextInt(8)) {
            case 0 -> random.nextLong(2_000) - 500;
            case 1 -> random.nextLong(70_000);
            case 2 -> random.nextLong(4_000_000);
            case 3 -> 1_800_000;
            case 4 -> random.nextLong(400_000_000L);
            case 5 -> random.nextLong(40_000_000_000L);
            case 6 -> random.nextLong(ExpiryWord.MILLIS_MASK - START_MILLIS);
            default -> random.nextInt(100) == 0 ? Long.MAX_VALUE - now : random.nextLong(300);
        };
    }

    @Test
    void sameAsTheModel() {
        System.out.println("repeat with -pl keyspace -Dtest=ExpiryWheelPropertyTest -Dcofferdam.seed=" + seed);
        for (int round = 0; round < 30; round++) {
            now = START_MILLIS;
            Keys keys = new Keys();
            int population = 1 << random.nextInt(12);
            for (int step = 0; step < 3_000; step++) {
                long hash = hash(random.nextInt(population));
                switch (random.nextInt(16)) {
                    case 0, 1, 2, 3, 4, 5, 6 -> keys.expireAt(hash, now + ttl());
                    case 7 -> keys.persist(hash);
                    case 8 -> keys.store.moveOne(random, keys.wheel);
                    case 9 -> {
                        now += random.nextInt(300);
                        keys.advance(1 + random.nextInt(20));
                    }
                    case 10, 11, 12 -> {
                        now += random.nextInt(2_000);
                        keys.catchUp();
                        keys.nothingIsLate();
                    }
                    case 13 -> {
                        if (random.nextInt(20) == 0) {
                            now += random.nextLong(1L << random.nextInt(40));
                            keys.catchUp();
                            keys.nothingIsLate();
                        }
                    }
                    case 14 -> {
                        if (random.nextInt(30) == 0) {
                            now -= random.nextLong(1L << random.nextInt(36)); // somebody set the clock back,
                            keys.advance(1); // which the wheel learns before the next command files by the new time
                        }
                    }
                    default -> {
                        if (random.nextInt(50) == 0) {
                            keys.audit();
                        }
                    }
                }
            }
            keys.catchUp();
            keys.nothingIsLate();
            keys.audit();
            assertThat(keys.wheel.records()).isLessThanOrEqualTo(2L * keys.words.size() + ExpiryWheel.STALE_FREE);
            if (random.nextBoolean()) {
                List.copyOf(keys.words.keySet()).forEach(keys::persist);
                keys.catchUp();
            } else {
                keys.wheel.clear();
            }
            assertThat(keys.store.liveBytes()).as("bytes left by an empty wheel").isZero();
            keys.store.close();
        }
    }

    private static long hash(long n) {
        return (n + 1) * 0x9E3779B97F4A7C15L;
    }

    @Test
    void lockKeysSetAndDeletedAgainAndAgainStayBounded() {
        Keys keys = new Keys();
        for (int cycle = 0; cycle < 200_000; cycle++) {
            long hash = hash(cycle % 3);
            keys.persist(hash);
            keys.expireAt(hash, now + 3_600_000);
            now += cycle % 10 == 0 ? 1 : 0;
            keys.advance(4);
        }
        keys.catchUp();
        keys.audit();
        assertThat(keys.wheel.records()).isLessThanOrEqualTo(2 * 3 + ExpiryWheel.STALE_FREE);
        assertThat(keys.store.peakBytes()).isLessThan(64_000);
        keys.store.close();
    }

    @Test
    void aSlidingTtlFilesNothingUntilTheOldDeadline() {
        Keys keys = new Keys();
        keys.expireAt(hash(1), now + 1_800_000);
        for (int i = 0; i < 1_700; i++) {
            now += 1_000;
            keys.expireAt(hash(1), now + 1_800_000);
            keys.catchUp();
            assertThat(keys.wheel.records()).isEqualTo(1);
        }
        keys.store.close();
    }
}
