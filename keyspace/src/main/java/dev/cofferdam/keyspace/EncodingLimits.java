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
    /** A stream's chunk is full at so many bytes or entries; 0 for no limit of one's own. What XADD and XTRIM drop with {@code ~} are chunks. */
    public volatile int streamNodeMaxBytes = 4096;
    public volatile int streamNodeMaxEntries = 100;
    private static final int STREAM_NODE_BYTES_LIMIT = 1 << 14;

    int streamNodeBytes() {
        int bytes = streamNodeMaxBytes;
        return bytes <= 0 ? STREAM_NODE_BYTES_LIMIT : Math.min(bytes, STREAM_NODE_BYTES_LIMIT);
    }

    int streamNodeEntries() {
        int entries = streamNodeMaxEntries;
        return entries <= 0 ? Integer.MAX_VALUE : entries;
    }
}
