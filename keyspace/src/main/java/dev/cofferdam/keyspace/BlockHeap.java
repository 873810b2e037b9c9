// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.keyspace;

import dev.cofferdam.memory.Account;
import dev.cofferdam.memory.Mem;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A compartment's memory: blocks appended to the open page of a stream, dead ones reclaimed by copying the live ones out of a page.
 *
 * <p>Owns the compartment's data pages and runs. Owner thread only. The form is that of a log-structured memory (RAMCloud, Rumble et al., FAST 2014):
 * there are no size classes and no free lists, so there is no fragmentation but dead bytes, and those the cleaner takes. What always holds:
 * <ul>
 * <li>every byte of a page up to its fill is part of exactly one block, so a page can be walked from its start;
 * <li>live bytes of a page = sum of its blocks that are not dead;
 * <li>blocks move only by the {@link PageCleaner} and in eviction, which run between commands: inside a command addresses are stable;
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

    private static final int MARK_BYTES = BlockLayout.HEADER_BYTES + 8;

    private final PageStock stock;
    private final PageTable table;
    private final int pageBytes;
    private final int blockMaxBytes;
    private final long base;

    /** Per stream: open page (0 = none), and the offset at which the next block goes. */
    private final LongSupplier nowMillis;
    private final long[] openPage = new long[STREAMS];
    private final int[] openFill = new int[STREAMS];
    private final PageQueues queues;
    private final PageCleaner cleaner;
    private final RunPins pins;
    private final LongQueue retiredRuns = new LongQueue();

    private final Relocator[] relocators = new Relocator[BlockKind.LIMIT];
    private @Nullable BlockBooks books;
    private long freedBytes;
    private long liveBytes;
    private long runBytes;
    private long runFrameBytes;
    /** The page eviction is walking: it is released when the walk is over, not by its last free. */
    private int walkedPage = -1;
    private long movedBlocks;

    BlockHeap(PageStock stock, PageTable table, LongSupplier nowMillis) {
        this.stock = stock;
        this.table = table;
        this.nowMillis = nowMillis;
        this.pageBytes = stock.pageBytes();
        this.blockMaxBytes = pageBytes / 2;
        this.base = stock.arena().baseAddress();
        this.queues = new PageQueues(table);
        this.cleaner = new PageCleaner(this, queues, table);
        this.pins = new RunPins(stock.arena());
        relocateWith(BlockKind.RUN_MARK, (kind, from, to) -> BlockLayout.setMark(markedEntry(to), to));
    }

    /** Whom to tell of every byte that becomes live or dead, by kind and owner: the prefix accounts. */
    void setBooks(BlockBooks newBooks) {
        books = newBooks;
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
        noteSealed(stream);
        table.liveBytes[number] = 0;
        queues.add(stream, number);
        openPage[stream] = page;
        // The first unit stays unused: an address of 0 units from the arena's base must not be a block.
        Mem.putInt(page, BlockKind.FILLER | BlockLayout.DEAD_BIT | 1 << 16);
        openFill[stream] = BlockLayout.UNIT_BYTES;
        table.fillBytes[number] = openFill[stream];
    }

    /** Nothing more is added to the stream's open page, if it has one. */
    private void noteSealed(int stream) {
        if (openPage[stream] != 0) {
            table.sealedMillis[pageOf(openPage[stream])] = (int) nowMillis.getAsLong();
        }
    }

    /** How long ago the last block was added to a page that is not open. */
    long sealedSinceMillis(int page) {
        return (int) nowMillis.getAsLong() - table.sealedMillis[page] & 0xffff_ffffL;
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
            if (!BlockLayout.isPinnedRun(block) || !pins.putsOff(block)) {
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
        if (table.liveBytes[page] == 0 && page != walkedPage && !isOpen(pageAddress(page))) {
            release(page);
        }
    }

    private void releaseRun(long block, long bytes) {
        runFrameBytes -= frameBytes(bytes);
        if (!BlockLayout.isPinnedRun(block) || !pins.handsOver(block, bytes)) {
            stock.account().returnRun(block - BlockLayout.RUN_PREFIX_BYTES, bytes + BlockLayout.RUN_PREFIX_BYTES);
        }
    }

    /** To be called before the bytes of a block are written where they lie: what is being sent to a client must stay as it was. */
    public void beforeChange(long block) {
        if (BlockLayout.isPinnedRun(block)) {
            pins.beforeChange(block);
        }
    }

    /** The compartment goes to its lane, or is back: its lane cannot ask those who read from runs. */
    void setReadersAway(boolean away) {
        pins.setAway(away);
        for (long run = pins.takeDead(); run != 0; run = pins.takeDead()) {
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
        queues.add(SURVIVORS, page);
    }

    /** Gives a page back of which no block is live. */
    void release(int page) {
        unlink(page);
        table.fillBytes[page] = 0;
        stock.giveBack(pageAddress(page));
    }

    private void unlink(int page) {
        cleaner.leaves(page);
        queues.remove(page);
    }

    // ---------------------------------------------------------------- all at once

    /** Everything in the heap is garbage from now on; {@link #freeRetired} gives it back step by step. Nothing may refer to a block any more. */
    void retireAll() {
        cleaner.allLeave();
        for (int stream = 0; stream < STREAMS; stream++) {
            openPage[stream] = 0;
            openFill[stream] = 0;
            queues.retire(stream);
        }
        stock.account().eachRun(run -> {
            long block = run + BlockLayout.RUN_PREFIX_BYTES;
            if (!BlockLayout.isDead(block)) {
                BlockLayout.setDead(block);
                retiredRuns.add(block);
            }
        });
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
        int page = queues.oldest(PageQueues.RETIRED);
        if (page < 0) {
            return false;
        }
        walkPage(page, PageQueues.RETIRED, (block, stream) -> {
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
        return queues.oldest(PageQueues.RETIRED) >= 0 || !retiredRuns.isEmpty();
    }

    // ---------------------------------------------------------------- moving

    /** Copies a block to the stream's open page and tells who points to it. The old copy is left for the page's release. */
    long move(long block, int stream) {
        int rounded = BlockLayout.pageBytes(block);
        long copy = append(stream, rounded);
        Mem.copy(block, copy, rounded);
        table.liveBytes[pageOf(copy)] += rounded;
        table.liveBytes[pageOf(block)] -= rounded;
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
            for (int page = queues.oldest(stream); page >= 0; page = queues.next(page)) {
                walkPage(page, stream, visitor);
            }
        }
    }

    void walkPage(int page, int stream, BlockVisitor visitor) {
        long start = pageAddress(page);
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
        return queues.oldest(stream);
    }

    int nextPage(int page) {
        return queues.next(page);
    }

    int pageCount(int stream) {
        return queues.count(stream);
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
            noteSealed(stream);
            openPage[stream] = 0;
            openFill[stream] = 0;
            if (table.liveBytes[page] == 0) {
                release(page);
            }
        }
    }

    boolean isOpenPage(int page) {
        return isOpen(pageAddress(page));
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
        return pageBytesOwned() + runFrameBytes;
    }

    /** Bytes of data pages, runs aside. */
    long pageBytesOwned() {
        return (long) queues.count() * pageBytes;
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

    /** Which runs are being sent from. */
    public RunPins pins() {
        return pins;
    }

    /** Who takes out the dead bytes. */
    PageCleaner cleaner() {
        return cleaner;
    }

    /** Blocks copied by cleaner and eviction. */
    long movedBlocks() {
        return movedBlocks;
    }
}
