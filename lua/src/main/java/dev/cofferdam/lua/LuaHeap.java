// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.lua;

import dev.cofferdam.memory.Account;
import dev.cofferdam.memory.Arena;
import dev.cofferdam.memory.Mem;

/**
 * The memory of one Lua state: every byte lies in a page or run that the account pays, and never more than the limit.
 *
 * <p>Owns its pages and runs. Belongs to the thread that runs the state. Small blocks lie in slabs of one size class, so freeing needs no search and
 * nothing fragments but the slabs' rest; larger blocks are runs. A page whose slabs are all empty goes back to the account.
 *
 * <pre>
 * page = slab | slab | ...          16 KiB each
 * slab = header (64 B) | block | block | ...
 * header:  0 next slab of its list   8 previous   16 first freed block   24 class, -1 = empty   28 blocks in use   32 offset of what was never used
 *         40 of a page's first slab: slabs in use
 * run  = 0 bytes of the run, header included | 8 unused | block
 * </pre>
 *
 * A refusal makes Lua unwind to its last protected call, which must never pass Java's own frames. So while {@link #setUnwindable} says no, what cannot
 * be had is taken beyond the limit: from the account, and in the very last resort from the C library. {@link #ensure} is there so that this stays
 * the exception, and small.
 */
public final class LuaHeap {
    static final int SLAB_BYTES = 1 << 14;
    private static final int HEADER_BYTES = 64;
    private static final int RUN_HEADER_BYTES = 16;
    /** Beyond this a block is a run. */
    static final int SMALL_MAX_BYTES = 4064;
    /** Block sizes; each is a multiple of 16. */
    private static final int[] CLASS_BYTES = {16, 32, 48, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384, 448, 512, 640, 768, 1024,
        1280,
        1600, 2032, 2720, SMALL_MAX_BYTES};
    private static final byte[] CLASS_OF = classTable();
    private static final int NEXT = 0;
    private static final int PREVIOUS = 8;
    private static final int FREED = 16;
    private static final int CLASS = 24;
    private static final int LIVE = 28;
    private static final int UNUSED = 32;
    private static final int PAGE_LIVE = 40;
    /** Pages kept when they are empty, so that the next script need not ask. */
    private static final int PAGES_KEPT = 1;
    /** Empty slabs that {@link #ensure} wants at hand: one block each of a string, a table and its parts. */
    private static final int SLABS_READY = 4;

    private final Account account;
    private final Arena arena;
    private final int pageBytes;
    private final long base;
    private long limitBytes;
    private long heldBytes;
    private long peakBytes;
    /** Slabs with room, per class. */
    private final long[] roomy = new long[CLASS_BYTES.length];
    private long empty;
    private int emptySlabs;
    private int emptyPages;
    private int pages;
    private long refusals;
    private boolean unwindable;
    /** Bytes of blocks from the C library. */
    private long borrowedBytes;

    LuaHeap(Account account, long limitBytes) {
        this.account = account;
        this.arena = account.arena();
        this.pageBytes = arena.pageBytes();
        this.base = arena.baseAddress();
        this.limitBytes = limitBytes;
    }

    /** A heap for blocks of our own, beside any state: it refuses what is beyond the limit. */
    public static LuaHeap ofBlocks(Account account, long limitBytes) {
        LuaHeap heap = new LuaHeap(account, limitBytes);
        heap.unwindable = true;
        return heap;
    }

    /** True while blocks are in use that no page or run holds. */
    boolean hasBorrowed() {
        return borrowedBytes > 0;
    }

    /** Address of a block of so many bytes, more than 0, or 0 when refused. */
    public long takeBlock(long bytes) {
        return take(bytes);
    }

    public void freeBlock(long block) {
        free(block);
    }

    private static byte[] classTable() {
        byte[] table = new byte[SMALL_MAX_BYTES / 16 + 2];
        int number = 0;
        for (int i = 0; i < table.length; i++) {
            while (number < CLASS_BYTES.length - 1 && CLASS_BYTES[number] < i * 16) {
                number++;
            }
            table[i] = (byte) number;
        }
        return table;
    }

    private static int classOf(long bytes) {
        return CLASS_OF[(int) (bytes + 15 >> 4)];
    }

    /** lua_Alloc: frees, allocates or resizes; 0 when refused. Shrinking never fails. */
    long allocate(long block, long oldBytes, long newBytes) {
        if (newBytes == 0) {
            if (block != 0) {
                free(block);
            }
            return 0;
        }
        if (block == 0) {
            return take(newBytes);
        }
        return resize(block, oldBytes, newBytes);
    }

    private long take(long bytes) {
        long block = bytes <= SMALL_MAX_BYTES ? takeSmall(classOf(bytes)) : takeRun(bytes, limitBytes);
        return block == 0 && !unwindable ? takeAtAnyPrice(bytes) : block;
    }

