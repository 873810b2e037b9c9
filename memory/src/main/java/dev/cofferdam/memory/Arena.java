// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.memory;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.function.LongConsumer;

/**
 * All data memory of the process: one reservation of addresses, handed out as pages and runs to accounts.
 *
 * <p>Owns the mapping, the page table and the list of accounts. Every method is safe from any thread (one short lock; a page is taken once in
 * thousands of commands). What always holds, by construction and not by sampling:
 * <ul>
 * <li>the bytes owned by all accounts are never more than {@link #maxBytes()};
 * <li>the bytes that have memory behind them ({@link #committedBytes()}: owned, or free and kept for reuse) are never more either;
 * <li>no account owns more than its maximum, unless that maximum was lowered under its use, and then it gets nothing more;
 * <li>free memory never falls under what accounts may still claim of their reserves, except by what accounts that give back at once hold beyond
 * theirs: their loans.
 * </ul>
 *
 * <p>Two kinds of pieces. A <em>page</em> has {@link #pageBytes()}. A <em>run</em> is one contiguous value larger than half a page; it lies in a
 * slot of the next power of two in address space, but only the 4 KiB frames it needs get memory, and those are what its account pays. Address
 * space is plentiful: every class of slots has twice the arena's size, so a run is refused for want of memory only, never of a hole.
 *
 * <pre>
 * base                                +pageRegion          +2*max               +2*max
 *  | page 0 | page 1 | ... | page n-1 | slots of 2^k bytes | slots of 2^(k+1) B | ...
 * </pre>
 */
public final class Arena implements AutoCloseable {
    /** Granule in which runs are charged and committed. */
    public static final int FRAME_BYTES = 4096;
    /** The largest run: Redis's limit for a value, and room for its key and header. */
    public static final long RUN_MAX_BYTES = 1L << 30;

    private static final int NOBODY = -1;
    /** The cushion is 1/64 of the arena. */
    private static final int CUSHION_SHIFT = 6;
    /** Memory of a larger run goes back to the system bit by bit after its return: 1 MiB takes the system about 0.1 ms. */
    private static final int DECOMMIT_AT_ONCE_BYTES = 1 << 18;

    /** What was reserved at start: {@link #maxBytes} may be anything up to it. */
    private final long capacityBytes;
    private volatile long maxBytes;
    private final int pageBytes;
    private final int pageShift;
    private final int pageCount;
    private final long base;
    private final long mappedBytes;
    private final long pageRegionBytes;
    private final RunClass[] runClasses;

    /** Index of the owning account per page, or {@link #NOBODY}. */
    private final int[] pageOwner;
    /** Free pages; those with memory behind them are on top. */
    private final int[] freePages;
    private int freePageCount;
    private final BitSet committedPages;
    private long committedFreeBytes;
    /** Runs that were returned and whose memory has not all gone back yet, last one first; their bytes are part of {@link #committedFreeBytes}. */
    private long[] emptyingRuns = new long[8];
    private long[] emptyingBytes = new long[8];
    private int emptyingCount;
    private long ownedBytes;
    private long peakOwnedBytes;
    private final List<Account> accounts = new ArrayList<>();

    private Arena(long maxBytes, int pageBytes) {
        this.pageBytes = pageBytes;
        this.pageShift = Integer.numberOfTrailingZeros(pageBytes);
        this.pageCount = Math.toIntExact(maxBytes >> pageShift);
        this.capacityBytes = (long) pageCount << pageShift;
        this.maxBytes = capacityBytes;
        this.pageRegionBytes = capacityBytes;
        int firstClassShift = pageShift; // the smallest run is a little over half a page
        int classes = 31 - firstClassShift;
        this.runClasses = new RunClass[classes];
        long at = roundUp(pageRegionBytes, RUN_MAX_BYTES);
        for (int i = 0; i < classes; i++) {
            int shift = firstClassShift + i;
            long slots = Math.max(1, (2 * capacityBytes) >> shift) + 2; // one that is half emptied
            runClasses[i] = new RunClass(shift, Math.toIntExact(slots), at);
            at += slots << shift;
        }
        this.mappedBytes = at;
        this.base = NativeMemory.reserve(mappedBytes);
        this.pageOwner = new int[pageCount];
        this.freePages = new int[pageCount];
        this.committedPages = new BitSet(pageCount);
        Arrays.fill(pageOwner, NOBODY);
        for (int i = 0; i < pageCount; i++) {
            freePages[i] = pageCount - 1 - i;
        }
        freePageCount = pageCount;
        ArenaRegistry.add(this);
    }

