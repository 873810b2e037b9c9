// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.attribute;

import java.util.List;
import java.util.Map;

/**
 * How much is looked at. Immutable. All of it is bounded besides by the probe's {@code CostGovernor}.
 *
 * @param samplesPerSecond random keys while calm
 * @param suspectSamplesFirst random keys in the first second of a suspicion, and {@code suspectSamplesPerSecond} in those that follow
 * @param suspectSamplesMax of one suspicion; after that the calm rate
 * @param censusKeysPerSecond keys the search for big ones walks over while calm; 0 for no census
 * @param bigKeys how many of the largest keys are kept an eye on
 * @param writeBursts whether, while something is suspected, we listen for a third of a second to which keys are written (CLIENT TRACKING)
 * @param workloads the user's names for groups of keys, each with its globs
 */
public record AttributeOptions(int samplesPerSecond, int suspectSamplesFirst, int suspectSamplesPerSecond, int suspectSamplesMax,
        int censusKeysPerSecond, int bigKeys, boolean writeBursts, Map<String, List<String>> workloads) {
    public static final AttributeOptions DEFAULTS = new AttributeOptions(50, 3_000, 2_000, 60_000, 1_000, 200, true, Map.of());

    public AttributeOptions withSamplesPerSecond(int count) {
        return new AttributeOptions(count, suspectSamplesFirst, suspectSamplesPerSecond, suspectSamplesMax, censusKeysPerSecond, bigKeys,
                writeBursts, workloads);
    }

    public AttributeOptions withCensusKeysPerSecond(int count) {
        return new AttributeOptions(samplesPerSecond, suspectSamplesFirst, suspectSamplesPerSecond, suspectSamplesMax, count, bigKeys,
                writeBursts, workloads);
    }

    public AttributeOptions withWriteBursts(boolean allowed) {
        return new AttributeOptions(samplesPerSecond, suspectSamplesFirst, suspectSamplesPerSecond, suspectSamplesMax, censusKeysPerSecond,
                bigKeys, allowed, workloads);
    }

    public AttributeOptions withWorkloads(Map<String, List<String>> names) {
        return new AttributeOptions(samplesPerSecond, suspectSamplesFirst, suspectSamplesPerSecond, suspectSamplesMax, censusKeysPerSecond,
                bigKeys, writeBursts, names);
    }
}
