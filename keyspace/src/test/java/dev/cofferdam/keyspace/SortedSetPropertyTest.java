// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.keyspace;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cofferdam.keyspace.SortedSetModel.Element;
import dev.cofferdam.memory.Mem;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Random operations on sorted sets of both forms against {@link SortedSetModel}, in a budget so small that blocks move all the time, with the whole
 * structure checked again and again. Repeat a run with {@code -Dcofferdam.seed=<seed>}.
 */
class SortedSetPropertyTest {
    private static final long SEED = Long.getLong("cofferdam.seed", System.nanoTime() & 0xffffff);
    private static final int PAGE_BYTES = 1 << 14;
    private static final double[] ODD_SCORES = {0.0, -0.0, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, 1, -1, Double.MIN_VALUE,
        Double.MAX_VALUE};
    private static final int SETS = 4;

    private final SortedSetModel[] models = new SortedSetModel[SETS];
    private final SortedSetCursor cursor = new SortedSetCursor();
    private KeyspaceHarness harness;
    private Compartment compartment;
    private SortedSetValues values;
    private Random random;

    /** Names: 30 keep sets packed, 300 carry them over the edge and back, 20,000 make trees of three levels. */
    @ParameterizedTest
    @ValueSource(ints = {30, 300, 20_000})
    void behavesAsASortedMapWhileTheCleanerMovesBlocks(int names) {
        System.out.printf("SortedSetPropertyTest names=%d: mvn test -pl keyspace -Dtest=SortedSetPropertyTest -Dcofferdam.seed=%d%n", names,
                SEED);
        random = new Random(SEED + names);
        try (KeyspaceHarness opened = KeyspaceHarness.single(6 << 20, PAGE_BYTES, FullPolicy.REJECT)) {
            harness = opened;
            compartment = harness.compartment();
            values = compartment.sortedSets();
            for (int i = 0; i < SETS; i++) {
                models[i] = new SortedSetModel();
            }
            for (int step = 0; step < 120_000; step++) {
                act(step, names);
                if (step % 64 == 0) {
                    compartment.admit(100);
                    if (step % 128 == 0) {
                        compartment.heap().cleaner().cleanOnce(1);
                    } else {
                        compartment.heap().cleaner().cleanSome(1, 1 + step % 500); // mostly a part of a page, which the next one goes on with
                    }
                    compartment.endCommand();
                    if (step % 256 == 0) {
                        compartment.reclaimSome(); // slowly, so that blocks of half-deleted sets move too
                    }
                }
                if (step % 5_000 == 0) {
                    auditAll();
                    harness.arena.audit();
                }
            }
            auditAll();
            assertThat(compartment.heap().cleaner().cleanedPages()).as("blocks are meant to move").isPositive();
            for (int i = 0; i < SETS; i++) {
                compareAll(i);
                Key key = harness.key("z" + i);
                if (key.exists()) {
                    compartment.delete(key);
                }
            }
            while (compartment.reclaimSome()) {
                Thread.onSpinWait();
            }
            assertThat(compartment.heap().liveBytes()).isZero();
            assertThat(compartment.members().size()).isZero();
            assertThat(compartment.collections().live()).isZero();
        }
    }

    private void act(int step, int names) {
        int set = random.nextInt(SETS);
        SortedSetModel model = models[set];
        Key key = harness.key("z" + set);
        int action = random.nextInt(1000);
        String name = name(names);
        if (action < 700) {
            put(key, model, name, score());
        } else if (action < 850) {
            remove(key, model, name);
        } else if (action < 900) {
            compareMember(key, model, name);
        } else if (action < 950) {
            compareRange(key, model);
        } else if (action < 990) {
            compareCounts(key, model);
        } else if (action < 999) {
            removeRange(key, model);
        } else if (random.nextInt(1 + model.size() / 1000) == 0 && key.exists()) {
            compartment.delete(key);
            model.clear();
        }
        assertThat(SortedSetValues.count(key)).as("step %d", step).isEqualTo(model.size());
        assertThat(key.exists()).isEqualTo(model.size() > 0);
    }