    /**
     * Reserves addresses for an arena; memory comes page by page.
     *
     * @param maxBytes what all accounts together may own, rounded down to whole pages
     * @param pageBytes a power of two, 16 KiB to 1 MiB
     */
    public static Arena open(long maxBytes, int pageBytes) {
        if (Integer.bitCount(pageBytes) != 1 || pageBytes < 1 << 14 || pageBytes > 1 << 20) {
            throw new IllegalArgumentException("page size " + pageBytes + ": must be a power of two from 16384 to 1048576");
        }
        if (maxBytes < 4L * pageBytes) {
            throw new IllegalArgumentException("arena of " + maxBytes + " bytes: at least four pages of " + pageBytes + " are needed");
        }
        return new Arena(maxBytes, pageBytes);
    }

    /** The page size for an arena: about 4,096 pages, between 32 and 256 KiB, so that small budgets are not all rounding. */
    public static int pageBytesFor(long maxBytes) {
        long wanted = Long.highestOneBit(Math.max(1, maxBytes / 4096));
        return Math.clamp(wanted, 1 << 15, 1 << 18);
    }

    /** Opens an account. Thread-safe; accounts are opened at start and stay. Throws when the reserves no longer fit. */
    public synchronized Account account(String name, long reserveBytes, long maxBytes, boolean givesBack) {
        Account account = new Account(this, accounts.size(), name, givesBack);
        accounts.add(account);
        try {
            setBudget(account, reserveBytes, maxBytes);
        } catch (IllegalArgumentException e) {
            accounts.removeLast();
            throw e;
        }
        return account;
    }

    /** Changes a budget while running. Lowering it under the use is allowed: the account then gets nothing more until it is below. */
    synchronized void setBudget(Account account, long reserveBytes, long accountMaxBytes) {
        if (reserveBytes < 0 || accountMaxBytes < reserveBytes) {
            throw new IllegalArgumentException(
                    "budget of '" + account.name() + "': reserve " + reserveBytes + " is more than max " + accountMaxBytes);
        }
        long reserves = reserveBytes;
        for (Account other : accounts) {
            reserves += other == account ? 0 : other.reserveBytes();
        }
        if (reserves > maxBytes) {
            throw new IllegalArgumentException("reserves add up to " + reserves + " bytes with " + reserveBytes + " for '" + account.name()
                    + "', but the arena has " + maxBytes);
        }
        account.setLimits(reserveBytes, accountMaxBytes);
    }

    // ---------------------------------------------------------------- admission

    /** How many bytes the account could take at once without anybody giving back. */
    synchronized long availableTo(Account account) {
        long own = account.maxBytes() - account.usedBytes();
        // Inside its reserve an account may take whatever is free.
        long insideReserve = Math.min(maxBytes - ownedBytes, account.reserveBytes() - account.usedBytes());
        return Math.max(0, Math.min(own, Math.max(insideReserve, availableToAnybody(account))));
    }

    /** What is free and kept for nobody else: all there is for who takes more than its reserve at once. */
    private long availableToAnybody(Account account) {
        long promised = promisedToOthers(account);
        // Promises are kept by recalling loans; what no loan covers must stay free, and a cushion in any case.
        long kept = account.givesBack() ? 0 : promised - loansOfOthers(account);
        return maxBytes - ownedBytes - Math.max(kept, Math.min(promised, cushionBytes()));
    }

