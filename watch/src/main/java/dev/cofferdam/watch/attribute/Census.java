// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.attribute;

import dev.cofferdam.watch.probe.Capability;
import dev.cofferdam.watch.probe.CostGovernor.Work;
import dev.cofferdam.watch.probe.InfoText;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Walks over all keys of all databases, a little each second, and hands the big ones to the registry. Then begins again. One thread.
 *
 * <p>Asks for sizes rather than for types: a size is as cheap, and finds the one huge string too.
 */
final class Census {
    private static final int STEP = 100;
    /** A pass that was quick is not begun again before this. */
    private static final long PASS_MILLIS = 10 * 60_000;

    private final BigKeys bigKeys;
    private List<Integer> databases = new ArrayList<>();
    private String cursor = "0";
    private long passedMillis = Long.MIN_VALUE;
    private long walked;
    private long lastPassKeys;
    private int passes;

    Census(BigKeys bigKeys) {
        this.bigKeys = bigKeys;
    }

    /** Walks over at most so many keys, as far as the governor lets it. */
    void step(int keys, InfoText info, Asking asking, long atMillis) throws IOException {
        if (keys <= 0 || !asking.can(Capability.SCAN) || !asking.can(Capability.MEMORY_USAGE)) {
            return;
        }
        int left = asking.governor().allowed(keys, Work.SCANNED_KEY, Work.MEMORY_USAGE);
        while (left >= Math.min(keys, STEP) && asking.hasTime()) {
            if (databases.isEmpty()) {
                boolean rest = passedMillis != Long.MIN_VALUE && atMillis - passedMillis < PASS_MILLIS;
                databases = rest
                        ? new ArrayList<>()
                        : new ArrayList<>(asking.databases(info).stream().map(InfoText.Database::number).toList());
                if (databases.isEmpty()) {
                    return;
                }
                walked = 0;
            }
            int database = databases.getFirst();
            Asking.Step step = asking.scan(database, cursor, STEP);
            cursor = step.cursor();
            walked += step.names().size();
            left -= Math.max(STEP, step.names().size());
            if (!step.names().isEmpty()) {
                bigKeys.add(asking.sizes(database, step.names(), false), asking, atMillis);
            }
            if (cursor.equals("0")) {
                databases.removeFirst();
                if (databases.isEmpty()) {
                    passes++;
                    lastPassKeys = walked;
                    passedMillis = atMillis;
                }
            }
        }
    }

    /** Whole walks so far; before the first, a big key may not be known. */
    int passes() {
        return passes;
    }

    /** Part of the keys walked over in the present pass. */
    double progress(long keys) {
        return passes > 0 ? 1 : keys == 0 ? 0 : Math.min(1, (double) walked / keys);
    }

    /** Keys met in the last whole walk. */
    long lastPassKeys() {
        return lastPassKeys;
    }

    /** Another process or dataset: begins anew. */
    void restart() {
        databases = new ArrayList<>();
        cursor = "0";
        passedMillis = Long.MIN_VALUE;
        passes = 0;
        walked = 0;
    }
}
