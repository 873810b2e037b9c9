// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.memory;

import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * The arenas that are open, so that a checked access can find the one it lies in. Any thread; consulted only with {@link Mem#CHECK} on.
 */
final class ArenaRegistry {
    private static final CopyOnWriteArrayList<Arena> OPEN = new CopyOnWriteArrayList<>();
    /** Ends of the scratch ranges by their starts. */
    private static final ConcurrentSkipListMap<Long, Long> SCRATCH = new ConcurrentSkipListMap<>();

    private ArenaRegistry() {
    }

    static void add(Arena arena) {
        OPEN.add(arena);
    }

    static void remove(Arena arena) {
        OPEN.remove(arena);
    }

    static void addScratch(long address, long bytes) {
        SCRATCH.put(address, address + bytes);
    }

    static void check(long address, long length) {
        for (Arena arena : OPEN) {
            if (arena.contains(address)) {
                arena.check(address, length);
                return;
            }
        }
        Map.Entry<Long, Long> scratch = SCRATCH.floorEntry(address);
        if (scratch != null && address + length <= scratch.getValue()) {
            return;
        }
        throw new IllegalStateException(
                "stray access: " + length + " bytes at 0x" + Long.toHexString(address) + ", which lies in no arena");
    }
}