    /** How many bytes the account could take once all loans it has a right to are given back. */
    synchronized long reachableTo(Account account) {
        long available = availableTo(account);
        if (account.givesBack()) {
            return Math.max(available, account.reserveBytes() - account.usedBytes());
        }
        long own = account.maxBytes() - account.usedBytes();
        long others = maxBytes - ownedBytes + loansOfOthers(account) - promisedToOthers(account);
        return Math.max(0, Math.min(own, Math.max(available, Math.max(account.reserveBytes() - account.usedBytes(), others))));
    }

    private long promisedToOthers(Account account) {
        long promised = 0;
        for (Account other : accounts) {
            if (other != account) {
                promised += Math.max(0, other.reserveBytes() - other.usedBytes());
            }
        }
        return promised;
    }

    /** How much of the others' unclaimed reserves is neither free nor lent to others: what this account would have to be able to give back. */
    public synchronized long borrowedReserveBytes(Account account) {
        return Math.max(0, promisedToOthers(account) - (maxBytes - ownedBytes) - loansOfOthers(account));
    }

    /** What those who give back at once hold beyond their reserves. */
    private long loansOfOthers(Account account) {
        long loans = 0;
        for (Account other : accounts) {
            if (other != account && other.givesBack()) {
                loans += Math.max(0, other.usedBytes() - other.reserveBytes());
            }
        }
        return loans;
    }

    /**
     * What is not even lent to those who give back at once: it bridges the time until a borrower that is busy can be asked.
     */
    public long cushionBytes() {
        return maxBytes >> CUSHION_SHIFT;
    }

    /** How many bytes must be given back for the cushion to be whole, as far as others' reserves need one; 0 when it is. */
    public synchronized long cushionMissingBytes() {
        long promised = 0;
        for (Account account : accounts) {
            promised += Math.max(0, account.reserveBytes() - account.usedBytes());
        }
        return Math.max(0, Math.min(promised, cushionBytes()) - (maxBytes - ownedBytes));
    }

    /**
     * How many bytes others must give back before the account can take {@code bytes}; 0 when none, or when recalling does not get them.
     *
     * <p>Its reserve everybody may claim. Beyond it, those that cannot give back at once come before those that can: a loan is there until somebody
     * needs it who has no other way.
     */
    synchronized long recallNeeded(Account account, long bytes) {
        if (account.usedBytes() + bytes <= account.reserveBytes()) {
            return Math.max(0, bytes - (maxBytes - ownedBytes));
        }
        // What is free inside its reserve does not count here: it is not enough, and does not grow with what is given back.
        return account.givesBack() || reachableTo(account) < bytes ? 0 : Math.max(0, bytes - availableToAnybody(account));
    }

    /** Sets bytes aside for what the account is about to take: the takes that follow use them first and cannot be refused within them. */
    synchronized boolean hold(Account account, long bytes) {
        if (account.isRefusalDue() || availableTo(account) < bytes) {
            return false;
        }
        ownedBytes += bytes;
        peakOwnedBytes = Math.max(peakOwnedBytes, ownedBytes);
        account.addUsed(bytes);
        account.addHeld(bytes);
        return true;
    }

    synchronized void releaseHold(Account account) {
        long held = account.heldBytes();
        account.addHeld(-held);
        discharge(account, held);
    }

    private boolean charge(Account account, long bytes) {
        if (account.heldBytes() >= bytes) {
            account.addHeld(-bytes);
            return true;
        }
        if (account.isRefusalDue() || availableTo(account) < bytes) {
            return false;
        }
        ownedBytes += bytes;
        peakOwnedBytes = Math.max(peakOwnedBytes, ownedBytes);
        account.addUsed(bytes);
        return true;
    }

    private void discharge(Account account, long bytes) {
        ownedBytes -= bytes;
        account.addUsed(-bytes);
        if (account.usedBytes() < 0) {
            throw new IllegalStateException("account '" + account.name() + "' gave back more than it had: " + account.usedBytes());
        }
    }

    // ---------------------------------------------------------------- pages

