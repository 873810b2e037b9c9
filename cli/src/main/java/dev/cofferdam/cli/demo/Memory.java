// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.cli.demo;

/**
 * A server's memory at one moment, by its own account and the kernel's.
 *
 * @param usedBytes used_memory
 * @param limitBytes maxmemory
 * @param residentBytes resident set of the process, 0 when unknown
 * @param evictedKeys dropped by policy since the start
 */
record Memory(long usedBytes, long limitBytes, long residentBytes, long evictedKeys) {
    static final Memory UNKNOWN = new Memory(0, 0, 0, 0);

    boolean isFull() {
        return limitBytes > 0 && usedBytes >= limitBytes * 0.98;
    }
}
