// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.incident;

import dev.cofferdam.watch.detect.Stage;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * The rules of an incident in the plainest words, for one target whose climbs are the only concern: all seconds are kept, and each question is
 * answered by going back through them.
 */
final class NaiveBook {
    private record Second(long at, Stage stage, boolean below, boolean refused) {
    }

    private final IncidentOptions options;
    private final List<Second> seconds = new ArrayList<>();
    private final List<Boolean> dips = new ArrayList<>();
    private int first;
    private String state = "none";
    private long onset;
    private Stage stage = Stage.CALM;
    private long refusedWrites;
    private boolean acknowledged;
    private boolean rested;
    private boolean containedBelow;
    private long closedByHandAt = -1;
    int vanished;
    int resolved;

    NaiveBook(IncidentOptions options) {
        this.options = options;
    }

    void play(int what, long at, Stage seen, long onsetNow, boolean below, boolean refused) {
        boolean on = !state.equals("none");
        if (what == 0) {
            second(at, seen, onsetNow, below, refused);
        } else if (what == 2 && on) {
            acknowledged = true;
            state = state.equals("CONTAINED") ? state : "ACKNOWLEDGED";
        } else if (what == 3 && on) {
            state = "CONTAINED";
            containedBelow = seconds.getLast().below();
        } else if (what == 4 && on) {
            closedByHandAt = at;
            over();
        }
    }

    private void second(long at, Stage seen, long onsetNow, boolean below, boolean refused) {
        // A level counts when it held for three seconds.
        dips.add(below);
        seconds.add(new Second(at, seen, dips.reversed().stream().limit(3).anyMatch(dip -> dip), refused));
        boolean climbs = seen != Stage.CALM;
        if (state.equals("DRAFT") && climbs && onsetNow > onset && seconds.size() - first > 1 && isCalm(seconds.get(seconds.size() - 2))) {
            vanished++;
            state = "none";
        }
        if (state.equals("none")) {
            if (!climbs) {
                closedByHandAt = -1;
            }
            if (!climbs || closedByHandAt >= 0 && onsetNow <= closedByHandAt) {
                return;
            }
            closedByHandAt = -1;
            state = "DRAFT";
            onset = onsetNow;
            stage = Stage.CALM;
            refusedWrites = 0;
            acknowledged = false;
            rested = false;
            first = seconds.size() - 1;
            // What was refused between the onset and now counts too.
            for (int i = 0; i < first; i++) {
                refusedWrites += seconds.get(i).refused() && seconds.get(i).at() > lastAtOrBefore(onset) ? 3 : 0;
            }
        }
        refusedWrites += refused && seconds.size() > 1 ? 3 : 0;
        if (climbs) {
            boolean grown = containedBelow && !seconds.getLast().below();
            if (rested || state.equals("CONTAINED") && seen.atLeast(Stage.NOTIFY) && grown) {
                rested = false;
                if (state.equals("CONTAINED")) {
                    state = acknowledged ? "ACKNOWLEDGED" : "OPEN";
                }
            }
            stage = seen.compareTo(stage) > 0 ? seen : stage;
            if (state.equals("DRAFT") && stage.atLeast(Stage.NOTIFY)) {
                state = "OPEN";
            }
        }
        double calm = length(NaiveBook::isCalm);
        if (state.equals("DRAFT")) {
            if (calm >= options.draftCalmSeconds()) {
                vanished++;
                state = "none";
            }
            return;
        }
        if (!rested && calm >= options.stoppedCalmSeconds()) {
            rested = true;
            state = "CONTAINED";
        }
        if (calm >= options.calmSeconds()
                || length(second -> second.below() && isCalm(second)) >= options.belowOnsetSeconds()) {
            over();
        }
    }

    private static boolean isCalm(Second second) {
        return second.stage() == Stage.CALM && !second.refused();
    }

    /** Seconds up to now, within the incident, in which this held throughout. */
    private double length(Predicate<Second> held) {
        int i = seconds.size() - 1;
        while (i >= first && held.test(seconds.get(i))) {
            i--;
        }
        // The second that opened it has nothing before it to be counted from.
        long from = seconds.get(Math.max(i, first)).at();
        return (seconds.getLast().at() - from) / 1000.0;
    }

    private long lastAtOrBefore(long millis) {
        long last = Math.max(seconds.getFirst().at(), seconds.get(Math.max(0, seconds.size() - 150)).at());
        for (Second second : seconds) {
            last = second.at() <= millis ? Math.max(last, second.at()) : last;
        }
        return last;
    }

    private void over() {
        resolved++;
        state = "none";
    }

    String describe() {
        return state.equals("none") ? "none" : onset + " " + stage + " " + state + " " + refusedWrites;
    }
}