    synchronized long takePage(Account account) {
        if (freePageCount == 0 || !charge(account, pageBytes)) {
            return 0;
        }
        int page = freePages[--freePageCount];
        if (committedPages.get(page)) {
            committedFreeBytes -= pageBytes;
        } else {
            makeRoomToCommit(0); // owned already includes this page
            committedPages.set(page);
        }
        pageOwner[page] = account.id();
        return base + ((long) page << pageShift);
    }

    synchronized void returnPage(Account account, long address) {
        int page = pageIndex(address);
        if (pageOwner[page] != account.id() || address != base + ((long) page << pageShift)) {
            throw new IllegalStateException("page at 0x" + Long.toHexString(address) + " is not owned by '" + account.name() + "'");
        }
        pageOwner[page] = NOBODY;
        discharge(account, pageBytes);
        freePages[freePageCount++] = page;
        committedFreeBytes += pageBytes;
    }

    /** Keeps committed bytes within the limit by giving memory of free pages back to the system. */
    private void makeRoomToCommit(long bytes) {
        if (ownedBytes + committedFreeBytes + bytes > maxBytes) {
            decommitFreeBytes(ownedBytes + committedFreeBytes + bytes - maxBytes);
        }
    }

    /**
     * Gives memory behind returned runs and free pages back to the system.
     *
     * @return the bytes given back, at least {@code bytes} if so many were free and committed
     */
    public synchronized long decommitFreeBytes(long bytes) {
        long done = emptyRuns(bytes);
        for (int i = 0; i < freePageCount && done < bytes; i++) {
            int page = freePages[i];
            if (committedPages.get(page)) {
                NativeMemory.decommit(base + ((long) page << pageShift), pageBytes);
                committedPages.clear(page);
                committedFreeBytes -= pageBytes;
                done += pageBytes;
            }
        }
        return done;
    }

    // ---------------------------------------------------------------- runs

    synchronized long takeRun(Account account, long bytes) {
        long charged = roundUp(bytes, FRAME_BYTES);
        if (bytes > RUN_MAX_BYTES || !charge(account, charged)) {
            return 0;
        }
        makeRoomToCommit(0);
        RunClass runs = classFor(charged);
        int slot = runs.take(account.id(), (int) (charged / FRAME_BYTES));
        return base + runs.offset(slot);
    }

    synchronized void returnRun(Account account, long address, long bytes) {
        long charged = roundUp(bytes, FRAME_BYTES);
        RunClass runs = classFor(charged);
        runs.leave(account.id(), (int) (charged / FRAME_BYTES), address - base);
        discharge(account, charged);
        if (charged <= DECOMMIT_AT_ONCE_BYTES) {
            NativeMemory.decommit(address, charged);
            runs.reuse(address - base);
            return;
        }
        if (emptyingCount == emptyingRuns.length) {
            emptyingRuns = Arrays.copyOf(emptyingRuns, emptyingCount * 2);
            emptyingBytes = Arrays.copyOf(emptyingBytes, emptyingCount * 2);
        }
        // The last one may be half emptied and is done first: only one slot at a time is held by less than what it was charged for.
        int place = Math.max(0, emptyingCount - 1);
        emptyingRuns[emptyingCount] = emptyingRuns[place];
        emptyingBytes[emptyingCount++] = emptyingBytes[place];
        emptyingRuns[place] = address;
        emptyingBytes[place] = charged;
        committedFreeBytes += charged;
    }

    /**
     * Gives up to {@code bytes}, rounded up to frames, of the memory of returned runs back to the system: nobody can use it as it is, so this is to be
     * called often, with little.
     *
     * @return bytes given back, 0 when there are none
     */
    public synchronized long emptyRuns(long bytes) {
        long done = 0;
        while (done < bytes && emptyingCount > 0) {
            int last = emptyingCount - 1;
            long left = emptyingBytes[last];
            long slice = Math.min(left, roundUp(bytes - done, FRAME_BYTES));
            NativeMemory.decommit(emptyingRuns[last] + left - slice, slice);
            committedFreeBytes -= slice;
            done += slice;
            emptyingBytes[last] = left - slice;
            if (slice == left) {
                emptyingCount--;
                runClassAt(emptyingRuns[last] - base).reuse(emptyingRuns[last] - base);
            }
        }
        return done;
    }

