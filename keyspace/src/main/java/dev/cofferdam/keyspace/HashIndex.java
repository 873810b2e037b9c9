// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.keyspace;

import dev.cofferdam.memory.Mem;
import java.util.Arrays;

/**
 * Finds a block by the hash of its name: linear hashing over 64-byte buckets (Litwin 1980).
 *
 * <p>Owns its bucket pages, which come from the compartment's page stock. Owner thread of the compartment only. The table grows and shrinks by one
 * bucket at a time, so it never doubles, never pauses, and every compartment pays for its own. What always holds: each block is in the chain of
 * the bucket its hash selects; {@link #size()} is the number of slots in use.
 *
 * <pre>
 *  bucket, 64 bytes = one cache line:  | slot 0 | slot 1 | ... | slot 6 | link |
 *  slot    bits  0..39  address of the block, in units of 4 bytes from the arena's base; a slot of 0 is empty
 *                40..51 tag: the top 12 bits of the hash
 *                52..63 policy: what eviction wants to know ({@link UsePolicy}); kept when the block moves
 *  link    address of an overflow bucket in units of 4 bytes, or 0
 *
 *  buckets 0 .. 2^level + split - 1; bucket of a hash = its low level+1 bits if that is below the count, else its low level bits
 * </pre>
 */
public abstract class HashIndex {
    static final int BUCKET_BYTES = 64;
    private static final int SLOTS = 7;
    private static final int LINK_OFFSET = SLOTS * 8;
    /** Average blocks a bucket above which the table grows by one; under a third of it, it shrinks. */
    private static final double GROW_AT = 5.4;
    private static final int FIRST_LEVEL = 4;
    static final long ADDRESS_MASK = (1L << 40) - 1;
    private static final int TAG_SHIFT = 40;
    private static final long TAG_MASK = 0xfffL << TAG_SHIFT;
    static final int POLICY_SHIFT = 52;

    private final PageStock stock;
    private final long base;
    private final int bucketsPerPageShift;
    private long[] pages = new long[4];
    private int pageCount;
    private int level = FIRST_LEVEL;
    private int split;
    private long size;
    private long growAbove;
    private long freeOverflow;
    private long overflowBuckets;
    private long[] overflowPages = new long[4];
    private int overflowPageCount;

    HashIndex(PageStock stock) {
        this.stock = stock;
        this.base = stock.arena().baseAddress();
        this.bucketsPerPageShift = Integer.numberOfTrailingZeros(stock.pageBytes() / BUCKET_BYTES);
    }

    /** True when the block carries this name. */
    abstract boolean matches(long block, int scope, long address, int length);

    /** The hash of the block's own name. */
    abstract long hashOf(long block);

    // ---------------------------------------------------------------- look-up

    private long bucketAt(long number) {
        return pages[(int) (number >> bucketsPerPageShift)] + ((number & ((1L << bucketsPerPageShift) - 1)) << 6);
    }

    private long bucketFor(long hash) {
        long number = hash & ((2L << level) - 1);
        if (number >= bucketCount()) {
            number &= (1L << level) - 1;
        }
        return bucketAt(number);
    }

    /** Buckets in use, overflow aside. */
    public long bucketCount() {
        return pageCount == 0 ? 0 : (1L << level) + split;
    }

    /** Address of the bucket where this hash begins: what a batch loads ahead. The index must not be empty. */
    public long bucketOf(long hash) {
        return bucketFor(hash);
    }

    /** The first block in this very bucket with the hash's tag, which is most likely the one that is looked for; 0 when there is none. */
    public long candidateIn(long bucket, long hash) {
        long tag = hash >>> 12 & TAG_MASK;
        for (long slot = bucket; slot < bucket + LINK_OFFSET; slot += 8) {
            long word = Mem.getLong(slot);
            if ((word & TAG_MASK) == tag && word != 0) {
                return block(word);
            }
        }
        return 0;
    }

    /** Brings in the bucket of a hash. The value means nothing, but the caller must keep it somewhere, or the compiler drops the load. */
    public long touch(long hash) {
        return pageCount == 0 ? 0 : Mem.getLong(bucketFor(hash));
    }

    /** Brings in the first bytes of the block that most likely has this hash. The value as with {@link #touch}. */
    public long touchBlock(long hash) {
        long block = pageCount == 0 ? 0 : candidateIn(bucketFor(hash), hash);
        return block == 0 ? 0 : Mem.getInt(block);
    }