    private long takeAtAnyPrice(long bytes) {
        long block = takeRun(bytes, Long.MAX_VALUE);
        if (block == 0) {
            block = LuaLibrary.takeMemory(bytes);
            borrowedBytes += block == 0 ? 0 : LuaLibrary.memorySize(block);
        }
        return block;
    }

    private boolean isBorrowed(long block) {
        return borrowedBytes > 0 && (block < base || block >= base + arena.mappedBytes());
    }

    private long takeSmall(int number) {
        long slab = roomy[number];
        if (slab == 0) {
            slab = newSlab(number);
            if (slab == 0) {
                return 0;
            }
        }
        int live = Mem.getInt(slab + LIVE) + 1;
        Mem.putInt(slab + LIVE, live);
        long block = Mem.getLong(slab + FREED);
        int unused = Mem.getInt(slab + UNUSED);
        if (block != 0) {
            Mem.putLong(slab + FREED, Mem.getLong(block));
        } else {
            block = slab + unused;
            unused += CLASS_BYTES[number];
            Mem.putInt(slab + UNUSED, unused);
        }
        if (unused + CLASS_BYTES[number] > SLAB_BYTES && Mem.getLong(slab + FREED) == 0) {
            unlink(slab, number);
        }
        return block;
    }

    private long newSlab(int number) {
        if (empty == 0 && !addPage()) {
            refusals++;
            return 0;
        }
        long slab = empty;
        takeEmpty(slab);
        Mem.putLong(slab + FREED, 0);
        Mem.putInt(slab + CLASS, number);
        Mem.putInt(slab + LIVE, 0);
        Mem.putInt(slab + UNUSED, HEADER_BYTES);
        link(slab, number);
        return slab;
    }

    private void link(long slab, int number) {
        long next = roomy[number];
        Mem.putLong(slab + NEXT, next);
        Mem.putLong(slab + PREVIOUS, 0);
        if (next != 0) {
            Mem.putLong(next + PREVIOUS, slab);
        }
        roomy[number] = slab;
    }

    private void unlink(long slab, int number) {
        long next = Mem.getLong(slab + NEXT);
        long previous = Mem.getLong(slab + PREVIOUS);
        if (next != 0) {
            Mem.putLong(next + PREVIOUS, previous);
        }
        if (previous != 0) {
            Mem.putLong(previous + NEXT, next);
        } else {
            roomy[number] = next;
        }
    }

    private void free(long block) {
        if (isBorrowed(block)) {
            borrowedBytes -= LuaLibrary.memorySize(block);
            LuaLibrary.freeMemory(block);
            return;
        }
        if (!arena.isInPage(block)) {
            long run = block - RUN_HEADER_BYTES;
            long bytes = Mem.getLong(run);
            heldBytes -= roundUp(bytes);
            account.returnRun(run, bytes);
            return;
        }
        long slab = slabOf(block);
        int number = Mem.getInt(slab + CLASS);
        long freed = Mem.getLong(slab + FREED);
        boolean wasFull = freed == 0 && Mem.getInt(slab + UNUSED) + CLASS_BYTES[number] > SLAB_BYTES;
        Mem.putLong(block, freed);
        Mem.putLong(slab + FREED, block);
        int live = Mem.getInt(slab + LIVE) - 1;
        Mem.putInt(slab + LIVE, live);
        if (live == 0) {
            if (!wasFull) {
                unlink(slab, number);
            }
            giveEmpty(slab);
        } else if (wasFull) {
            link(slab, number);
        }
    }

    private long slabOf(long block) {
        return base + (block - base & -SLAB_BYTES);
    }

    private long pageOf(long slab) {
        return base + (slab - base & -(long) pageBytes);
    }

    private boolean addPage() {
        if (heldBytes + pageBytes > limitBytes) {
            return false;
        }
        long page = account.takePage();
        if (page == 0) {
            return false;
        }
        hold(pageBytes);
        pages++;
        Mem.putInt(page + PAGE_LIVE, 0);
        emptyPages++;
        for (long slab = page + pageBytes - SLAB_BYTES; slab >= page; slab -= SLAB_BYTES) {
            linkEmpty(slab);
        }
        return true;
    }

    private void linkEmpty(long slab) {
        Mem.putInt(slab + CLASS, -1);
        Mem.putLong(slab + NEXT, empty);
        Mem.putLong(slab + PREVIOUS, 0);
        if (empty != 0) {
            Mem.putLong(empty + PREVIOUS, slab);
        }
        empty = slab;
        emptySlabs++;
    }

    private void unlinkEmpty(long slab) {
        long next = Mem.getLong(slab + NEXT);
        long previous = Mem.getLong(slab + PREVIOUS);
        if (next != 0) {
            Mem.putLong(next + PREVIOUS, previous);
        }
        if (previous != 0) {
            Mem.putLong(previous + NEXT, next);
        } else {
            empty = next;
        }
        emptySlabs--;
    }

