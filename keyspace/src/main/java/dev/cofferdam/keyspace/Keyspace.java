// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.keyspace;

import dev.cofferdam.memory.Account;
import dev.cofferdam.memory.Arena;
import dev.cofferdam.memory.Clock;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * All compartments of a server, and the way from a key to its own.
 *
 * <p>Owns the compartments and their shared page table. The event loop's thread, except where a method says otherwise. A key belongs to exactly
 * one compartment, by the {@link Router}.
 */
public final class Keyspace {
    private static final int CURSOR_COMPARTMENT_BITS = 5;
    /** Compartments at most: five bits of a SCAN cursor. */
    public static final int COMPARTMENTS_MAX = 1 << CURSOR_COMPARTMENT_BITS;

    private final Arena arena;
    private final Clock clock;
    private final LongestStep longestStep = new LongestStep();
    private final Hashing hashing;
    private final Router router;
    private final Compartment[] compartments;
    private final Maintenance maintenance;
    /** Of the event loop, or of whoever else executes commands where there are no lanes. */
    private final EffectGroup effectGroup = new EffectGroup(this);
    private final AtomicLong groupNumbers = new AtomicLong();
    private final EncodingLimits encodingLimits = new EncodingLimits();
    private volatile long nowMillis;
    private boolean expiresActively = true;
    private boolean pausesExpiry;
    boolean keepsExpired;
    private KeyspaceListener listener = KeyspaceListener.NONE;
    /** The listener wants to hear of new keys. */
    boolean announcesNew;

    /**
     * @param seed of the hash; random in a server, fixed in tests
     * @param prefixes {@link PrefixBooks#LEARNED}, or {@link PrefixBooks#NONE}
     */
    public Keyspace(Arena arena, Clock clock, long seed, List<CompartmentOptions> options, Router router, PrefixBooks prefixes) {
        if (options.isEmpty() || options.size() > COMPARTMENTS_MAX) {
            throw new IllegalArgumentException(options.size() + " compartments: there must be 1 to " + COMPARTMENTS_MAX);
        }
        this.arena = arena;
        this.clock = clock;
        this.hashing = new Hashing(seed);
        this.router = router;
        this.nowMillis = clock.wallMillis();
        PageTable table = new PageTable(arena);
        compartments = new Compartment[options.size()];
        for (int i = 0; i < compartments.length; i++) {
            CompartmentOptions option = options.get(i);
            compartments[i] = new Compartment(this, i, option,
                    arena.account(option.name(), option.reserveBytes(), option.maxBytes(), option.full().givesBackAtOnce()), table, hashing,
                    prefixes.forOneOf(compartments.length));
        }
        maintenance = new Maintenance(this);
    }

    /** Reads the clock; once per batch of commands, so that all of a batch see one time. */
    public void tick() {
        nowMillis = clock.wallMillis();
    }

    /** The time all commands of this batch see. Any thread. */
    public long nowMillis() {
        return nowMillis;
    }

    /** Routes the key to its compartment; does not look it up. */
    public Compartment route(Key key) {
        Compartment home = compartments[router.route(key.database, key.address, key.length)];
        key.route(home, hashing.key(key.database, key.address, key.length));
        return home;
    }

    /** Bits of all compartments that keys beginning with these bytes may belong to. */
    public int reach(int database, long prefixAddress, int prefixLength) {
        return router.reach(database, prefixAddress, prefixLength) & (int) ((1L << compartments.length) - 1);
    }

    /** True when there is a key with this hash whose time is not over, or there may be: in a compartment that is in its lane. Event loop. */
    public boolean mayHold(long hash, int database) {
        for (Compartment compartment : compartments) {
            if (compartment.isInLane() ? compartment.keyCount(database) > 0 : compartment.holds(hash, database)) {
                return true;
            }
        }
        return false;
    }

    long hashOf(long entry) {
        return hashOf(BlockLayout.database(entry), EntryLayout.keyAddress(entry), EntryLayout.keyLength(entry));
    }

    long hashOf(int database, long name, int length) {
        return hashing.key(database, name, length);
    }

    /** Routes the key and looks it up. */
    public boolean locate(Key key) {
        return route(key).locate(key);
    }

    /**
     * Gets loans back: every compartment that can give back at once and uses more than its reserve is asked in turn. Those that evict but spare some
     * entries have borrowed no reserve; they are asked last, when {@code forReserve}: budgets that were changed may have left them what is others'.
     */
    boolean recall(@Nullable Compartment claimant, long bytes, boolean forReserve) {
        return recall(claimant, bytes, true, false) || forReserve && recall(claimant, bytes, false, true);
    }

    private boolean recall(@Nullable Compartment claimant, long bytes, boolean plain, boolean sparing) {
        for (Compartment borrower : compartments) {
            FullPolicy full = borrower.full();
            long over = borrower.account().usedBytes() - borrower.account().reserveBytes();
            if (borrower != claimant && !borrower.isInLane() && full.evicts() && (full.givesBackAtOnce() ? plain : sparing) && over > 0
                    && borrower.giveBack(Math.min(bytes, over))) {
                return true;
            }
        }
        return false;
    }