    /**
     * The slot of the block with this name.
     *
     * @return address of the slot, valid until the next insert or remove, or 0
     */
    public long find(long hash, int scope, long address, int length) {
        if (pageCount == 0) {
            return 0;
        }
        long tag = hash >>> 12 & TAG_MASK;
        for (long bucket = bucketFor(hash); bucket != 0; bucket = follow(bucket)) {
            for (long slot = bucket; slot < bucket + LINK_OFFSET; slot += 8) {
                long word = Mem.getLong(slot);
                if ((word & TAG_MASK) == tag && word != 0 && matches(block(word), scope, address, length)) {
                    return slot;
                }
            }
        }
        return 0;
    }

    /** Says whether a block with the right tag is the one that is looked for. */
    interface BlockFilter {
        boolean accepts(long block, int value);
    }

    /** The first block of this hash's bucket that carries its tag and that the filter accepts, or 0. */
    long findByHash(long hash, BlockFilter filter, int value) {
        if (pageCount == 0) {
            return 0;
        }
        long tag = hash >>> 12 & TAG_MASK;
        for (long bucket = bucketFor(hash); bucket != 0; bucket = follow(bucket)) {
            for (long slot = bucket; slot < bucket + LINK_OFFSET; slot += 8) {
                long word = Mem.getLong(slot);
                if (word != 0 && (word & TAG_MASK) == tag && filter.accepts(block(word), value)) {
                    return block(word);
                }
            }
        }
        return 0;
    }

    /** The slot that holds this very block, or 0. */
    public long slotOf(long hash, long block) {
        if (pageCount == 0) {
            return 0;
        }
        long wanted = compact(block);
        for (long bucket = bucketFor(hash); bucket != 0; bucket = follow(bucket)) {
            for (long slot = bucket; slot < bucket + LINK_OFFSET; slot += 8) {
                if ((Mem.getLong(slot) & ADDRESS_MASK) == wanted) {
                    return slot;
                }
            }
        }
        return 0;
    }

    private long follow(long bucket) {
        long link = Mem.getLong(bucket + LINK_OFFSET);
        return link == 0 ? 0 : base + (link << 2);
    }

    /** The block a slot's word points to. */
    long block(long word) {
        return base + ((word & ADDRESS_MASK) << 2);
    }

    private long compact(long block) {
        return block - base >>> 2;
    }

    /** The block a slot points to. */
    public long blockIn(long slot) {
        return block(Mem.getLong(slot));
    }

    /** All that a slot says, for who wants to know more than one thing of it. */
    long wordIn(long slot) {
        return Mem.getLong(slot);
    }

    static int policy(long word) {
        return (int) (word >>> POLICY_SHIFT);
    }

    public int policyIn(long slot) {
        return policy(Mem.getLong(slot));
    }

    public void setPolicy(long slot, int policy) {
        setPolicy(slot, Mem.getLong(slot), policy);
    }

    /** As above, for who has the slot's word. */
    void setPolicy(long slot, long word, int policy) {
        Mem.putLong(slot, word & ~(-1L << POLICY_SHIFT) | (long) policy << POLICY_SHIFT);
    }

    /** Points the slot at the block's new address; tag and policy stay. */
    public void setBlock(long slot, long block) {
        Mem.putLong(slot, Mem.getLong(slot) & ~ADDRESS_MASK | compact(block));
    }

    // ---------------------------------------------------------------- change

    /**
     * Adds a block whose name is not in the index. Needs admitted memory: at most one overflow bucket and one page.
     *
     * @return its slot
     */
    public long insert(long hash, long block, int policy) {
        if (pageCount == 0) {
            addPage();
            clearBuckets(0, 1 << FIRST_LEVEL);
        }
        size++;
        if (size > growAbove) {
            grow();
        }
        return place(bucketFor(hash), (long) policy << POLICY_SHIFT | hash >>> 12 & TAG_MASK | compact(block));
    }

    private long place(long home, long word) {
        long bucket = home;
        while (true) {
            for (long slot = bucket; slot < bucket + LINK_OFFSET; slot += 8) {
                if (Mem.getLong(slot) == 0) {
                    Mem.putLong(slot, word);
                    return slot;
                }
            }
            long next = follow(bucket);
            if (next == 0) {
                next = takeOverflow();
                Mem.putLong(bucket + LINK_OFFSET, compact(next));
            }
            bucket = next;
        }
    }

    /** Removes this very block; throws when it is not there, for then the books are wrong. */
    public void remove(long hash, long block) {
        long wanted = compact(block);
        long home = bucketFor(hash);
        for (long bucket = home, previous = 0; bucket != 0; previous = bucket, bucket = follow(bucket)) {
            for (long slot = bucket; slot < bucket + LINK_OFFSET; slot += 8) {
                if ((Mem.getLong(slot) & ADDRESS_MASK) == wanted) {
                    Mem.putLong(slot, 0);
                    if (previous != 0) {
                        dropIfEmpty(previous, bucket);
                    }
                    size--;
                    if (size * 3 < growAbove && (level > FIRST_LEVEL || split > 0)) {
                        shrink();
                    }
                    return;
                }
            }
        }
        throw new IllegalStateException("index: block at 0x" + Long.toHexString(block) + " is not in its bucket");
    }

