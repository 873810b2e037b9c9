// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.detect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cofferdam.watch.probe.Sample;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A detector that is saved and restored answers as if nothing had happened; what is damaged is refused, whatever the damage. */
class DetectorStateTest {
    private static final long SEED = Long.getLong("cofferdam.seed", 20261123L);
    private static final DetectorOptions OPTIONS = new DetectorOptions(0.1, Stage.PAGE);
    private static final long LIMIT = 1L << 30;

    @TempDir Path folder;

    /** A target of which each sample depends on chance: climbs, falls, gaps, restarts, refusals, a limit that changes. */
    private static final class Wild {
        private final Chance chance;
        private long atMillis = 1_767_571_200_000L;
        private double data = 0.4;
        private double clients;
        private double slope;
        private long limit = LIMIT;
        private final long[] counters = new long[6];
        private boolean evicting;

        Wild(long seed) {
            chance = new Chance(seed);
            evicting = chance.uniform() < 0.5;
        }

        Sample next() {
            double what = chance.uniform();
            atMillis += what < 0.001 ? (long) chance.between(-1e8, 1e8) : 700 + chance.below(600);
            slope = what > 0.99 ? chance.between(-0.004, 0.004) : slope;
            limit = what > 0.9995 ? (long) (chance.between(0, 2) * LIMIT) : limit;
            data = Math.clamp(data + slope + 0.0005 * chance.normal(), 0.01, 0.97);
            clients = chance.uniform() < 0.01 ? chance.between(0, 0.1) : clients * 0.9;
            for (int i = 0; i < counters.length; i++) {
                counters[i] += chance.below(100);
            }
            if (what > 0.9995) {
                Arrays.fill(counters, 0);
            }
            return new Sample(atMillis, (long) ((data + clients) * LIMIT), limit, (long) (data * LIMIT), (long) (clients * LIMIT), 0,
                    100_000, 0,
                    data > 0.95 ? counters[0] : 0, counters[1] * (data > 0.9 ? 50 : 1), 0, counters[2] * 20, counters[3], counters[4],
                    counters[5] * 1_000_000,
                    evicting);
        }
    }

    @Test
    void goesOnAsIfNothingHadHappened() {
        System.out.println("repeat with -pl watch -Dtest=DetectorStateTest -Dcofferdam.seed=" + SEED);
        int alarms = 0;
        for (int round = 0; round < 12; round++) {
            Wild wild = new Wild(SEED + round);
            TargetDetector whole = new TargetDetector(OPTIONS);
            TargetDetector interrupted = new TargetDetector(OPTIONS);
            for (int i = 0; i < 20_000; i++) {
                Sample sample = wild.next();
                Reading expected = whole.accept(sample);
                assertThat(interrupted.accept(sample)).as("round %d, sample %d", round, i).isEqualTo(expected);
                alarms += expected.stage() == Stage.CALM ? 0 : 1;
                if (i % 60 == 0) {
                    whole.observePrefix("prefix:" + i % 1_000, sample.datasetBytes());
                    interrupted.observePrefix("prefix:" + i % 1_000, sample.datasetBytes());
                }
                if (i % 1_777 == 1_776) {
                    byte[] state = DetectorState.save(interrupted);
                    DetectorState.Restored restored = DetectorState.restore(state, OPTIONS);
                    assertThat(restored.trouble()).isEmpty();
                    interrupted = restored.detector();
                    assertThat(DetectorState.save(interrupted)).as("saved again").isEqualTo(state);
                }
            }
        }
        assertThat(alarms).as("the target was wild enough").isGreaterThan(5_000);
    }

    private static TargetDetector experienced() {
        Wild wild = new Wild(SEED);
        TargetDetector detector = new TargetDetector(OPTIONS);
        for (int i = 0; i < 20_000; i++) {
            Sample sample = wild.next();
            detector.accept(sample);
            if (i % 100 == 0) {
                detector.observePrefix("p" + i % 7, sample.datasetBytes());
            }
        }
        return detector;
    }

