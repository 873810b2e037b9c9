// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch;

import dev.cofferdam.resp.client.Reply;
import dev.cofferdam.watch.detect.Concern;
import dev.cofferdam.watch.detect.Reading;
import dev.cofferdam.watch.detect.Stage;
import dev.cofferdam.watch.probe.Link;
import dev.cofferdam.watch.probe.Sample;
import java.io.IOException;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Says on a Cofferdam's own channels what happens to its compartments, for applications that can do something about it: {@code cofferdam:<compartment>} hears {@code near-full},
 * {@code climbing}, {@code full}, and {@code calm} when it is over. Each word once, when it becomes true.
 *
 * <p>Never to another product: nothing is written to a server that did not ask for it. Owns what was said last. The thread of the target.
 */
final class CompartmentEvents {
    static final String CHANNEL = "cofferdam:";
    private static final double NEAR_SHARE = 0.90;
    /** What was near stays so until it is this far away, so that a level on the edge does not chatter. */
    private static final double FAR_SHARE = 0.85;

    private final Consumer<String> log;
    private final Map<String, Word> said = new HashMap<>();
    private boolean refused;

    /** From harmless to grave. */
    enum Word {
        CALM, NEAR_FULL, CLIMBING, FULL;

        String text() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    CompartmentEvents(Consumer<String> log) {
        this.log = log;
    }

    /** @param link null when there is none now; what is true then is said later, if it still is */
    void observe(String compartment, Sample sample, Reading reading, @Nullable Link link) {
        Word before = said.getOrDefault(compartment, Word.CALM);
        Word now = word(before, sample, reading);
        if (now == before || link == null || refused) {
            return;
        }
        try {
            Reply reply = link.ask("PUBLISH", CHANNEL + compartment, now.text());
            if (reply instanceof Reply.Failure failure) {
                refused = true;
                log.accept("compartments' events are not published: " + failure.message());
                return;
            }
            said.put(compartment, now);
        } catch (IOException e) {
            // The link is gone; said again with the next one.
        }
    }

    private static Word word(Word before, Sample sample, Reading reading) {
        if (reading.concern() == Concern.FULL) {
            return Word.FULL;
        }
        if (reading.stage().atLeast(Stage.NOTIFY) && reading.concern() == Concern.CLIMB) {
            return Word.CLIMBING;
        }
        // One that evicts is at its limit on its ordinary days.
        double share = sample.limitBytes() == 0 || sample.evicting() ? 0 : (double) sample.usedBytes() / sample.limitBytes();
        return share >= (before == Word.CALM ? NEAR_SHARE : FAR_SHARE) ? Word.NEAR_FULL : Word.CALM;
    }
}