    private void dropIfEmpty(long previous, long bucket) {
        for (long slot = bucket; slot < bucket + LINK_OFFSET; slot += 8) {
            if (Mem.getLong(slot) != 0) {
                return;
            }
        }
        Mem.putLong(previous + LINK_OFFSET, Mem.getLong(bucket + LINK_OFFSET));
        giveOverflow(bucket);
    }

    /** Splits the next bucket in two. If no page can be had for it, chains get longer instead: nothing fails. */
    private void grow() {
        long fresh = bucketCount();
        if (fresh >> bucketsPerPageShift >= pageCount && !addPageIfSpare()) {
            return;
        }
        long source = bucketAt(split);
        clearBuckets(fresh, 1);
        long bit = 1L << level;
        split++;
        if (split == 1 << level) {
            level++;
            split = 0;
        }
        long target = bucketAt(fresh);
        setGrowAbove();
        spread(source, target, bit);
    }

    /** Moves every block of the chain whose hash has the bit to the target's chain, and closes the holes. */
    private void spread(long source, long target, long bit) {
        for (long bucket = source; bucket != 0; bucket = follow(bucket)) {
            for (long slot = bucket; slot < bucket + LINK_OFFSET; slot += 8) {
                long word = Mem.getLong(slot);
                if (word != 0 && (hashOf(block(word)) & bit) != 0) {
                    Mem.putLong(slot, 0);
                    place(target, word);
                }
            }
        }
        compactChain(source);
    }

    /** Pulls the slots of overflow buckets forward into holes and frees the buckets that become empty. */
    private void compactChain(long home) {
        long bucket = home;
        while (true) {
            long next = follow(bucket);
            if (next == 0) {
                return;
            }
            for (long from = next; from < next + LINK_OFFSET; from += 8) {
                long word = Mem.getLong(from);
                if (word != 0) {
                    long hole = holeIn(bucket);
                    if (hole == 0) {
                        break;
                    }
                    Mem.putLong(hole, word);
                    Mem.putLong(from, 0);
                }
            }
            long link = Mem.getLong(bucket + LINK_OFFSET);
            dropIfEmpty(bucket, next);
            if (Mem.getLong(bucket + LINK_OFFSET) == link) {
                bucket = next;
            }
        }
    }

    private static long holeIn(long bucket) {
        for (long slot = bucket; slot < bucket + LINK_OFFSET; slot += 8) {
            if (Mem.getLong(slot) == 0) {
                return slot;
            }
        }
        return 0;
    }

    /** Joins the last bucket to the one it was split from; undone by {@link #grow()}. */
    private void shrink() {
        if (stock.spareBytes() < stock.pageBytes() && freeOverflow == 0) {
            return; // joining may need an overflow bucket
        }
        if (split == 0) {
            level--;
            split = 1 << level;
        }
        split--;
        long last = (1L << level) + split;
        long source = bucketAt(last);
        long target = bucketAt(split);
        setGrowAbove();
        for (long bucket = source; bucket != 0; bucket = follow(bucket)) {
            for (long slot = bucket; slot < bucket + LINK_OFFSET; slot += 8) {
                long word = Mem.getLong(slot);
                if (word != 0) {
                    place(target, word);
                }
            }
        }
        for (long bucket = follow(source); bucket != 0;) {
            long next = follow(bucket);
            giveOverflow(bucket);
            bucket = next;
        }
        // Keep one page more than needed, or a table that breathes at a page's edge takes and returns it for ever.
        if ((last >> bucketsPerPageShift) + 2 < pageCount) {
            stock.giveBack(pages[--pageCount]);
        }
    }

    private void setGrowAbove() {
        growAbove = (long) (bucketCount() * GROW_AT);
    }

    // ---------------------------------------------------------------- memory

    private boolean addPageIfSpare() {
        if (stock.spareBytes() < stock.pageBytes()) {
            return false;
        }
        addPage();
        return true;
    }

    private void addPage() {
        if (pageCount == pages.length) {
            pages = Arrays.copyOf(pages, pageCount * 2);
        }
        pages[pageCount++] = stock.take();
        if (growAbove == 0) {
            setGrowAbove();
        }
    }

    private void clearBuckets(long first, int count) {
        Mem.fill(bucketAt(first), (long) count * BUCKET_BYTES, (byte) 0);
    }

    private long takeOverflow() {
        if (freeOverflow == 0) {
            carveOverflowPage();
        }
        long bucket = freeOverflow;
        freeOverflow = Mem.getLong(bucket);
        Mem.fill(bucket, BUCKET_BYTES, (byte) 0);
        overflowBuckets++;
        return bucket;
    }