    private String name(int names) {
        int number = random.nextInt(names);
        return number % 17 == 0 ? "long-name-".repeat(1 + number % 9) + number : number == 1 ? "" : "n" + number;
    }

    private double score() {
        return switch (random.nextInt(4)) {
            case 0 -> ODD_SCORES[random.nextInt(ODD_SCORES.length)];
            case 1 -> random.nextInt(5);
            case 2 -> 7;
            default -> random.nextGaussian();
        };
    }

    private void put(Key key, SortedSetModel model, String name, double score) {
        if (!compartment.admit(SortedSetValues.growthBound(key, 1, name.length()))) {
            compartment.endCommand();
            return;
        }
        compartment.locate(key); // admission moves blocks
        long address = harness.put(name);
        if (values.find(key, address, name.length())) {
            assertThat(values.score + 0.0).isEqualTo(model.score(name) + 0.0);
            values.setFound(key, score);
        } else {
            assertThat(model.score(name)).isNull();
            values.add(key, address, name.length(), score);
        }
        compartment.endCommand();
        model.put(name, score);
    }

    private void remove(Key key, SortedSetModel model, String name) {
        boolean found = values.find(key, harness.put(name), name.length());
        if (found) {
            values.removeFound(key);
        }
        assertThat(model.remove(name)).isEqualTo(found);
    }

    private void removeRange(Key key, SortedSetModel model) {
        if (model.size() == 0) {
            return;
        }
        int from = random.nextInt(model.size());
        int width = 1 + random.nextInt(model.size() - from);
        if (random.nextInt(1 + model.size() / 200) > 0) {
            width = Math.min(width, 20); // or no set ever gets large
        }
        values.removeRange(key, from, width);
        for (Element element : model.elements().subList(from, from + width)) {
            model.remove(element.name());
        }
    }

    private void compareMember(Key key, SortedSetModel model, String name) {
        boolean found = values.find(key, harness.put(name), name.length());
        assertThat(found).isEqualTo(model.score(name) != null);
        if (found) {
            assertThat(values.score + 0.0).isEqualTo(model.score(name) + 0.0);
            assertThat(values.rankOfFound(key)).isEqualTo(model.rank(name));
        }
    }

    private void compareCounts(Key key, SortedSetModel model) {
        double bound = score();
        boolean inclusive = random.nextBoolean();
        assertThat(values.countByScore(key, bound, inclusive)).isEqualTo(model.countByScore(bound, inclusive));
    }

    private void compareRange(Key key, SortedSetModel model) {
        if (model.size() == 0) {
            assertThat(values.seek(key, 0, cursor)).isFalse();
            return;
        }
        List<Element> elements = model.elements();
        int rank = random.nextInt(elements.size());
        boolean reverse = random.nextBoolean();
        boolean more = values.seek(key, rank, cursor);
        for (int i = 0; i < 100 && more; i++) {
            compare(elements.get(rank));
            rank += reverse ? -1 : 1;
            more = reverse ? cursor.previous() : cursor.next();
        }
        assertThat(more).isEqualTo(rank >= 0 && rank < elements.size());
    }

    private void compare(Element expected) {
        assertThat(new String(Mem.bytes(cursor.address, cursor.length), StandardCharsets.ISO_8859_1)).isEqualTo(expected.name());
        assertThat(cursor.score + 0.0).isEqualTo(expected.score() + 0.0); // a zero may lose its sign, see SortedSetValues
    }

    private void compareAll(int set) {
        Key key = harness.key("z" + set);
        boolean more = values.seek(key, 0, cursor);
        for (Element element : models[set].elements()) {
            assertThat(more).isTrue();
            compare(element);
            more = cursor.next();
        }
        assertThat(more).isFalse();
    }

    private void auditAll() {
        for (int i = 0; i < SETS; i++) {
            Key key = harness.key("z" + i);
            if (key.kind() == BlockKind.ZSET_LARGE) {
                OrderTreeAudit.check(compartment.members(), key.valueAddress());
            } else if (key.exists()) {
                OrderTreeAudit.checkPacked(key.valueAddress(), key.valueLength());
            }
        }
    }
}