    /** Whether memory of returned runs waits for {@link #emptyRuns}. */
    public synchronized boolean isEmptyingRuns() {
        return emptyingCount > 0;
    }

    private RunClass runClassAt(long offset) {
        for (RunClass runs : runClasses) {
            if (runs.covers(offset)) {
                return runs;
            }
        }
        throw new IllegalStateException("no run at arena offset " + offset);
    }

    /** Gives a run to another account: its bytes stay where they are. False, with nothing changed, when that account is refused so much. */
    synchronized boolean handRun(Account from, Account to, long address, long bytes) {
        long charged = roundUp(bytes, FRAME_BYTES);
        discharge(from, charged);
        if (!charge(to, charged)) {
            ownedBytes += charged;
            from.addUsed(charged);
            return false;
        }
        classFor(charged).change(from.id(), to.id(), (int) (charged / FRAME_BYTES), address - base);
        return true;
    }

    /** Where the run begins that the address lies in; 0 for an address in a page. */
    public long runStart(long address) {
        long offset = address - base;
        for (RunClass runs : runClasses) {
            if (runs.covers(offset)) {
                return base + runs.startOf(offset);
            }
        }
        return 0;
    }

    /** Grows or shrinks a run inside its slot; false, with nothing changed, when it needs a slot of another size or more than the account has. */
    synchronized boolean resizeRun(Account account, long address, long before, long after) {
        long chargedBefore = roundUp(before, FRAME_BYTES);
        long chargedAfter = roundUp(after, FRAME_BYTES);
        RunClass runs = classFor(chargedBefore);
        if (after > RUN_MAX_BYTES || classFor(chargedAfter) != runs) {
            return false;
        }
        if (chargedAfter > chargedBefore) {
            if (!charge(account, chargedAfter - chargedBefore)) {
                return false;
            }
            makeRoomToCommit(0);
        }
        runs.resize(account.id(), (int) (chargedBefore / FRAME_BYTES), (int) (chargedAfter / FRAME_BYTES), address - base);
        if (chargedAfter < chargedBefore) {
            NativeMemory.decommit(address + chargedAfter, chargedBefore - chargedAfter);
            discharge(account, chargedBefore - chargedAfter);
        }
        return true;
    }

    /** True when a run of one size can become one of the other where it is. */
    public boolean inOneSlot(long bytes, long otherBytes) {
        return Math.max(bytes, otherBytes) <= RUN_MAX_BYTES
                && classFor(roundUp(bytes, FRAME_BYTES)) == classFor(roundUp(otherBytes, FRAME_BYTES));
    }

    /** Visits the addresses of all runs of an account; the visitor must not take or return any. */
    synchronized void eachRun(Account account, LongConsumer visitor) {
        for (RunClass runs : runClasses) {
            runs.each(account.id(), offset -> visitor.accept(base + offset));
        }
    }

    private RunClass classFor(long bytes) {
        int shift = 64 - Long.numberOfLeadingZeros(bytes - 1);
        return runClasses[Math.max(0, shift - pageShift)];
    }

    // ---------------------------------------------------------------- facts

    /** Throws unless {@code [address, address+length)} lies in one owned piece of this arena. */
    synchronized void check(long address, long length) {
        long offset = address - base;
        if (offset < pageRegionBytes) {
            int first = (int) (offset >> pageShift);
            int last = (int) ((offset + length - 1) >> pageShift);
            if (first != last || pageOwner[first] == NOBODY) {
                throw new IllegalStateException("stray access: " + length + " bytes at page " + first + " + " + (offset & (pageBytes - 1))
                        + (pageOwner[first] == NOBODY ? ", which nobody owns" : ", over the end of the page"));
            }
            return;
        }
        for (RunClass runs : runClasses) {
            if (runs.covers(offset)) {
                runs.check(offset, length);
                return;
            }
        }
        throw new IllegalStateException("stray access at arena offset " + offset);
    }

