// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.memory;

import java.util.Arrays;

/**
 * The arenas that are open, so that a checked access can find the one it lies in. Any thread; consulted only with {@link Mem#CHECK} on.
 */
final class ArenaRegistry {
    /** An array, not a list: a check must not make an iterator, or tests of what commands allocate measure the check. */
    private static volatile Arena[] open = {};
    /** Start and end of each scratch range in turn. */
    private static volatile long[] scratch = {};

    private ArenaRegistry() {
    }

    static synchronized void add(Arena arena) {
        Arena[] more = Arrays.copyOf(open, open.length + 1);
        more[open.length] = arena;
        open = more;
    }

    static synchronized void remove(Arena arena) {
        open = Arrays.stream(open).filter(other -> other != arena).toArray(Arena[]::new);
    }

    static synchronized void addScratch(long address, long bytes) {
        long[] more = Arrays.copyOf(scratch, scratch.length + 2);
        more[scratch.length] = address;
        more[scratch.length + 1] = address + bytes;
        scratch = more;
    }

    static void check(long address, long length) {
        for (Arena arena : open) {
            if (arena.contains(address)) {
                arena.check(address, length);
                return;
            }
        }
        long[] ranges = scratch;
        for (int i = 0; i < ranges.length; i += 2) {
            if (address >= ranges[i] && address + length <= ranges[i + 1]) {
                return;
            }
        }
        throw new IllegalStateException(
                "stray access: " + length + " bytes at 0x" + Long.toHexString(address) + ", which lies in no arena");
    }
}
