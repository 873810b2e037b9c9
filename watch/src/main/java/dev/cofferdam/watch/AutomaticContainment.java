// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch;

import dev.cofferdam.watch.attribute.Culprit;
import dev.cofferdam.watch.contain.Action;
import dev.cofferdam.watch.contain.ContainOptions;
import dev.cofferdam.watch.contain.Containment;
import dev.cofferdam.watch.contain.KeyRange;
import dev.cofferdam.watch.contain.Outlook;
import dev.cofferdam.watch.contain.PlanRequest;
import dev.cofferdam.watch.contain.RefusedException;
import java.io.IOException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What may happen at a target without a person: an action of the configuration's list, for the very prefix or key that is named, once an onset, when the stage is PAGE. Owns which
 * onset had its turn. The thread of the target; the action itself runs on a virtual thread of its own, since deleting may take minutes.
 */
final class AutomaticContainment {
    /** An onset that moves by less is the same climb, better known. */
    private static final long ONSET_MOVES_MILLIS = 60_000;

    private final Containment containment;
    private final ContainOptions options;
    private final Consumer<String> log;
    private long lastOnsetMillis;

    AutomaticContainment(Containment containment, ContainOptions options, Consumer<String> log) {
        this.containment = containment;
        this.options = options;
        this.log = log;
    }

    /** Called when a climb is on the stage PAGE and what grows is named. */
    void paged(long onsetMillis, Culprit culprit, double bytesPerSecond, String reason) {
        if (Math.abs(onsetMillis - lastOnsetMillis) < ONSET_MOVES_MILLIS) {
            return;
        }
        for (ContainOptions.Automatic allowed : options.automatic()) {
            PlanRequest request = request(allowed, culprit, reason);
            if (request != null) {
                lastOnsetMillis = onsetMillis;
                double share = culprit instanceof Culprit.Prefix prefix
                        ? prefix.share()
                        : culprit instanceof Culprit.Key key ? key.share() : 0;
                Thread.ofVirtual().name("contain").start(() -> apply(request, new Outlook(bytesPerSecond, Math.clamp(share, 0, 1))));
                return;
            }
        }
    }

    private static @Nullable PlanRequest request(ContainOptions.Automatic allowed, Culprit culprit, String reason) {
        return switch (culprit) {
            case Culprit.Prefix prefix when prefix.prefix().equals(allowed.prefix()) -> {
                KeyRange range = KeyRange.prefix(prefix.database(), allowed.prefix());
                yield switch (allowed.kind()) {
                    case READ_ONLY -> PlanRequest.readOnly(range, "watch", reason);
                    case DROP_PREFIX -> PlanRequest.dropPrefix(range, "watch", reason);
                    default -> null;
                };
            }
            case Culprit.Key key when key.name().equals(allowed.prefix()) -> {
                KeyRange range = KeyRange.key(key.database(), allowed.prefix());
                yield switch (allowed.kind()) {
                    case READ_ONLY -> PlanRequest.readOnly(range, "watch", reason);
                    case DRAIN_ONLY -> PlanRequest.drainOnly(range, "watch", reason);
                    case DROP_KEY -> PlanRequest.dropKey(range, "watch", reason);
                    default -> null;
                };
            }
            default -> null;
        };
    }

    private void apply(PlanRequest request, Outlook outlook) {
        try {
            Action done = containment.automatic(request, outlook);
            log.accept("contained by itself: " + done.plan().title() + (done.notes().isEmpty() ? "" : ". " + done.notes().getLast()));
        } catch (RefusedException e) {
            log.accept("not contained by itself: " + e.reason());
        } catch (IOException e) {
            log.accept("not contained by itself: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
