// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.statuspage;

import java.util.Map;

/**
 * What a draft for others may say. Immutable.
 *
 * @param components public name of a target; one that is not named is "our service", since its own name may say what nobody outside should know
 * @param workloads public name of a learned or declared prefix, as it is written in the console ({@code sess:<id>} → Sign-in)
 * @param keyNames whether the pattern of a prefix without a public name may be shown
 * @param quietSeconds an incident that is over is called resolved after so long a calm
 */
public record DraftOptions(Map<String, String> components, Map<String, String> workloads, boolean keyNames, int quietSeconds) {
    public static final DraftOptions DEFAULTS = new DraftOptions(Map.of(), Map.of(), false, 1_800);

    public DraftOptions {
        components = Map.copyOf(components);
        workloads = Map.copyOf(workloads);
    }
}
