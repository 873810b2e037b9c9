// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.keyspace;

import dev.cofferdam.memory.Arena;

/**
 * Which runs of a heap replies refer to ("pinned"), and whom to ask before the bytes of such a run change or go.
 *
 * <p>Owns the list of pinned runs that died while nobody could be asked; the mark itself stands beside the block. The compartment's owner thread; pins are
 * set and taken away by the event loop. What always holds: a pinned run keeps its address, and its bytes as they are, until {@link #beforeChange} or
 * its release has told the readers. A pin changes nothing of what a compartment has or may have.
 */
public final class RunPins {
    private final Arena arena;
    private final LongQueue dead = new LongQueue();
    private RunReaders readers = RunReaders.NONE;
    /** The lane works on this compartment, so readers cannot be asked: pinned runs that die meanwhile stay until it is back. */
    private boolean away;
    private long pinnedBytes;

    RunPins(Arena arena) {
        this.arena = arena;
    }

    void setReaders(RunReaders newReaders) {
        readers = newReaders;
    }

    /** The block that lies in a run, contains the address, and keeps its bytes as they are until it is freed or {@link #beforeChange}; 0 when there is none. */
    public long pinnable(long address) {
        long start = arena.runStart(address);
        if (start == 0) {
            return 0;
        }
        long block = start + BlockLayout.RUN_PREFIX_BYTES;
        int kind = BlockLayout.kind(block);
        return kind == BlockKind.STRING_RAW || kind >= BlockKind.LIST_CHUNK && kind <= BlockKind.ELEMENT ? block : 0;
    }

    /** From now on readers are asked before the run's bytes change or go. */
    public void pin(long run) {
        BlockLayout.setPinned(run, true);
        pinnedBytes += BlockLayout.bytes(run);
    }

    public void unpin(long run) {
        BlockLayout.setPinned(run, false);
        pinnedBytes -= BlockLayout.bytes(run);
    }

    /** The bytes of a pinned run are about to be written where they lie: what is being sent to a client must stay as it was. */
    public void beforeChange(long run) {
        if (away) {
            throw new IllegalStateException("a pinned run changes in a lane");
        }
        readers.beforeChange(run, BlockLayout.bytes(run));
        unpin(run);
    }

    /** A pinned run died: true when its release must wait until readers can be asked again. */
    boolean putsOff(long run) {
        if (away) {
            BlockLayout.setDead(run);
            dead.add(run);
        }
        return away;
    }

    /** A pinned run goes: true when it is the readers' from now on, false when none is left. */
    boolean handsOver(long run, long bytes) {
        pinnedBytes -= bytes;
        return readers.takeOver(run, run - BlockLayout.RUN_PREFIX_BYTES, bytes + BlockLayout.RUN_PREFIX_BYTES);
    }

    /** The compartment goes to its lane, or is back. */
    void setAway(boolean now) {
        away = now;
    }

    /** Takes one run whose release was put off, now that readers can be asked; 0 when there is none. */
    long takeDead() {
        if (away || dead.isEmpty()) {
            return 0;
        }
        long run = dead.first();
        dead.removeFirst();
        return run;
    }

    /** Bytes of live runs that replies refer to. */
    public long pinnedBytes() {
        return pinnedBytes;
    }
}