    /**
     * Gets loans back for an account that is no compartment's and is about to take so many bytes of its reserve at once, more than the cushion holds.
     * Event loop.
     */
    public void recallFor(Account account, long bytes) {
        long needed = account.recallNeededBytes(bytes);
        while (needed > 0 && recall(null, needed, true)) {
            long left = account.recallNeededBytes(bytes);
            needed = left < needed ? left : 0; // what does not get less will not
        }
    }

    /** Has a compartment that is about to stop giving back at once return what it holds of others' reserves, as far as it can. Event loop. */
    public void returnLoans(Compartment borrower) {
        long missing = arena.borrowedReserveBytes(borrower.account());
        while (missing > 0 && !borrower.isInLane() && borrower.giveBack(missing)) {
            long left = arena.borrowedReserveBytes(borrower.account());
            missing = left < missing ? left : 0;
        }
    }

    /** Asks borrowers for a page or two before the others' reserves need them. */
    void restoreCushion() {
        long missing = arena.cushionMissingBytes();
        if (missing > 0) {
            recall(null, Math.min(missing, 2L * arena.pageBytes()), true);
        }
    }

    /** Whom all compartments ask before the bytes of a pinned run change or go. */
    public void setRunReaders(RunReaders readers) {
        for (Compartment compartment : compartments) {
            compartment.heap().pins().setReaders(readers);
        }
    }

    /** The compartment in whose run the address lies; null when it lies in a page, or is not the keyspace's. */
    public @Nullable Compartment homeOfRun(long address) {
        Account owner = arena.runStart(address) == 0 ? null : arena.ownerOf(address);
        for (Compartment compartment : compartments) {
            if (compartment.account() == owner) {
                return compartment;
            }
        }
        return null;
    }

    /**
     * Background work for about {@code budgetNanos}: expiry, deletion of large values, cleaning, memory back to the system. Between commands.
     *
     * @return true when there is more to do at once
     */
    public boolean maintain(long budgetNanos) {
        return maintenance.run(budgetNanos);
    }

    /** For tests of clients: whether keys past their time are deleted without being asked for; nobody sees them in either case. */
    public void setExpiresActively(boolean value) {
        expiresActively = value;
    }

    boolean expiresActively() {
        return expiresActively && !pausesExpiry;
    }

    /** While true, keys whose time is over are deleted only when somebody asks for them, as CLIENT PAUSE wants it. */
    public void setPausesExpiry(boolean value) {
        pausesExpiry = value;
    }

    /**
     * While true, a key whose time is over is absent to those who look it up, and stays. For the length of a command that only reads, while no compartment is in
     * its lane: who writes must not find a place taken.
     */
    public void setKeepsExpired(boolean value) {
        keepsExpired = value;
    }

    /** For those who watch how long the loop is kept. */
    public LongestStep longestStep() {
        return longestStep;
    }

    Compartment[] compartments() {
        return compartments;
    }

    Clock clock() {
        return clock;
    }

    // ---------------------------------------------------------------- walk

    /**
     * One step of SCAN over all compartments; cursor 0 starts and ends. Entries of all databases are visited, expired ones too.
     *
     * @return the next cursor
     */
    public long scan(long cursor, HashIndex.SlotVisitor visitor) {
        int number = (int) (cursor & COMPARTMENTS_MAX - 1);
        if (number >= compartments.length) {
            return 0;
        }
        long inner = compartments[number].keys().scan(cursor >>> CURSOR_COMPARTMENT_BITS, visitor);
        if (inner != 0) {
            return inner << CURSOR_COMPARTMENT_BITS | number;
        }
        return number + 1 == compartments.length ? 0 : number + 1;
    }

    /** Keys of a database over all compartments. */
    public long keyCount(int database) {
        long sum = 0;
        for (Compartment compartment : compartments) {
            sum += compartment.keyCount(database);
        }
        return sum;
    }

    /** True when every key of the two databases would be in the compartment where it is if it were in the other one. Looks at all their keys. */
    public boolean routesAlike(int database, int other) {
        boolean[] differs = {false};
        for (Compartment compartment : compartments) {
            if (compartment.keyCount(database) + compartment.keyCount(other) == 0) {
                continue;
            }
            compartment.keys().each((entry, slot) -> {
                int here = EntryLayout.database(entry);
                if (here == database || here == other) {
                    int there = here == database ? other : database;
                    differs[0] |= router.route(there, EntryLayout.keyAddress(entry), EntryLayout.keyLength(entry)) != compartment.id();
                }
            });
        }
        return !differs[0];
    }

    public int compartmentCount() {
        return compartments.length;
    }

    public Compartment compartment(int number) {
        return compartments[number];
    }

    public Arena arena() {
        return arena;
    }

    /** What OBJECT ENCODING goes by; changed by CONFIG SET. */
    public EncodingLimits encodingLimits() {
        return encodingLimits;
    }

    /** Groups the effects of the commands on all compartments that are in no lane. */
    public EffectGroup effectGroup() {
        return effectGroup;
    }

    /** For an executor of its own. */
    public EffectGroup newEffectGroup() {
        return new EffectGroup(this);
    }

    /** Any thread. */
    long nextGroupNumber() {
        return groupNumbers.incrementAndGet();
    }

    /** Whether the listener hears of each new key. Between commands. */
    public void announceNew(boolean value) {
        announcesNew = value;
    }

    public KeyspaceListener listener() {
        return listener;
    }

    public void setListener(KeyspaceListener newListener) {
        listener = newListener;
    }
}