    private void takeEmpty(long slab) {
        unlinkEmpty(slab);
        long page = pageOf(slab);
        int live = Mem.getInt(page + PAGE_LIVE);
        if (live == 0) {
            emptyPages--;
        }
        Mem.putInt(page + PAGE_LIVE, live + 1);
    }

    private void giveEmpty(long slab) {
        linkEmpty(slab);
        long page = pageOf(slab);
        int live = Mem.getInt(page + PAGE_LIVE) - 1;
        Mem.putInt(page + PAGE_LIVE, live);
        if (live > 0) {
            return;
        }
        if (emptyPages < PAGES_KEPT) {
            emptyPages++;
            return;
        }
        for (long each = page; each < page + pageBytes; each += SLAB_BYTES) {
            unlinkEmpty(each);
        }
        pages--;
        heldBytes -= pageBytes;
        account.returnPage(page);
    }

    private long takeRun(long bytes, long limit) {
        long whole = bytes + RUN_HEADER_BYTES;
        long charged = roundUp(whole);
        long run = heldBytes + charged > limit ? 0 : account.takeRun(whole);
        if (run == 0) {
            refusals++;
            return 0;
        }
        hold(charged);
        Mem.putLong(run, whole);
        return run + RUN_HEADER_BYTES;
    }

    private long resize(long block, long oldBytes, long newBytes) {
        if (arena.isInPage(block)) {
            int number = Mem.getInt(slabOf(block) + CLASS);
            if (newBytes <= SMALL_MAX_BYTES && classOf(newBytes) == number) {
                return block;
            }
        } else if (newBytes > SMALL_MAX_BYTES && !isBorrowed(block) && resizeRun(block, newBytes)) {
            return block;
        }
        long moved = take(newBytes);
        if (moved == 0) {
            // Lua relies on shrinking: the block then stays as it is, its slab or header knows its size.
            return newBytes > oldBytes ? 0 : block;
        }
        if (borrowedBytes > 0) {
            LuaLibrary.copyMemory(block, moved, Math.min(oldBytes, newBytes));
        } else {
            Mem.copy(block, moved, Math.min(oldBytes, newBytes));
        }
        free(block);
        return moved;
    }

    private boolean resizeRun(long block, long newBytes) {
        long run = block - RUN_HEADER_BYTES;
        long before = Mem.getLong(run);
        long after = newBytes + RUN_HEADER_BYTES;
        long change = roundUp(after) - roundUp(before);
        if (change > 0 && heldBytes + change > limitBytes || !account.resizeRun(run, before, after)) {
            return false;
        }
        hold(change);
        Mem.putLong(run, after);
        return true;
    }

    private static long roundUp(long bytes) {
        return bytes + Arena.FRAME_BYTES - 1 & -(long) Arena.FRAME_BYTES;
    }

    private void hold(long bytes) {
        heldBytes += bytes;
        peakBytes = Math.max(peakBytes, heldBytes);
    }

    /**
     * True when blocks of {@code bytes} in all, at most one of them large, can be had now. Asked before Java calls what allocates: inside such a call a
     * refusal would unwind Java's own frames.
     */
    boolean ensure(long bytes) {
        while (emptySlabs < SLABS_READY) {
            if (!addPage()) {
                return false;
            }
        }
        if (bytes <= SMALL_MAX_BYTES) {
            return true;
        }
        long wanted = roundUp(bytes) + 2L * pageBytes;
        return heldBytes + wanted <= limitBytes && account.makeAvailable(wanted);
    }

    /** Everything goes back; nobody may use a block afterwards. For a state that is closed everything has been freed but the kept pages. */
    public void releaseEmptyPages() {
        while (empty != 0) {
            long page = pageOf(empty);
            if (Mem.getInt(page + PAGE_LIVE) != 0) {
                throw new IllegalStateException("Lua heap: " + heldBytes + " bytes still in use after close");
            }
            for (long each = page; each < page + pageBytes; each += SLAB_BYTES) {
                unlinkEmpty(each);
            }
            pages--;
            heldBytes -= pageBytes;
            account.returnPage(page);
        }
        emptyPages = 0;
    }

    public long heldBytes() {
        return heldBytes;
    }

    long peakBytes() {
        return peakBytes;
    }

    long limitBytes() {
        return limitBytes;
    }

    void setLimitBytes(long bytes) {
        limitBytes = bytes;
    }

    /** Whether a refusal may unwind: true while Lua runs under a protected call of its own. */
    boolean setUnwindable(boolean now) {
        boolean before = unwindable;
        unwindable = now;
        return before;
    }

    long refusals() {
        return refusals;
    }
}
