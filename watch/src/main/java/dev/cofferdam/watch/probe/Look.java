// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.probe;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one look at a target brought. Immutable.
 *
 * @param sample null when the target did not answer, or tells no memory
 * @param info INFO, with commandstats as they were last asked; the one before when there was no answer
 * @param compartments samples of a Cofferdam's compartments by name, else empty
 * @param change what is different from the look before
 * @param trouble why it cannot be seen, or not fully, in a sentence; else empty
 */
public record Look(long atMillis, @Nullable Sample sample, InfoText info, Map<String, Sample> compartments, Change change, String trouble) {
    /** What may have happened since the look before. */
    public enum Change {
        NONE,
        /** The first answer. */
        FIRST,
        /** Another process answers at the same place: counters begin again. */
        RESTARTED,
        /** Another node is the master now; what is watched moved with it. */
        OTHER_MASTER,
        /** The node we watch follows another now. */
        BECAME_REPLICA,
        /** The replica we watch was promoted. */
        BECAME_MASTER,
        /** It answers again after it did not; the same process. */
        BACK,
        /** It stopped answering. */
        LOST
    }

    public boolean reachable() {
        return sample != null;
    }
}
