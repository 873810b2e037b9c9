// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.memory;

import java.util.Arrays;
import java.util.function.LongConsumer;

/**
 * The slots of one power of two in which runs lie, and who owns each.
 *
 * <p>Owns the slot table, which grows with the highest slot ever used. Guarded by the arena's lock. A slot is owned by one account, left and not yet
 * free, or free; a free slot has no memory behind it.
 */
final class RunClass {
    private final int slotShift;
    private final int slotCount;
    private final long regionOffset;
    /** Account id + 1 in the upper, frames in the lower half; 0 = free. */
    private long[] slots = new long[8];
    private int[] freeSlots = new int[8];
    private int freeCount;
    private int usedSlots;

    RunClass(int slotShift, int slotCount, long regionOffset) {
        this.slotShift = slotShift;
        this.slotCount = slotCount;
        this.regionOffset = regionOffset;
    }

    int take(int account, int frames) {
        int slot;
        if (freeCount > 0) {
            slot = freeSlots[--freeCount];
        } else {
            if (usedSlots == slotCount) {
                throw new IllegalStateException("no slot of " + (1L << slotShift) + " bytes left of " + slotCount);
            }
            slot = usedSlots++;
            if (slot == slots.length) {
                slots = Arrays.copyOf(slots, slots.length * 2);
            }
        }
        slots[slot] = ((long) (account + 1) << 32) | frames;
        return slot;
    }

    /** The run is nobody's from now on; its slot is not free before {@link #reuse}. */
    void leave(int account, int frames, long arenaOffset) {
        int slot = slotAt(arenaOffset);
        if (arenaOffset != offset(slot) || slots[slot] != (((long) (account + 1) << 32) | frames)) {
            throw new IllegalStateException("run of " + frames + " frames at offset " + arenaOffset + " is not what was taken");
        }
        slots[slot] = 0;
    }

    /** The slot of a run that was left has no memory behind it any more. */
    void reuse(long arenaOffset) {
        if (freeCount == freeSlots.length) {
            freeSlots = Arrays.copyOf(freeSlots, freeCount * 2);
        }
        freeSlots[freeCount++] = slotAt(arenaOffset);
    }

    void resize(int account, int framesBefore, int framesAfter, long arenaOffset) {
        int slot = slotAt(arenaOffset);
        if (arenaOffset != offset(slot) || slots[slot] != (((long) (account + 1) << 32) | framesBefore)) {
            throw new IllegalStateException("run of " + framesBefore + " frames at offset " + arenaOffset + " is not what was taken");
        }
        slots[slot] = ((long) (account + 1) << 32) | framesAfter;
    }

    /** The run has another owner from now on. */
    void change(int account, int newAccount, int frames, long arenaOffset) {
        int slot = slotAt(arenaOffset);
        if (arenaOffset != offset(slot) || slots[slot] != (((long) (account + 1) << 32) | frames)) {
            throw new IllegalStateException("run of " + frames + " frames at offset " + arenaOffset + " is not what was taken");
        }
        slots[slot] = ((long) (newAccount + 1) << 32) | frames;
    }

    /** Offset in the arena at which the run begins that covers this one. */
    long startOf(long arenaOffset) {
        return offset(slotAt(arenaOffset));
    }

    long offset(int slot) {
        return regionOffset + ((long) slot << slotShift);
    }

    boolean covers(long arenaOffset) {
        return arenaOffset >= regionOffset && arenaOffset < regionOffset + ((long) slotCount << slotShift);
    }

    int ownerAt(long arenaOffset) {
        int slot = slotAt(arenaOffset);
        return slot < usedSlots ? (int) (slots[slot] >>> 32) - 1 : -1;
    }

    void check(long arenaOffset, long length) {
        int slot = slotAt(arenaOffset);
        long frames = slot < usedSlots ? slots[slot] & 0xffffffffL : 0;
        if (arenaOffset + length > offset(slot) + frames * Arena.FRAME_BYTES) {
            throw new IllegalStateException("stray access: " + length + " bytes at run slot " + slot + " + " + (arenaOffset - offset(slot))
                    + ", which has " + frames + " frames");
        }
    }

    void addOwned(long[] ownedBytes) {
        for (int i = 0; i < usedSlots; i++) {
            if (slots[i] != 0) {
                ownedBytes[(int) (slots[i] >>> 32) - 1] += (slots[i] & 0xffffffffL) * Arena.FRAME_BYTES;
            }
        }
    }

    /** Visits the runs of an account by their offset in the arena. */
    void each(int account, LongConsumer visitor) {
        for (int i = 0; i < usedSlots; i++) {
            if ((int) (slots[i] >>> 32) - 1 == account) {
                visitor.accept(offset(i));
            }
        }
    }

    private int slotAt(long arenaOffset) {
        return (int) ((arenaOffset - regionOffset) >> slotShift);
    }
}
