// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.replication;

/** Where a {@link Snapshot} goes, as fast as it is taken. Event loop. */
public interface SnapshotOutput {
    /** How many bytes {@link #write} takes now; 0 or less for none. */
    long roomBytes();

    /** Takes, by copying them, at most {@link #roomBytes} bytes. */
    void write(long address, long length);
}