    /** The account that owns the piece at {@code address}, or null; for audits. */
    public synchronized @org.jspecify.annotations.Nullable Account ownerOf(long address) {
        long offset = address - base;
        int owner = NOBODY;
        if (offset >= 0 && offset < pageRegionBytes) {
            owner = pageOwner[(int) (offset >> pageShift)];
        } else {
            for (RunClass runs : runClasses) {
                owner = runs.covers(offset) ? runs.ownerAt(offset) : owner;
            }
        }
        return owner == NOBODY ? null : accounts.get(owner);
    }

    boolean contains(long address) {
        return address >= base && address < base + mappedBytes;
    }

    /** Recounts everything from the page table; throws when a sum differs from the books. For tests and audits. */
    public synchronized void audit() {
        long[] owned = new long[accounts.size()];
        for (int owner : pageOwner) {
            if (owner != NOBODY) {
                owned[owner] += pageBytes;
            }
        }
        for (RunClass runs : runClasses) {
            runs.addOwned(owned);
        }
        long sum = 0;
        for (Account account : accounts) {
            sum += owned[account.id()];
            owned[account.id()] += account.heldBytes();
            sum += account.heldBytes();
            if (owned[account.id()] != account.usedBytes()) {
                throw new IllegalStateException("account '" + account.name() + "' says " + account.usedBytes() + " bytes, the page table "
                        + owned[account.id()]);
            }
        }
        if (sum != ownedBytes || sum > capacityBytes || committedFreeBytes > 0 && ownedBytes + committedFreeBytes > capacityBytes) {
            throw new IllegalStateException(
                    "arena: owned " + ownedBytes + ", counted " + sum + ", kept " + committedFreeBytes + ", max " + maxBytes);
        }
    }

    public long maxBytes() {
        return maxBytes;
    }

    /** The most {@link #setMaxBytes} takes. */
    public long capacityBytes() {
        return capacityBytes;
    }

    /**
     * Changes what all accounts together may own while running. Lowering it under what they own is allowed: nothing is handed out until they are below, and
     * free memory goes back to the system at once. The reserves must fit; lower them first.
     */
    public synchronized void setMaxBytes(long bytes) {
        long reserves = 0;
        for (Account account : accounts) {
            reserves += account.reserveBytes();
        }
        if (bytes > capacityBytes || reserves > bytes) {
            throw new IllegalArgumentException(
                    "arena of " + capacityBytes + " bytes with reserves of " + reserves + ": cannot become " + bytes);
        }
        maxBytes = bytes;
        makeRoomToCommit(0);
    }

    public int pageBytes() {
        return pageBytes;
    }

    /** First address of the arena; the reference point of compact pointers. */
    public long baseAddress() {
        return base;
    }

    /** Bytes of address space, runs included: the range of compact pointers. */
    public long mappedBytes() {
        return mappedBytes;
    }

    /** The number of the page an address of the page region lies in. */
    public int pageIndex(long address) {
        return (int) ((address - base) >> pageShift);
    }

    /** True when the address lies in the page region (and not in a run). */
    public boolean isInPage(long address) {
        return address - base < pageRegionBytes;
    }

    public int pageCount() {
        return pageCount;
    }

    /** Bytes that accounts own: what counts against the limit. */
    public synchronized long ownedBytes() {
        return ownedBytes;
    }

    public synchronized long peakOwnedBytes() {
        return peakOwnedBytes;
    }

    /** Bytes with memory behind them: owned ones and free pages kept for reuse. */
    public synchronized long committedBytes() {
        return ownedBytes + committedFreeBytes;
    }

    public synchronized List<Account> accounts() {
        return List.copyOf(accounts);
    }

    static long roundUp(long bytes, long granule) {
        return (bytes + granule - 1) / granule * granule;
    }

    /** Gives the whole mapping back. Nobody may touch an address of it afterwards. */
    @Override
    public void close() {
        ArenaRegistry.remove(this);
        NativeMemory.release(base, mappedBytes);
    }
}
