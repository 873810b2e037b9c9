// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.keyspace;

/**
 * Redis's limits of compact encodings. They decide what OBJECT ENCODING answers; our own packed forms have limits of their own, except that a set
 * of integers leaves its form at the number Redis says.
 *
 * <p>One per keyspace; written by CONFIG SET, read by every owner thread, hence volatile.
 */
public final class EncodingLimits {
    public volatile int hashListpackEntries = 512;
    public volatile int hashListpackValueBytes = 64;
    public volatile int setIntsetEntries = 512;
    public volatile int zsetListpackEntries = 128;
    public volatile int zsetListpackValueBytes = 64;
}