    @Test
    void whatIsDamagedIsRefusedAndSaidSo() {
        byte[] state = DetectorState.save(experienced());
        assertThat(state.length).isLessThan(200_000);
        Chance chance = new Chance(SEED);
        for (int i = 0; i < 500; i++) {
            byte[] damaged = state.clone();
            int place = i < 16 ? i : chance.below(state.length);
            damaged[place] ^= (byte) (1 << chance.below(8));
            refused(damaged);
            refused(Arrays.copyOf(state, chance.below(state.length)));
        }
        refused(new byte[0]);
        refused(Arrays.copyOf(state, state.length + 1));
    }

    private static void refused(byte[] state) {
        DetectorState.Restored restored = DetectorState.restore(state, OPTIONS);
        assertThat(restored.trouble()).startsWith("what was learned is lost, learning begins anew: ");
        assertThat(restored.detector().watchedSeconds()).isZero();
    }

    /** A state whose checksum is right and whose body is nonsense, as a mistake of ours would write it: refused or taken, but never an exception later. */
    @Test
    void nonsenseWithARightChecksumHurtsNobody() {
        byte[] state = DetectorState.save(experienced());
        Chance chance = new Chance(SEED);
        int taken = 0;
        for (int i = 0; i < 300; i++) {
            byte[] body = Arrays.copyOfRange(state, 16, state.length);
            for (int j = 0; j < 1 + chance.below(4); j++) {
                body[chance.below(body.length)] = (byte) chance.next();
            }
            CRC32C crc = new CRC32C();
            crc.update(body);
            byte[] sealed = ByteBuffer.allocate(state.length).put(state, 0, 12).putInt((int) crc.getValue()).put(body).array();
            DetectorState.Restored restored = DetectorState.restore(sealed, OPTIONS);
            taken += restored.trouble().isEmpty() ? 1 : 0;
            Wild wild = new Wild(i);
            for (int j = 0; j < 300; j++) {
                restored.detector().accept(wild.next(), j % 2 == 0);
                restored.detector().observePrefix("p" + j % 7, j);
            }
            restored.detector().wasIncidentSince(wild.atMillis - 3_600_000);
        }
        assertThat(taken).isBetween(1, 299);
    }

    @Test
    void anotherVersionIsNotHalfRead() {
        byte[] state = DetectorState.save(experienced());
        state[7]++;
        assertThat(DetectorState.restore(state, OPTIONS).trouble()).endsWith("the state is of version 3, this is version 2");
    }

    /** What was learned in weeks outlives an update of ours. */
    @Test
    void theVersionBeforeIsRead() {
        TargetDetector detector = experienced();
        byte[] state = DetectorState.save(detector);
        int late = 3 * 16 + 17;
        byte[] body = Arrays.copyOfRange(state, 16, state.length - late);
        CRC32C crc = new CRC32C();
        crc.update(body);
        byte[] first = ByteBuffer.allocate(16 + body.length).put(state, 0, 4).putInt(1).putInt(body.length).putInt((int) crc.getValue())
            .put(body).array();
        DetectorState.Restored restored = DetectorState.restore(first, OPTIONS);
        assertThat(restored.trouble()).isEmpty();
        assertThat(restored.detector().watchedSeconds()).isEqualTo(detector.watchedSeconds());
    }

    @Test
    void files() throws IOException {
        Path file = folder.resolve("detector.state");
        assertThat(DetectorState.load(file, OPTIONS).trouble()).as("nothing saved yet").isEmpty();
        TargetDetector detector = experienced();
        DetectorState.save(detector, file);
        DetectorState.save(detector, file);
        assertThat(DetectorState.load(file, OPTIONS).trouble()).isEmpty();
        assertThat(DetectorState.load(file, OPTIONS).detector().watchedSeconds()).isEqualTo(detector.watchedSeconds());
        Files.write(file, new byte[DetectorState.BYTES_MAX + 1]);
        assertThat(DetectorState.load(file, OPTIONS).trouble()).contains("is too large");
        assertThat(DetectorState.load(folder, OPTIONS).trouble()).isNotEmpty();
    }
}