    private void carveOverflowPage() {
        long page = stock.take();
        if (overflowPageCount == overflowPages.length) {
            overflowPages = Arrays.copyOf(overflowPages, overflowPageCount * 2);
        }
        overflowPages[overflowPageCount++] = page;
        for (long bucket = page + stock.pageBytes() - BUCKET_BYTES; bucket >= page; bucket -= BUCKET_BYTES) {
            Mem.putLong(bucket, freeOverflow);
            freeOverflow = bucket;
        }
    }

    private void giveOverflow(long bucket) {
        Mem.putLong(bucket, freeOverflow);
        freeOverflow = bucket;
        overflowBuckets--;
        if (overflowBuckets == 0) {
            for (int i = 0; i < overflowPageCount; i++) {
                stock.giveBack(overflowPages[i]);
            }
            overflowPageCount = 0;
            freeOverflow = 0;
        }
    }

    /** Returns every page; the index is empty afterwards. The blocks are the caller's. */
    public void clear() {
        for (int i = 0; i < pageCount; i++) {
            stock.giveBack(pages[i]);
        }
        for (int i = 0; i < overflowPageCount; i++) {
            stock.giveBack(overflowPages[i]);
        }
        pageCount = 0;
        overflowPageCount = 0;
        freeOverflow = 0;
        overflowBuckets = 0;
        level = FIRST_LEVEL;
        split = 0;
        size = 0;
        growAbove = 0;
    }

    // ---------------------------------------------------------------- walk

    /** What a scan hands out, slot by slot. */
    public interface SlotVisitor {
        void visit(long block, long slot);
    }

    /**
     * Visits all blocks of the next bucket (two after a split) and returns the cursor for the following call, 0 at the end. Start with 0.
     * A block that stays in the index for a whole walk is visited at least once, however the table grows or shrinks meanwhile: cursors count with
     * their bits reversed, so that all buckets an old bucket was split into follow each other (Noordhuis 2009, as in Redis's dictScan). The
     * visitor must not change the index.
     */
    public long scan(long cursor, SlotVisitor visitor) {
        if (pageCount == 0) {
            return 0;
        }
        long number = cursor & ((2L << level) - 1);
        long mask = (2L << level) - 1;
        if (number >= bucketCount() || (number & ((1L << level) - 1)) >= split) {
            mask = (1L << level) - 1;
            number &= mask;
        }
        visitChain(bucketAt(number), visitor);
        long next = cursor | ~mask;
        next = Long.reverse(Long.reverse(next) + 1);
        return next;
    }

    /** Visits every block once; the visitor must not change the index. */
    public void each(SlotVisitor visitor) {
        for (long number = 0; number < bucketCount(); number++) {
            visitChain(bucketAt(number), visitor);
        }
    }

    private void visitChain(long home, SlotVisitor visitor) {
        for (long bucket = home; bucket != 0; bucket = follow(bucket)) {
            for (long slot = bucket; slot < bucket + LINK_OFFSET; slot += 8) {
                long word = Mem.getLong(slot);
                if (word != 0) {
                    visitor.visit(block(word), slot);
                }
            }
        }
    }

    /** A block chosen by the two random words, near enough to uniform (buckets are; long chains a little less), or 0 when empty. */
    public long random(long randomBucket, int randomSlot) {
        if (size == 0) {
            return 0;
        }
        for (long number = Long.remainderUnsigned(randomBucket, bucketCount());; number = (number + 1) % bucketCount()) {
            int inChain = 0;
            for (long bucket = bucketAt(number); bucket != 0; bucket = follow(bucket)) {
                for (long slot = bucket; slot < bucket + LINK_OFFSET; slot += 8) {
                    inChain += Mem.getLong(slot) != 0 ? 1 : 0;
                }
            }
            if (inChain == 0) {
                continue;
            }
            int wanted = Integer.remainderUnsigned(randomSlot, inChain);
            for (long bucket = bucketAt(number); bucket != 0; bucket = follow(bucket)) {
                for (long slot = bucket; slot < bucket + LINK_OFFSET; slot += 8) {
                    long word = Mem.getLong(slot);
                    if (word != 0 && wanted-- == 0) {
                        return block(word);
                    }
                }
            }
        }
    }

    public long size() {
        return size;
    }

    /** Bytes of the buckets in use. */
    long inUseBytes() {
        return (bucketCount() + overflowBuckets) * BUCKET_BYTES;
    }

    /** Bytes of pages this index owns. */
    public long ownedBytes() {
        return (long) (pageCount + overflowPageCount) * stock.pageBytes();
    }
}
