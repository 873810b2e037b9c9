// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.keyspace;

import dev.cofferdam.memory.Account;
import dev.cofferdam.memory.Mem;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A compartment's memory: blocks appended to the open page of a stream, dead ones reclaimed by copying the live ones out of a page.
 *
 * <p>Owns the compartment's data pages and runs. Owner thread only. The form is that of a log-structured memory (RAMCloud, Rumble et al., FAST 2014):
 * there are no size classes and no free lists, so there is no fragmentation but dead bytes, and those the cleaner takes. What always holds:
 * <ul>
 * <li>every byte of a page up to its fill is part of exactly one block, so a page can be walked from its start;
 * <li>live bytes of a page = sum of its blocks that are not dead;
 * <li>blocks move only in {@link #cleanOnce} and in eviction, which run between commands: inside a command addresses are stable;
 * <li>after an admission for n bytes, blocks of n bytes in all can be allocated without failing.
 * </ul>
 *
 * <p>Three streams keep apart what ages differently: new entries, entries that survived (were used again, or were moved by the cleaner), and nodes of
 * large values. Each is a queue of pages, oldest first, which is what eviction works by. A block larger than half a page lies in a run of its own.
 */
public final class BlockHeap implements BlockStore {
    static final int NEW = 0;
    static final int SURVIVORS = 1;
    static final int NODES = 2;
    static final int STREAMS = 3;
    /** The queue of pages whose blocks are all garbage, because the compartment was emptied; no stream, nothing is added or cleaned there. */
    private static final int RETIRED = 3;

    /** How many pages the cleaner looks at to find the emptiest, at most. */
    private static final int CLEANER_LOOKS = 512;
    private static final int MARK_BYTES = BlockLayout.HEADER_BYTES + 8;

    private final PageStock stock;
    private final PageTable table;
    private final int pageBytes;
    private final int blockMaxBytes;
    private final long base;

    /** Per stream: open page (0 = none), the offset at which the next block goes, oldest and youngest page, number of pages. */
    private final long[] openPage = new long[STREAMS];
    private final int[] openFill = new int[STREAMS];
    private final int[] oldest = {-1, -1, -1, -1};
    private final int[] youngest = {-1, -1, -1, -1};
    private final int[] pages = new int[STREAMS + 1];
    private final int[] cleanerAt = {-1, -1, -1, -1};
    private final LongQueue retiredRuns = new LongQueue();

    private final Relocator[] relocators = new Relocator[BlockKind.LIMIT];
    private @Nullable BlockBooks books;
    private RunReaders readers = RunReaders.NONE;
    /** The lane works on this compartment, so readers cannot be asked: pinned runs that die meanwhile stay until it is back. */
    private boolean readersAway;
    private long pinnedBytes;
    private final LongQueue deadPinned = new LongQueue();

    private boolean keepsQueues;
    private long freedBytes;
    private long liveBytes;
    private long runBytes;
    private long runFrameBytes;
    /** The page eviction is walking: it is released when the walk is over, not by its last free. */
    private int walkedPage = -1;
    /** The page {@link #cleanSome} is in the middle of, and where the next of its blocks begins; -1 when it is at none. */
    private int partPage = -1;
    private long partAt;
    private long cleanedPages;
    private long movedBytes;
    private long movedBlocks;

    BlockHeap(PageStock stock, PageTable table) {
        this.stock = stock;
        this.table = table;
        this.pageBytes = stock.pageBytes();
        this.blockMaxBytes = pageBytes / 2;
        this.base = stock.arena().baseAddress();
        relocateWith(BlockKind.RUN_MARK, (kind, from, to) -> BlockLayout.setMark(markedEntry(to), to));
    }

    /** Whether cleaning leaves entries in their stream: so for compartments that evict by the order of these. */
    void setKeepsQueues(boolean keeps) {
        keepsQueues = keeps;
    }

    /** Whom to tell of every byte that becomes live or dead, by kind and owner: the prefix accounts. */
    void setBooks(BlockBooks newBooks) {
        books = newBooks;
    }

    /** Whom to ask before the bytes of a pinned run change or go. */
    void setRunReaders(RunReaders newReaders) {
        readers = newReaders;
    }

    /** Registers who updates the pointers to blocks of a kind. */
    public void relocateWith(int kind, Relocator relocator) {
        relocators[kind] = relocator;
    }

    // ---------------------------------------------------------------- allocate and free

    /**
     * A new block: header written, body not. Never fails within what was admitted.
     *
     * @param bytes exact length with the header
     */
    @Override
    public long allocate(int kind, int owner, long bytes) {
        return allocate(BlockKind.isEntry(kind) ? NEW : NODES, kind, owner, bytes);
    }

    /** As above, into a stream of the caller's choice. */
    long allocate(int stream, int kind, int owner, long bytes) {
        long block;
        if (bytes > blockMaxBytes) {
            long run = stock.account().takeRun(bytes + BlockLayout.RUN_PREFIX_BYTES);
            if (run == 0) {
                throw new IllegalStateException(
                        "compartment '" + stock.account().name() + "': no run of " + bytes + " bytes: a command used more than"
                                + " it was admitted for");
            }
            block = run + BlockLayout.RUN_PREFIX_BYTES;
            BlockLayout.writeRun(block, kind, owner, bytes);
            runBytes += bytes;
            runFrameBytes += frameBytes(bytes);
            liveBytes += bytes;
            BlockLayout.setMark(block, BlockKind.isEntry(kind) ? mark(stream, block) : 0);
        } else {
            int rounded = (int) BlockLayout.roundedBytes(bytes);
            block = append(stream, rounded);
            BlockLayout.write(block, kind, owner, bytes);
            becameLive(block, rounded);
        }
        if (books != null) {
            books.charge(kind, owner, BlockLayout.roundedBytes(bytes));
        }
        return block;
    }

    /** A run is in no page, so eviction would never come across it: its mark stands in the queue for it. */
    private long mark(int stream, long run) {
        long mark = append(stream, MARK_BYTES);
        BlockLayout.write(mark, BlockKind.RUN_MARK, 0, MARK_BYTES);
        Mem.putLong(mark + BlockLayout.HEADER_BYTES, run);
        becameLive(mark, MARK_BYTES);
        return mark;
    }

    /** The entry a mark stands for. */
    static long markedEntry(long mark) {
        return Mem.getLong(mark + BlockLayout.HEADER_BYTES);
    }

    private long append(int stream, int rounded) {
        if (openPage[stream] == 0 || openFill[stream] + rounded > pageBytes) {
            openNext(stream);
        }
        long block = openPage[stream] + openFill[stream];
        openFill[stream] += rounded;
        table.fillBytes[pageOf(block)] = openFill[stream];
        return block;
    }

    private void openNext(int stream) {
        long page = stock.take();
        int number = pageOf(page);
        table.liveBytes[number] = 0;
        table.previous[number] = youngest[stream];
        table.next[number] = -1;
        table.stream[number] = (byte) stream;
        if (youngest[stream] >= 0) {
            table.next[youngest[stream]] = number;
        } else {
            oldest[stream] = number;
        }
        youngest[stream] = number;
        pages[stream]++;
        openPage[stream] = page;
        // The first unit stays unused: an address of 0 units from the arena's base must not be a block.
        Mem.putInt(page, BlockKind.FILLER | BlockLayout.DEAD_BIT | 1 << 16);
        openFill[stream] = BlockLayout.UNIT_BYTES;
        table.fillBytes[number] = openFill[stream];
    }

    private void becameLive(long block, int rounded) {
        table.liveBytes[pageOf(block)] += rounded;
        liveBytes += rounded;
    }

    /** Frees a block; its address is dead at once. */
    @Override
    public void free(long block) {
        long bytes = BlockLayout.bytes(block);
        if (books != null) {
            books.charge(BlockLayout.kind(block), BlockLayout.owner(block), -BlockLayout.roundedBytes(bytes));
        }
        kill(block, bytes);
    }

    private void kill(long block, long bytes) {
        freedBytes += bytes;
        if (BlockLayout.isRun(block)) {
            runBytes -= bytes;
            liveBytes -= bytes;
            if (BlockLayout.mark(block) != 0) {
                kill(BlockLayout.mark(block), MARK_BYTES);
            }
            if (readersAway && BlockLayout.isPinnedRun(block)) {
                BlockLayout.setDead(block);
                deadPinned.add(block);
            } else {
                releaseRun(block, bytes);
            }
            return;
        }
        if (BlockLayout.isDead(block)) {
            throw new IllegalStateException("block at 0x" + Long.toHexString(block) + " freed twice");
        }
        BlockLayout.setDead(block);
        int rounded = BlockLayout.pageBytes(block);
        int page = pageOf(block);
        table.liveBytes[page] -= rounded;
        liveBytes -= rounded;
        if (table.liveBytes[page] == 0 && page != walkedPage && !isOpen(base + (long) page * pageBytes)) {
            release(page);
        }
    }

    private void releaseRun(long block, long bytes) {
        long run = block - BlockLayout.RUN_PREFIX_BYTES;
        long runBytes = bytes + BlockLayout.RUN_PREFIX_BYTES;
        runFrameBytes -= frameBytes(bytes);
        if (BlockLayout.isPinnedRun(block)) {
            pinnedBytes -= bytes;
            if (readers.takeOver(block, run, runBytes)) {
                return;
            }
        }
        stock.account().returnRun(run, runBytes);
    }

    // ---------------------------------------------------------------- pinned runs

    /** The block that lies in a run, contains the address, and keeps its bytes as they are until it is freed or {@link #beforeChange}; 0 when there is none. */
    public long pinnableRun(long address) {
        long start = stock.arena().runStart(address);
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

    /** To be called before the bytes of a block are written where they lie: what is being sent to a client must stay as it was. */
    public void beforeChange(long block) {
        if (BlockLayout.isPinnedRun(block)) {
            if (readersAway) {
                throw new IllegalStateException("a pinned run changes in a lane");
            }
            readers.beforeChange(block, BlockLayout.bytes(block));
            unpin(block);
        }
    }

    /** The compartment goes to its lane, or is back. */
    void setReadersAway(boolean away) {
        readersAway = away;
        while (!away && !deadPinned.isEmpty()) {
            long run = deadPinned.first();
            deadPinned.removeFirst();
            releaseRun(run, BlockLayout.bytes(run));
        }
    }

    /**
     * Gives the block a new exact length where it is, if it can: the same room, less room, or more because it is the last of its open page.
     *
     * @return false when it must be copied to a new block
     */
    boolean resizeInPlace(long block, long bytes) {
        long before = BlockLayout.roundedBytes(BlockLayout.bytes(block));
        long after = BlockLayout.roundedBytes(bytes);
        if (BlockLayout.isRun(block)) {
            beforeChange(block);
            if (!resizeRun(block, bytes)) {
                return false;
            }
        } else if (after > before) {
            int stream = openStreamAtEnd(block + before);
            if (stream < 0 || openFill[stream] + (after - before) > pageBytes || after > blockMaxBytes) {
                return false;
            }
            openFill[stream] += (int) (after - before);
            table.fillBytes[pageOf(block)] = openFill[stream];
            becameLive(block, (int) (after - before));
        } else if (after < before) {
            freedBytes += before - after;
            int stream = openStreamAtEnd(block + before);
            if (stream >= 0) {
                openFill[stream] -= (int) (before - after);
                table.fillBytes[pageOf(block)] = openFill[stream];
            } else {
                Mem.putInt(block + after, BlockKind.FILLER | BlockLayout.DEAD_BIT | (int) (before - after) / BlockLayout.UNIT_BYTES << 16);
            }
            becameLive(block, (int) (after - before));
        }
        BlockLayout.setBytes(block, bytes);
        if (books != null && after != before) {
            books.charge(BlockLayout.kind(block), BlockLayout.owner(block), after - before);
        }
        return true;
    }

    /** Writes another owner word, and charges the new owner with what the old one is credited. */
    void changeOwner(long block, int owner) {
        long bytes = BlockLayout.roundedBytes(BlockLayout.bytes(block));
        if (books != null) {
            books.charge(BlockLayout.kind(block), BlockLayout.owner(block), -bytes);
            books.charge(BlockLayout.kind(block), owner, bytes);
        }
        BlockLayout.setOwner(block, owner);
    }

    private boolean resizeRun(long block, long bytes) {
        long before = BlockLayout.bytes(block);
        if (bytes <= blockMaxBytes
                || !stock.account().resizeRun(block - BlockLayout.RUN_PREFIX_BYTES, before + BlockLayout.RUN_PREFIX_BYTES,
                        bytes + BlockLayout.RUN_PREFIX_BYTES)) {
            return false;
        }
        runBytes += bytes - before;
        runFrameBytes += frameBytes(bytes) - frameBytes(before);
        liveBytes += bytes - before;
        return true;
    }

    /** The most that giving a block this exact length can take from the account; 0 when the block has the room. For admission. */
    long growthBytes(long block, long bytes) {
        if (!BlockLayout.isRun(block)) {
            return BlockLayout.roundedBytes(bytes) <= BlockLayout.pageBytes(block) ? 0 : bytes;
        }
        long before = BlockLayout.bytes(block);
        if (bytes <= blockMaxBytes
                || !stock.arena().inOneSlot(before + BlockLayout.RUN_PREFIX_BYTES, bytes + BlockLayout.RUN_PREFIX_BYTES)) {
            return bytes;
        }
        long frames = frameBytes(bytes) - frameBytes(before);
        // Frames are not in the page stock: only an admission of more than half a block sets bytes aside for runs.
        return frames <= 0 ? 0 : Math.max(frames, blockMaxBytes / 2 + 1);
    }

    private int openStreamAtEnd(long end) {
        for (int stream = 0; stream < STREAMS; stream++) {
            if (openPage[stream] != 0 && openPage[stream] + openFill[stream] == end) {
                return stream;
            }
        }
        return -1;
    }

    private boolean isOpen(long page) {
        return openPage[NEW] == page || openPage[SURVIVORS] == page || openPage[NODES] == page;
    }

    /** Makes a page that is not open the youngest of the survivors, as if each of its blocks had been moved there. */
    void requeue(int page) {
        unlink(page);
        table.stream[page] = (byte) SURVIVORS;
        table.previous[page] = youngest[SURVIVORS];
        table.next[page] = -1;
        if (youngest[SURVIVORS] >= 0) {
            table.next[youngest[SURVIVORS]] = page;
        } else {
            oldest[SURVIVORS] = page;
        }
        youngest[SURVIVORS] = page;
        pages[SURVIVORS]++;
    }

    private void release(int page) {
        unlink(page);
        table.fillBytes[page] = 0;
        stock.giveBack(base + (long) page * pageBytes);
    }

    private void unlink(int page) {
        int stream = table.stream[page];
        int before = table.previous[page];
        int after = table.next[page];
        if (before >= 0) {
            table.next[before] = after;
        } else {
            oldest[stream] = after;
        }
        if (after >= 0) {
            table.previous[after] = before;
        } else {
            youngest[stream] = before;
        }
        if (cleanerAt[stream] == page) {
            cleanerAt[stream] = after;
        }
        if (partPage == page) {
            partPage = -1;
        }
        pages[stream]--;
    }

    // ---------------------------------------------------------------- all at once

    /** Everything in the heap is garbage from now on; {@link #freeRetired} gives it back step by step. Nothing may refer to a block any more. */
    void retireAll() {
        partPage = -1;
        for (int stream = 0; stream < STREAMS; stream++) {
            openPage[stream] = 0;
            openFill[stream] = 0;
            cleanerAt[stream] = -1;
            if (oldest[stream] >= 0) {
                retire(stream);
            }
        }
        stock.account().eachRun(run -> {
            long block = run + BlockLayout.RUN_PREFIX_BYTES;
            if (!BlockLayout.isDead(block)) {
                BlockLayout.setDead(block);
                retiredRuns.add(block);
            }
        });
    }

    private void retire(int stream) {
        for (int page = oldest[stream]; page >= 0; page = table.next[page]) {
            table.stream[page] = RETIRED;
        }
        if (youngest[RETIRED] < 0) {
            oldest[RETIRED] = oldest[stream];
        } else {
            table.next[youngest[RETIRED]] = oldest[stream];
            table.previous[oldest[stream]] = youngest[RETIRED];
        }
        youngest[RETIRED] = youngest[stream];
        pages[RETIRED] += pages[stream];
        pages[stream] = 0;
        oldest[stream] = -1;
        youngest[stream] = -1;
    }

    /**
     * Gives one retired run or page back.
     *
     * @param farewell told of each entry that goes, still readable
     * @return false when nothing is retired
     */
    boolean freeRetired(LongConsumer farewell) {
        if (!retiredRuns.isEmpty()) {
            long run = retiredRuns.first();
            retiredRuns.removeFirst();
            if (BlockKind.isEntry(BlockLayout.kind(run))) {
                farewell.accept(run);
            }
            free(run);
            return true;
        }
        int page = oldest[RETIRED];
        if (page < 0) {
            return false;
        }
        walkPage(page, RETIRED, (block, stream) -> {
            int rounded = BlockLayout.pageBytes(block);
            if (BlockKind.isEntry(BlockLayout.kind(block))) {
                farewell.accept(block);
            }
            if (books != null && BlockLayout.kind(block) != BlockKind.RUN_MARK) {
                books.charge(BlockLayout.kind(block), BlockLayout.owner(block), -rounded);
            }
            liveBytes -= rounded;
        });
        table.liveBytes[page] = 0;
        release(page);
        return true;
    }

    boolean hasRetired() {
        return oldest[RETIRED] >= 0 || !retiredRuns.isEmpty();
    }

    // ---------------------------------------------------------------- cleaning

    /**
     * Copies the live blocks out of the page with the most dead bytes of those looked at, if there are at least {@code gainMinBytes} of them, and frees
     * it. The unused end of a page is no gain: where blocks are large, the next page ends with a hole as well.
     *
     * @return bytes gained, 0 when no page has so many dead ones
     */
    int cleanOnce(int gainMinBytes) {
        int best = pageWithMostDead(gainMinBytes);
        if (best < 0) {
            return 0;
        }
        int dead = table.fillBytes[best] - table.liveBytes[best];
        int target = cleaningTarget(best);
        long page = base + (long) best * pageBytes;
        long end = page + table.fillBytes[best];
        for (long block = page; block < end;) {
            int rounded = BlockLayout.pageBytes(block);
            if (!BlockLayout.isDead(block)) {
                move(block, target);
            }
            block += rounded;
        }
        emptied(best);
        return dead;
    }

    /**
     * As {@link #cleanOnce}, a part of a page at a time: a page of small nodes of a sorted set has thousands, each of which takes a search to move.
     *
     * @return false when there was nothing to do
     */
    boolean cleanSome(int gainMinBytes, int blocks) {
        if (partPage < 0) {
            partPage = pageWithMostDead(gainMinBytes);
            if (partPage < 0) {
                return false;
            }
            partAt = base + (long) partPage * pageBytes;
        }
        int page = partPage;
        int target = cleaningTarget(page);
        long end = base + (long) page * pageBytes + table.fillBytes[page];
        int moved = 0;
        while (partAt < end && moved < blocks) {
            long block = partAt;
            partAt += BlockLayout.pageBytes(block);
            if (!BlockLayout.isDead(block)) {
                move(block, target);
                BlockLayout.setDead(block);
                moved++;
            }
        }
        if (partAt >= end) {
            emptied(page);
        }
        return true;
    }

    private int pageWithMostDead(int gainMinBytes) {
        int best = -1;
        int bestDead = Math.max(1, gainMinBytes) - 1;
        for (int stream = 0; stream < STREAMS; stream++) {
            int at = cleanerAt[stream] >= 0 ? cleanerAt[stream] : oldest[stream];
            for (int looks = Math.min(CLEANER_LOOKS, pages[stream]); looks > 0 && at >= 0; looks--) {
                int dead = table.fillBytes[at] - table.liveBytes[at];
                if (dead > bestDead && !isOpen(base + (long) at * pageBytes)) {
                    best = at;
                    bestDead = dead;
                }
                at = table.next[at] >= 0 ? table.next[at] : oldest[stream];
            }
            cleanerAt[stream] = at;
        }
        return best;
    }

    private int cleaningTarget(int page) {
        int stream = table.stream[page];
        return keepsQueues ? stream : stream == NODES ? NODES : SURVIVORS;
    }

    private void emptied(int page) {
        if (table.liveBytes[page] != 0) {
            throw new IllegalStateException("page " + page + " was cleaned and has " + table.liveBytes[page] + " live bytes");
        }
        release(page);
        cleanedPages++;
    }

    /** Copies a block to the stream's open page and tells who points to it. The old copy is left for the page's release. */
    long move(long block, int stream) {
        int rounded = BlockLayout.pageBytes(block);
        long copy = append(stream, rounded);
        Mem.copy(block, copy, rounded);
        table.liveBytes[pageOf(copy)] += rounded;
        table.liveBytes[pageOf(block)] -= rounded;
        movedBytes += rounded;
        movedBlocks++;
        int kind = BlockLayout.kind(copy);
        Relocator relocator = relocators[kind];
        if (relocator == null) {
            throw new IllegalStateException("nobody relocates blocks of kind " + kind);
        }
        relocator.moved(kind, block, copy);
        return copy;
    }

    // ---------------------------------------------------------------- facts

    /** What a walk over all blocks hands out. */
    interface BlockVisitor {
        void visit(long block, int stream);
    }

    /** Visits all blocks in pages that are not dead; the visitor must not change the heap. Runs are not visited. */
    void walk(BlockVisitor visitor) {
        for (int stream = 0; stream < STREAMS; stream++) {
            for (int page = oldest[stream]; page >= 0; page = table.next[page]) {
                walkPage(page, stream, visitor);
            }
        }
    }

    void walkPage(int page, int stream, BlockVisitor visitor) {
        long start = base + (long) page * pageBytes;
        long end = start + table.fillBytes[page];
        for (long block = start; block < end;) {
            int rounded = BlockLayout.pageBytes(block);
            if (rounded == 0) {
                throw new IllegalStateException("page " + page + ": block without length at offset " + (block - start));
            }
            if (!BlockLayout.isDead(block)) {
                visitor.visit(block, stream);
            }
            block += rounded;
        }
    }

    int oldestPage(int stream) {
        return oldest[stream];
    }

    int nextPage(int page) {
        return table.next[page];
    }

    int pageCount(int stream) {
        return pages[stream];
    }

    int pageOf(long address) {
        return stock.arena().pageIndex(address);
    }

    int liveBytesOf(int page) {
        return table.liveBytes[page];
    }

    long pageAddress(int page) {
        return base + (long) page * pageBytes;
    }

    int fillBytesOf(int page) {
        return table.fillBytes[page];
    }

    /** Closes the stream's open page, so that it can be evicted or cleaned. */
    void seal(int stream) {
        if (openPage[stream] != 0) {
            int page = pageOf(openPage[stream]);
            openPage[stream] = 0;
            openFill[stream] = 0;
            if (table.liveBytes[page] == 0) {
                release(page);
            }
        }
    }

    boolean isOpenPage(int page) {
        return isOpen(base + (long) page * pageBytes);
    }

    /** Eviction starts to empty a page block by block. */
    void beginEmptying(int page) {
        walkedPage = page;
    }

    /** Frees an evicted page; all its blocks were moved or freed. */
    void releaseEmptied(int page) {
        walkedPage = -1;
        if (table.liveBytes[page] != 0) {
            throw new IllegalStateException("page " + page + " still has " + table.liveBytes[page] + " live bytes");
        }
        release(page);
    }

    private static long frameBytes(long bytes) {
        return (bytes + BlockLayout.RUN_PREFIX_BYTES + 4095) & -4096L;
    }

    /** Bytes the open page of nodes still has, 0 when none is open: a node that may choose its size takes what is left. */
    int nodeRoomBytes() {
        return openPage[NODES] == 0 ? 0 : pageBytes - openFill[NODES];
    }

    /** Bytes left in the open page of the stream with the least room that an allocation could go to. */
    long openRoomBytes() {
        long room = openPage[NEW] == 0 ? 0 : pageBytes - openFill[NEW];
        return openPage[NODES] == 0 ? room : Math.min(room, pageBytes - openFill[NODES]);
    }

    int blockMaxBytes() {
        return blockMaxBytes;
    }

    Account account() {
        return stock.account();
    }

    /** Bytes freed since the start: as long as they do not change, a search for room that failed fails again. */
    long freedBytes() {
        return freedBytes;
    }

    /** Bytes of live blocks, rounded as they lie in pages, and of runs. */
    public long liveBytes() {
        return liveBytes;
    }

    /** Bytes of data pages and runs this heap owns. */
    public long ownedBytes() {
        return (long) (pages[NEW] + pages[SURVIVORS] + pages[NODES] + pages[RETIRED]) * pageBytes + runFrameBytes;
    }

    /** Bytes of data pages, runs aside. */
    long pageBytesOwned() {
        return (long) (pages[NEW] + pages[SURVIVORS] + pages[NODES] + pages[RETIRED]) * pageBytes;
    }

    /** Bytes of live blocks in pages. */
    long liveBytesInPages() {
        return liveBytes - runBytes;
    }

    /** Exact bytes of live runs. */
    long runBytes() {
        return runBytes;
    }

    long runFrameBytes() {
        return runFrameBytes;
    }

    /** Bytes of live runs that replies refer to. */
    public long pinnedBytes() {
        return pinnedBytes;
    }

    public long cleanedPages() {
        return cleanedPages;
    }

    /** Blocks copied by cleaner and eviction. */
    long movedBlocks() {
        return movedBlocks;
    }

    /** Bytes copied by cleaner and eviction. */
    public long movedBytes() {
        return movedBytes;
    }
}
