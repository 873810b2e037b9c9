// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.memory;

import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Who pays for a byte: a compartment, the connections, or the machinery.
 *
 * <p>Owns nothing but its figures; the {@link Arena} changes them under its lock, any thread may read them. {@code used} is at most {@code max}
 * unless max was lowered under it. {@code reserve} is always there for its owner: if it is lent out, those who borrowed it can give it back at once.
 */
public final class Account {
    private final Arena arena;
    private final int id;
    private final String name;
    private volatile boolean givesBack;
    private volatile long reserveBytes;
    private volatile long maxBytes;
    private volatile long usedBytes;
    private volatile long heldBytes;
    private volatile long peakBytes;
    private volatile long refusals;
    private volatile @Nullable LoanRecall loanRecall;
    /**
     * For tests: reservations until the first one that is refused, 0 = none will be; and how many are. They stand here though nothing but tests sets them, because
     * the count must be of one account and under the arena's lock: a policy object handed to the arena would need the same two numbers for each account, and a
     * virtual call where pages are taken.
     */
    private int refusedIn;
    private int refusedCount;

    Account(Arena arena, int id, String name, boolean givesBack) {
        this.arena = arena;
        this.id = id;
        this.name = name;
        this.givesBack = givesBack;
    }

    /** Address of a page that is now this account's, or 0 when the budget or the arena has none. Its bytes are what the last owner left. */
    public long takePage() {
        long page = arena.takePage(this);
        return counted(page == 0 && recalled(arena.pageBytes()) ? arena.takePage(this) : page);
    }

    public void returnPage(long address) {
        arena.returnPage(this, address);
    }

    /** Address of a contiguous run of at least {@code bytes}, filled with zeros and charged in 4 KiB frames, or 0 when refused. */
    public long takeRun(long bytes) {
        long run = arena.takeRun(this, bytes);
        return counted(run == 0 && recalled(Arena.roundUp(bytes, Arena.FRAME_BYTES)) ? arena.takeRun(this, bytes) : run);
    }

    /** Returns a run; {@code bytes} as it was taken. */
    public void returnRun(long address, long bytes) {
        arena.returnRun(this, address, bytes);
    }

    /** Makes the run another account's, where it lies; false, with nothing changed, when that account may not have so much. */
    public boolean handRunTo(Account other, long address, long bytes) {
        return arena.handRun(this, other, address, bytes);
    }

    /** Visits the addresses of all runs this account has; the visitor must not take or return any. */
    public void eachRun(LongConsumer visitor) {
        arena.eachRun(this, visitor);
    }

    /**
     * Makes a run longer or shorter where it is, charging or discharging the difference; new bytes are zeros.
     *
     * @return false, with nothing changed, when it has to be copied to a run of its new size, or the difference is refused
     */
    public boolean resizeRun(long address, long bytes, long newBytes) {
        return arena.resizeRun(this, address, bytes, newBytes);
    }

    /**
     * Sets bytes aside for pages and runs this account is about to take, so that those takes cannot be refused. False changes nothing.
     * End with {@link #releaseHold()}, which gives back what was not taken.
     */
    public boolean hold(long bytes) {
        return arena.hold(this, bytes);
    }

    /** As {@link #hold}, after loans were recalled where there is nothing else. */
    public boolean holdAnyway(long bytes) {
        return hold(bytes) || recalled(bytes);
    }

    public void releaseHold() {
        arena.releaseHold(this);
    }

    /**
     * For tests: of the reservations from now on (pages, runs, their growth, bytes set aside) refuses number {@code first}, counted from 1, and those that
     * follow it, {@code count} in all; 0 refuses none.
     */
    public void refuseReservations(int first, int count) {
        refusedIn = count == 0 ? 0 : first;
        refusedCount = count;
    }

    /** Under the arena's lock: the next reservation is to be refused. */
    boolean isRefusalDue() {
        if (refusedIn == 0) {
            return false;
        }
        if (refusedIn > 1) {
            refusedIn--;
            return false;
        }
        refusedCount--;
        refusedIn = refusedCount == 0 ? 0 : 1;
        return true;
    }

    /** Whom to ask before a page or run is refused: for accounts that threads use which cannot recall loans themselves. */
    public void setLoanRecall(LoanRecall recall) {
        loanRecall = recall;
    }

    /**
     * True when so many bytes can be taken now. Where loans had to be recalled for them they are set aside; end with {@link #releaseHold()} then.
     */
    public boolean makeAvailable(long bytes) {
        return isAvailable(bytes) || recalled(bytes);
    }

    private boolean recalled(long bytes) {
        LoanRecall recall = loanRecall;
        return recall != null && !isAvailable(bytes) && recall.recallAndHold(this, bytes - heldBytes);
    }

    private boolean isAvailable(long bytes) {
        return heldBytes >= bytes || availableBytes() >= bytes;
    }

    private long counted(long address) {
        if (address == 0) {
            refusals++;
        }
        return address;
    }

    /** How many bytes could be taken now without anybody giving back a loan. */
    public long availableBytes() {
        return arena.availableTo(this);
    }

    /** How many bytes could be taken if those who give back at once gave back all they hold beyond their reserves. */
    public long reachableBytes() {
        return arena.reachableTo(this);
    }

    /** How many bytes of loans must be recalled before {@code bytes} can be had; 0 when none, or when recalling does not get them. */
    public long recallNeededBytes(long bytes) {
        return arena.recallNeeded(this, bytes);
    }

    /** Changes the budget while running; throws {@link IllegalArgumentException} with the sum when the reserves no longer fit. */
    public void setBudget(long newReserveBytes, long newMaxBytes) {
        arena.setBudget(this, newReserveBytes, newMaxBytes);
    }

    void setLimits(long newReserveBytes, long newMaxBytes) {
        reserveBytes = newReserveBytes;
        maxBytes = newMaxBytes;
    }

    void addUsed(long bytes) {
        usedBytes += bytes;
        peakBytes = Math.max(peakBytes, usedBytes);
    }

    void addHeld(long bytes) {
        heldBytes += bytes;
    }

    /** Bytes set aside by {@link #hold} and not taken yet; part of {@link #usedBytes()}. */
    public long heldBytes() {
        return heldBytes;
    }

    int id() {
        return id;
    }

    public Arena arena() {
        return arena;
    }

    public String name() {
        return name;
    }

    /** True for an account whose owner can give back at once whatever it holds (it evicts), and that may therefore borrow the others' idle reserves. */
    public boolean givesBack() {
        return givesBack;
    }

    /** Says whether the owner can from now on. Before it no longer can it must have given back what it borrowed of others' reserves. */
    public void setGivesBack(boolean value) {
        givesBack = value;
    }

    public long reserveBytes() {
        return reserveBytes;
    }

    public long maxBytes() {
        return maxBytes;
    }

    public long usedBytes() {
        return usedBytes;
    }

    public long peakBytes() {
        return peakBytes;
    }

    /** How often a page or run was refused. */
    public long refusals() {
        return refusals;
    }
}
