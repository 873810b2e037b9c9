// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch;

import dev.cofferdam.watch.attribute.Attribution;
import dev.cofferdam.watch.attribute.PrefixShare;
import dev.cofferdam.watch.attribute.Writer;
import dev.cofferdam.watch.detect.Reading;
import dev.cofferdam.watch.incident.Incident;
import dev.cofferdam.watch.probe.Sample;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Everything that is known of one target at one moment; what the console, the terminal and the metrics show. Immutable.
 *
 * @param name short, unique on this watcher, fit for a label and a path
 * @param address host and port, never a password
 * @param product {@code Redis 7.0.15}, {@code Valkey 8.0.1}, {@code Cofferdam 0.1}; empty before the first answer
 * @param policy maxmemory-policy, or a compartment's
 * @param trouble why the target cannot be seen, or cannot be seen fully, in a sentence; empty when it can
 * @param reachable whether the last look succeeded
 * @param sample the last one; null before the first
 * @param attribution of the climb that is on, or null
 * @param prefixes what is there and what grows, calm or not
 * @param clients the largest clients, calm or not
 * @param incident the one that is on, or null
 * @param info INFO as it was last answered, in text: what the exporter's metrics are made from; empty before the first
 */
public record TargetState(String name, String address, String product, String policy, String trouble, boolean reachable,
        @Nullable Sample sample, Reading reading, @Nullable Attribution attribution, List<PrefixShare> prefixes, List<Writer> clients,
        @Nullable Incident incident, String info) {
}
