// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.detect;

import dev.cofferdam.watch.detect.NormalLoad.Kind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** One run of all test beds. Immutable once made; the beds of the kinds run side by side and are put together in order, so that the result does not depend on threads. */
record DetectionRun(long firstSeed, int seeds, DetectionBed bed, PlateauBed plateau, LeakBed leaks, WarmUpBed warmUps) {
    static DetectionRun of(long firstSeed, int seeds, int repeats, int quarters) {
        List<DetectionBed> beds = Arrays.stream(Kind.values()).parallel().map(kind -> {
            DetectionBed bed = new DetectionBed(repeats);
            for (int i = 0; i < seeds; i++) {
                bed.run(kind, firstSeed + i);
            }
            return bed;
        }).toList();
        DetectionBed whole = new DetectionBed(repeats);
        beds.forEach(whole::add);
        List<PlateauBed> plateaus = IntStream.range(0, seeds).parallel().mapToObj(i -> {
            PlateauBed bed = new PlateauBed();
            bed.run(firstSeed + i, 8);
            return bed;
        }).toList();
        PlateauBed plateau = new PlateauBed();
        plateaus.forEach(plateau::add);
        LeakBed leaks = new LeakBed();
        for (int i = 0; i < quarters; i++) {
            leaks.run(firstSeed + i);
        }
        WarmUpBed warmUps = new WarmUpBed(DetectorOptions.DEFAULTS);
        for (int i = 0; i < 400; i++) {
            warmUps.run(firstSeed + i);
        }
        return new DetectionRun(firstSeed, seeds, whole, plateau, leaks, warmUps);
    }

    /** Ours by rising stage, then the public rules. */
    List<DetectionScore> scores() {
        List<DetectionScore> scores = new ArrayList<>(bed.ours.values());
        scores.addAll(List.of(bed.rules));
        return scores;
    }

    long injected() {
        DetectionScore page = bed.ours.get(Stage.PAGE);
        return page.fills() + page.alreadyOnCount();
    }
}
