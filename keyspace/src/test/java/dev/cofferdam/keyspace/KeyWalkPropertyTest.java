// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.keyspace;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cofferdam.memory.Mem;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * A walk beside changes: who copies each key as the walk meets it, and applies every change to a key that has been passed, has exactly what there is; however the tables
 * grow and shrink meanwhile, and never a key twice.
 */
class KeyWalkPropertyTest {
    private static final long SEED = Long.getLong("cofferdam.seed", 20261123L);
    private static final int NAMES = 12_000;

    @Test
    void whatIsMetAndWhatIsForwardedIsWhatThereIs() {
        Random random = new Random(SEED);
        for (int round = 0; round < 60; round++) {
            try (KeyspaceHarness harness = KeyspaceHarness.single(32 << 20, 1 << 15, FullPolicy.REJECT)) {
                new Round(harness, random, "seed " + SEED + " round " + round).play();
            }
        }
    }

    private static final class Round {
        private final KeyspaceHarness harness;
        private final Random random;
        private final String name;
        private final KeyWalk walk;
        private final Map<String, Integer> model = new HashMap<>();
        private final Map<String, Integer> copy = new HashMap<>();
        private int changes;

        Round(KeyspaceHarness harness, Random random, String name) {
            this.harness = harness;
            this.random = random;
            this.name = name;
            walk = new KeyWalk(harness.keyspace);
        }

        void play() {
            int start = random.nextInt(8) == 0 ? 0 : random.nextInt(NAMES);
            for (int i = 0; i < start; i++) {
                set(random.nextInt(NAMES), false);
            }
            boolean grows = random.nextBoolean();
            int keys = 1 + random.nextInt(200);
            int between = random.nextInt(400);
            for (boolean more = true; more;) {
                more = visit(random.nextInt(keys));
                for (int i = random.nextInt(between + 1); i > 0 && more; i--) {
                    change(random.nextInt(20) == 0 ? !grows : grows);
                }
                if (random.nextInt(300) == 0 && more) {
                    harness.compartment().clear();
                    walk.complete(0, -1);
                    model.clear();
                    copy.clear();
                }
            }
            assertThat(copy).as(name).isEqualTo(model);
            assertThat(walk.isComplete(0)).isTrue();
            change(true);
            assertThat(copy).as("%s: all is forwarded after the end", name).isEqualTo(model);
        }

        /** A slice of the walk, which may end anywhere; false at the end. */
        private boolean visit(int keys) {
            walk.resume();
            for (int i = 0; i < keys; i++) {
                if (!walk.next(harness.compartment())) {
                    return false;
                }
                assertThat(copy.put(text(walk.key()), value(walk.key()))).as("%s: %s was visited before", name, text(walk.key())).isNull();
                walk.pass();
            }
            return true;
        }

        private void change(boolean grows) {
            int number = random.nextInt(NAMES);
            if (grows) {
                set(number, true);
            } else if (random.nextInt(10) == 0) {
                set(number, true);
            } else {
                delete(number);
            }
        }

        private static String text(Key key) {
            return key.database + " " + key;
        }

        private static int value(Key key) {
            return Mem.getInt(key.valueAddress());
        }

        private Key key(int number) {
            Key key = new Key();
            String text = "k" + number;
            key.set(number % 3, harness.put(text), text.length());
            harness.keyspace.locate(key);
            return key;
        }

        private void set(int number, boolean forwarded) {
            assertThat(harness.compartment().admit(200)).isTrue();
            Key key = key(number);
            if (!key.exists()) {
                harness.compartment().create(key, BlockKind.STRING_RAW, 8);
            }
            Mem.putInt(key.valueAddress(), ++changes);
            model.put(text(key), changes);
            if (forwarded && walk.hasPassed(0, key.database, key.address, key.length)) {
                copy.put(text(key), changes);
            }
            harness.compartment().endCommand();
        }

        private void delete(int number) {
            Key key = key(number);
            if (key.exists()) {
                harness.compartment().delete(key);
            }
            model.remove(text(key));
            if (walk.hasPassed(0, key.database, key.address, key.length)) {
                copy.remove(text(key));
            }
        }
    }

    /** Keys of one hash are one place: the walk says that it must not stop among them. */
    @Test
    void keysThatCannotBeToldApartByTheirHashStayTogether() {
        try (KeyspaceHarness harness = KeyspaceHarness.single(32 << 20, 1 << 15, FullPolicy.REJECT)) {
            assertThat(harness.compartment().admit(2000)).isTrue();
            for (String name : new String[] {"a", "b", "c"}) {
                Key key = harness.key(name);
                key.route(harness.compartment(), 7); // no two names of one hash are at hand
                harness.compartment().create(key, BlockKind.STRING_RAW, 8);
            }
            Hashes same = new Hashes(harness);
            assertThat(same.visitedInOneGo()).isEqualTo(3);
            for (String name : new String[] {"a", "b", "c"}) {
                Key key = new Key();
                key.set(0, harness.put(name), 1);
                key.route(harness.compartment(), 7);
                harness.compartment().peekAnyway(key);
                harness.compartment().delete(key);
            }
            harness.compartment().endCommand();
        }
    }

    private record Hashes(KeyspaceHarness harness) {
        int visitedInOneGo() {
            KeyWalk walk = new KeyWalk(harness.keyspace) {
                @Override
                long placeOf(long entry) {
                    return Long.reverse(7);
                }
            };
            int visited = 0;
            assertThat(walk.isBetweenPlaces()).isTrue();
            while (walk.next(harness.compartment())) {
                assertThat(walk.isAlone()).isFalse();
                walk.pass();
                visited++;
                assertThat(walk.isBetweenPlaces()).isEqualTo(visited == 3);
            }
            return visited;
        }
    }
}
