// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.keyspace;

import dev.cofferdam.memory.Account;
import dev.cofferdam.memory.Arena;
import dev.cofferdam.memory.Mem;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** A block store for tests of one structure: power-of-two blocks in an arena, counts every byte, refuses what was not admitted, moves blocks on demand. */
final class ModelBlockStore implements BlockStore, AutoCloseable {
    private static final int POISON = 0x5a;

    private final Arena arena;
    private final Account account;
    private final Map<Long, Integer> sizes = new HashMap<>();
    private final List<Long> live = new ArrayList<>();
    private final Map<Long, Integer> position = new HashMap<>();
    private final Map<Integer, Deque<Long>> free = new HashMap<>();
    private final Map<Long, Integer> kinds = new HashMap<>();
    private long liveBytes;
    private long peakBytes;
    private long admitted;

    ModelBlockStore(long maxBytes) {
        arena = Arena.open(maxBytes, 1 << 16);
        account = arena.account("test", 0, maxBytes, false);
    }

    /** What may be allocated until the next call. */
    void admit(long bytes) {
        admitted = bytes;
    }

    @Override
    public long allocate(int kind, int owner, long bytes) {
        if (bytes > admitted) {
            throw new AssertionError(bytes + " bytes asked for, " + admitted + " were admitted");
        }
        admitted -= bytes;
        return place(kind, (int) bytes);
    }

    private long place(int kind, int bytes) {
        int size = Integer.highestOneBit(bytes - 1) * 2;
        Deque<Long> blocks = free.computeIfAbsent(size, s -> new ArrayDeque<>());
        if (blocks.isEmpty()) {
            long page = account.takePage();
            for (int at = 0; at < arena.pageBytes(); at += size) {
                blocks.add(page + at);
            }
        }
        long block = blocks.removeFirst();
        Mem.fill(block, bytes, (byte) POISON);
        sizes.put(block, bytes);
        kinds.put(block, kind);
        position.put(block, live.size());
        live.add(block);
        liveBytes += bytes;
        peakBytes = Math.max(peakBytes, liveBytes);
        return block;
    }

    @Override
    public void free(long block) {
        Integer bytes = sizes.remove(block);
        if (bytes == null) {
            throw new AssertionError("freed twice or never allocated: 0x" + Long.toHexString(block));
        }
        kinds.remove(block);
        int at = position.remove(block);
        long last = live.removeLast();
        if (at < live.size()) {
            live.set(at, last);
            position.put(last, at);
        }
        liveBytes -= bytes;
        Mem.fill(block, bytes, (byte) POISON);
        free.get(Integer.highestOneBit(bytes - 1) * 2).addLast(block);
    }

    /** Moves a random block as the cleaner would. */
    void moveOne(SplittableRandom random, Relocator relocator) {
        if (live.isEmpty()) {
            return;
        }
        long from = live.get(random.nextInt(live.size()));
        int bytes = sizes.get(from);
        int kind = kinds.get(from);
        long to = place(kind, bytes);
        Mem.copy(from, to, bytes);
        relocator.moved(kind, from, to);
        free(from);
    }

    void forEachLive(java.util.function.LongConsumer visitor) {
        live.forEach(visitor::accept);
    }

    long liveBytes() {
        return liveBytes;
    }

    long peakBytes() {
        return peakBytes;
    }

    @Override
    public void close() {
        arena.close();
    }
}
