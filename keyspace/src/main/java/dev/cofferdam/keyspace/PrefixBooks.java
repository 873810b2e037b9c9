// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.keyspace;

import java.util.List;

/**
 * Exact bytes and keys per prefix of key names, of one compartment. Called on every change of a block, so never slow and never allocating.
 *
 * <p>Owner thread of the compartment only.
 */
public interface PrefixBooks {
    /** Counts nothing. */
    PrefixBooks NONE = new PrefixBooks() {
    };

    /** Makes a {@link PrefixTable} for each compartment. */
    PrefixBooks LEARNED = new PrefixBooks() {
        @Override
        public PrefixBooks forOneOf(int compartments) {
            return new PrefixTable(Math.max(PREFIXES_MIN, PREFIXES_MAX / compartments));
        }
    };

    /** Prefixes a server tells apart, all compartments together; and what each compartment gets at least. */
    int PREFIXES_MAX = 4096;
    int PREFIXES_MIN = 256;

    /** The books of one compartment of so many. */
    default PrefixBooks forOneOf(int compartments) {
        return this;
    }

    /** The prefix a key belongs to, 0 to 65,535. */
    default int idOf(long keyAddress, int keyLength) {
        return 0;
    }

    default void charge(int prefixId, long bytes) {
    }

    default void keys(int prefixId, int count) {
    }

    /** Bytes charged to the prefix. */
    default long bytesOf(int prefixId) {
        return 0;
    }

    /** Keys counted for the prefix. */
    default long keysOf(int prefixId) {
        return 0;
    }

    /** Begins a new interval for {@link PrefixUsage#growthBytes()}. */
    default void mark() {
    }

    /** The prefixes with most bytes, at most {@code count}, largest first. */
    default List<PrefixUsage> topByBytes(int count) {
        return List.of();
    }

    /** The prefixes that grew most since {@link #mark}, at most {@code count}, fastest first. */
    default List<PrefixUsage> topByGrowth(int count) {
        return List.of();
    }
}
