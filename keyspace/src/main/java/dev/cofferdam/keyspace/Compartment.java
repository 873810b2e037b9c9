// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.keyspace;

import dev.cofferdam.memory.Account;
import dev.cofferdam.memory.Mem;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One watertight part of the keyspace: its keys, their values, and the memory they may use.
 *
 * <p>Owns its heap, its indexes and its page stock; everything it holds is paid by its account. Belongs to one thread at a time: the event loop, or
 * the compartment's lane while a long command runs there. What always holds: {@link #usedBytes()} is at most the budget; a key that exists has
 * exactly one slot in the index and one entry in the heap.
 *
 * <p>One file of more than 700 lines, because the primitives by which a key comes, changes and goes share the index slot and the counters. Deadlines are in {@link Deadlines}, values
 * that change their key in {@link KeyTransfer}, FLUSHDB and SWAPDB in {@link WholeDatabases}, what is deleted and not freed yet in {@link Reclamation}.
 */
public final class Compartment {
    /** Databases a key can be in: four bits of the entry's header. */
    public static final int DATABASES = 16;

    /** Where so few pages hold everything, evicting a whole one would be felt. */
    private static final int FEW_PAGES = 16;

    private final Keyspace keyspace;
    private final int id;
    private final String name;
    private volatile FullPolicy full;
    private final Account account;
    private final PageStock stock;
    private final BlockHeap heap;
    private final KeyIndex keys;
    private final MemberIndex members;
    private final CollectionTable collections;
    private final Deadlines deadlines;
    private final WholeDatabases databases;
    private final KeyTransfer transfer;
    private final PrefixBooks prefixes;
    final Effects effects;
    private final ListValues lists;
    private final Admission admission;
    private final Evictor evictor;
    private final SortedSetValues sortedSets;
    private final Reclamation reclamation;
    private final StreamValues streams;
    private final StreamGroups streamGroups;
    private final HashValues hashes;
    private final SetValues sets;
    private final long[] keysPerDatabase = new long[DATABASES];
    private long expiredKeys;
    private long refusedCommands;
    private long soughtHash;
    private final HashIndex.BlockFilter sought = this::isSought;
    private boolean inLane;

    Compartment(Keyspace keyspace, int id, CompartmentOptions options, Account account, PageTable table, Hashing hashing,
            PrefixBooks prefixes) {
        this.keyspace = keyspace;
        this.prefixes = prefixes;
        this.id = id;
        this.name = options.name();
        this.full = options.full();
        this.effects = new Effects(id, keyspace.effectGroup());
        this.account = account;
        this.stock = new PageStock(account);
        this.heap = new BlockHeap(stock, table, keyspace::nowMillis);
        this.keys = new KeyIndex(stock, hashing);
        this.members = new MemberIndex(stock, hashing);
        this.collections = new CollectionTable(stock);
        this.reclamation = new Reclamation(heap, collections, prefixes);
        this.deadlines = new Deadlines(this, heap, keys);
        this.databases = new WholeDatabases(this, keys, deadlines);
        this.transfer = new KeyTransfer(this, keys, deadlines);
        this.admission = new Admission(this, stock);
        this.evictor = new Evictor(this);
        heap.cleaner().setKeepsQueues(full.evicts());
        for (int kind = 1; kind < BlockKind.FIRST_NODE; kind++) {
            heap.relocateWith(kind, this::entryMoved);
        }
        heap.setBooks(this::charge);
        sortedSets = new SortedSetValues(this, keyspace.encodingLimits());
        LargeMembers largeMembers = new LargeMembers(this);
        this.hashes = new HashValues(this, largeMembers, keyspace.encodingLimits());
        this.sets = new SetValues(this, largeMembers, keyspace.encodingLimits());
        this.lists = new ListValues(this);
        StreamBlocks streamBlocks = new StreamBlocks(this);
        this.streams = new StreamValues(this, streamBlocks, keyspace.encodingLimits());
        this.streamGroups = new StreamGroups(this, streamBlocks);
    }

    private void charge(int kind, int owner, long bytes) {
        int prefix = BlockKind.isEntry(kind) ? owner >>> 16 : owner == 0 ? 0 : collections.prefixId(owner);
        prefixes.charge(prefix, bytes);
    }

    private void entryMoved(int kind, long from, long to) {
        long slot = keys.slotOf(keys.hashOf(to), from);
        if (slot != 0) {
            keys.setBlock(slot, to);
        }
        if (BlockKind.isLarge(kind)) {
            collections.setEntry(CollectionTable.idOf(to), to);
        }
    }

    // ---------------------------------------------------------------- keys

    /** Looks the key up and sets {@link Key#entry}; counts as a use. An entry past its time is removed and counts as absent. */
    public boolean locate(Key key) {
        return find(key, true);
    }

    /** As {@link #locate}, but no use in eviction's eyes: OBJECT, TTL, EXISTS and the like. */
    public boolean peek(Key key) {
        return find(key, false);
    }

    private boolean find(Key key, boolean use) {
        long slot = keys.find(key.hash, key.database, key.address, key.length);
        if (slot == 0) {
            key.entry = 0;
            return false;
        }
        long word = keys.wordIn(slot);
        long entry = keys.block(word);
        if (BlockLayout.hasTtl(entry) && deadlines.isPast(entry)) {
            key.entry = entry;
            expireUnlessKept(key);
            return false;
        }
        if (use) {
            int policy = HashIndex.policy(word);
            int used = UsePolicy.used(policy, full, keyspace.nowMillis());
            if (used != policy) {
                keys.setPolicy(slot, word, used);
            }
        }
        key.entry = entry;
        return true;
    }

    /** As {@link #peek}, also when its time is over; then it stays. */
    public boolean peekAnyway(Key key) {
        long slot = keys.find(key.hash, key.database, key.address, key.length);
        key.entry = slot == 0 ? 0 : keys.blockIn(slot);
        return slot != 0;
    }

    /** True when there is a key with this hash whose time is not over. */
    boolean holds(long hash, int database) {
        soughtHash = hash;
        return keys.findByHash(hash, sought, database) != 0;
    }

    private boolean isSought(long entry, int database) {
        return BlockLayout.database(entry) == database && !(BlockLayout.hasTtl(entry) && deadlines.isPast(entry))
                && keyspace.hashOf(entry) == soughtHash;
    }

    private void expireUnlessKept(Key key) {
        if (keyspace.keepsExpired) {
            key.entry = 0;
        } else {
            expire(key);
        }
    }

    private void expire(Key key) {
        expire(key.hash, key.entry);
        key.entry = 0;
    }

    /** The key's time is over. */
    void expire(long hash, long entry) {
        expiredKeys++;
        keyspace.listener().expired(this, entry);
        effects.gone(EffectKind.EXPIRED, entry);
        keys.remove(hash, entry);
        forget(entry);
    }

    /**
     * Adds an entry for a key that does not exist, with {@code valueBytes} of value that the caller writes at once. No time to live.
     *
     * @return the entry; also in {@link Key#entry}
     */
    long create(Key key, int kind, long valueBytes) {
        return create(key, kind, valueBytes, false);
    }

    /** As {@link #create(Key, int, long)}; with {@code deadline} the entry has room for one, so that {@link #expireAt} does not move it. */
    long create(Key key, int kind, long valueBytes, boolean deadline) {
        int prefix = prefixes.idOf(key.address, key.length);
        long entry = heap.allocate(evictor.streamFor(key.hash), kind, EntryLayout.ownerWord(key.length, prefix),
                EntryLayout.bytes(key.length, deadline, valueBytes));
        BlockLayout.setDatabase(entry, key.database);
        if (deadline) {
            BlockLayout.setTtl(entry, true);
            Mem.putLong(EntryLayout.expiryAddress(entry), 0);
        }
        EntryLayout.writeKey(entry, key.address, key.length);
        keys.insert(key.hash, entry, 0);
        keysPerDatabase[key.database]++;
        prefixes.keys(prefix, 1);
        key.entry = entry;
        if (keyspace.announcesNew) {
            announceNew(key);
        }
        return entry;
    }

    /** The key was absent before. */
    void announceNew(Key key) {
        keyspace.listener().created(this, key);
    }

    /**
     * Allocates an entry for the key beside the one it may have, which stays what everybody finds until {@link #adopt}: how a command builds a value
     * from others of which its destination is one. Both calls belong to one command. Its effects are told as if the old value were deleted now.
     */
    long createBeside(Key key, int kind, long valueBytes) {
        if (effects.heard && keys.find(key.hash, key.database, key.address, key.length) != 0) {
            effects.deleted(key);
        }
        int prefix = prefixes.idOf(key.address, key.length);
        long entry = heap.allocate(evictor.streamFor(key.hash), kind, EntryLayout.ownerWord(key.length, prefix),
                EntryLayout.bytes(key.length, false, valueBytes));
        BlockLayout.setDatabase(entry, key.database);
        EntryLayout.writeKey(entry, key.address, key.length);
        key.entry = entry;
        return entry;
    }

    /** Makes the entry begun by {@link #createBeside} the key's own, and deletes the one it had. */
    public void adopt(Key key) {
        long entry = key.entry;
        long slot = keys.find(key.hash, key.database, key.address, key.length);
        if (slot == 0) {
            keys.insert(key.hash, entry, 0);
            if (keyspace.announcesNew) {
                announceNew(key);
            }
        } else {
            long before = keys.blockIn(slot);
            keys.setBlock(slot, entry);
            forget(before);
        }
        keysPerDatabase[key.database]++;
        prefixes.keys(EntryLayout.prefixId(entry), 1);
    }

    /**
     * Gives the value another length, and makes it one that may be written where it lies; its leading bytes, up to the shorter of both lengths, stay, and so do key and time to live.
     *
     * @return the entry, which may have moved; also in {@link Key#entry}
     */
    long resize(Key key, long valueBytes) {
        long entry = key.entry;
        long before = EntryLayout.valueLength(entry);
        if (valueBytes == before) {
            heap.beforeChange(entry);
            return entry;
        }
        long bytes = BlockLayout.bytes(entry) - before + valueBytes;
        if (heap.resizeInPlace(entry, bytes)) {
            return entry;
        }
        long copy = heap.allocate(BlockLayout.kind(entry), BlockLayout.owner(entry), bytes);
        copyHead(entry, copy);
        Mem.copy(EntryLayout.valueAddress(entry), EntryLayout.valueAddress(copy), Math.min(before, valueBytes));
        replace(key, entry, copy);
        return copy;
    }

    /**
     * Gives the key a new value of another kind; time to live stays. The new value's bytes are not written yet, the old value's are gone. The old
     * value must not have nodes (delete a key with a large value first).
     */
    long replaceValue(Key key, int kind, long valueBytes) {
        return replaceValue(key, kind, valueBytes, false);
    }

    /** As {@link #replaceValue(Key, int, long)}; with {@code deadline} the entry has room for one afterwards. */
    long replaceValue(Key key, int kind, long valueBytes, boolean deadline) {
        long entry = key.entry;
        if (deadline && !BlockLayout.hasTtl(entry)) {
            return replaceWithDeadline(key, kind, valueBytes);
        }
        long bytes = BlockLayout.bytes(entry) - EntryLayout.valueLength(entry) + valueBytes;
        if (heap.resizeInPlace(entry, bytes)) {
            BlockLayout.setKind(entry, kind);
            return entry;
        }
        long copy = heap.allocate(kind, BlockLayout.owner(entry), bytes);
        copyHead(entry, copy);
        replace(key, entry, copy);
        return copy;
    }

    private long replaceWithDeadline(Key key, int kind, long valueBytes) {
        long entry = key.entry;
        long bytes = EntryLayout.bytes(key.length, true, valueBytes);
        long target = entry;
        if (heap.resizeInPlace(entry, bytes)) {
            BlockLayout.setKind(entry, kind);
        } else {
            target = heap.allocate(kind, BlockLayout.owner(entry), bytes);
            BlockLayout.setDatabase(target, BlockLayout.database(entry));
        }
        BlockLayout.setTtl(target, true);
        Mem.putLong(EntryLayout.expiryAddress(target), 0);
        EntryLayout.writeKey(target, key.address, key.length);
        if (target != entry) {
            replace(key, entry, target);
        }
        return target;
    }

    /**
     * The most that giving the key a value of this length can take, the copy that exists beside the old value for a moment included; 0 when the
     * entry has the room. For admission, before the command.
     *
     * @param deadline the entry shall have room for a deadline too
     */
    public long growthBytes(Key key, long valueBytes, boolean deadline) {
        long entry = key.entry;
        if (entry == 0 || BlockKind.isLarge(BlockLayout.kind(entry))) {
            return EntryLayout.bytes(key.length, deadline, valueBytes);
        }
        boolean more = deadline && !BlockLayout.hasTtl(entry);
        return heap.growthBytes(entry,
                BlockLayout.bytes(entry) - EntryLayout.valueLength(entry) + valueBytes + (more ? EntryLayout.EXPIRY_BYTES : 0));
    }

    /** The most that {@link #expireAt} can take; 0 for a key that is absent or had a deadline before. */
    public long deadlineBytes(Key key) {
        return key.entry == 0 || BlockLayout.hasTtl(key.entry)
                ? 0
                : heap.growthBytes(key.entry, BlockLayout.bytes(key.entry) + EntryLayout.EXPIRY_BYTES);
    }

    /** Copies database, expiry and key. */
    private static void copyHead(long from, long to) {
        BlockLayout.setDatabase(to, BlockLayout.database(from));
        BlockLayout.setTtl(to, BlockLayout.hasTtl(from));
        long start = from + BlockLayout.HEADER_BYTES;
        Mem.copy(start, to + BlockLayout.HEADER_BYTES, EntryLayout.valueAddress(from) - start);
    }

    /** The copy is the key's entry from now on; the one before is freed. */
    void replace(Key key, long entry, long copy) {
        long slot = keys.slotOf(key.hash, entry);
        if (slot != 0) { // an entry begun beside another is in no slot yet
            keys.setBlock(slot, copy);
        }
        if (BlockKind.isLarge(BlockLayout.kind(copy)) && BlockKind.isLarge(BlockLayout.kind(entry))) {
            collections.setEntry(CollectionTable.idOf(copy), copy);
        }
        heap.free(entry);
        key.entry = copy;
    }

    /** The entry, which is in its slot, came here from another database. */
    void changedDatabase(long entry, int from, int to) {
        keysPerDatabase[from]--;
        keysPerDatabase[to]++;
        if (Deadlines.millisOf(entry) != 0) {
            deadlines.changedDatabase(from, to);
        }
    }

    /** Removes the key. The nodes of a large value are freed step by step afterwards, and paid for until then. */
    public void delete(Key key) {
        if (effects.heard) {
            effects.deleted(key);
        }
        remove(key);
    }

    /** As {@link #delete}, for who puts another value in its place and tells of that. */
    void remove(Key key) {
        long entry = key.entry;
        keys.remove(key.hash, entry);
        forget(entry);
        key.entry = 0;
    }

    /** As {@link #remove(Key)}, of a key nobody has looked up. */
    void remove(long entry) {
        keys.remove(keys.hashOf(entry), entry);
        forget(entry);
    }

    /** The entry is out of the index: frees it, at once or with its nodes. */
    private void forget(long entry) {
        int database = BlockLayout.database(entry);
        keysPerDatabase[database]--;
        prefixes.keys(EntryLayout.prefixId(entry), -1);
        if (Deadlines.millisOf(entry) != 0) {
            deadlines.forget(entry);
        }
        if (BlockKind.isLarge(BlockLayout.kind(entry))) {
            reclamation.add(entry);
        } else {
            heap.free(entry);
        }
    }

    void evict(long entry) {
        keyspace.listener().evicted(this, entry);
        effects.gone(EffectKind.EVICTED, entry);
        remove(entry);
    }

    // ---------------------------------------------------------------- many keys at once

    /**
     * Deletes all keys of all databases: the indexes are dropped, what they pointed to is retired. Takes time in proportion to pages, not keys; the
     * bytes leave the account as {@link #reclaimSome} goes on.
     */
    public void clear() {
        if (keys.size() > 0) {
            effects.cleared();
        }
        deadlines.clear();
        evictor.clear(); // its run is in the account too, and is no block
        keys.clear();
        members.clear();
        lists.cleared();
        Arrays.fill(keysPerDatabase, 0);
        reclamation.retireAll();
    }

    void finishClearing() {
        while (reclamation.freeRetired()) {
            admission.end();
        }
    }

    /** Deletes all keys of one database, one by one. */
    public void clearDatabase(int database) {
        if (keysPerDatabase[database] > 0) {
            effects.databaseCleared(database);
        }
        databases.clear(database);
    }

    /** Exchanges the keys of two databases, whose hashes change with it. The caller had {@code 16} bytes admitted for each key with a deadline. */
    public void swapDatabases(int one, int other) {
        if (keysPerDatabase[one] + keysPerDatabase[other] > 0) {
            effects.databasesSwapped(one, other);
        }
        databases.swap(one, other);
        long count = keysPerDatabase[one];
        keysPerDatabase[one] = keysPerDatabase[other];
        keysPerDatabase[other] = count;
    }

    // ---------------------------------------------------------------- time to live

    /** When the key expires, in milliseconds since 1970, or 0. */
    public long expiresAtMillis(Key key) {
        return Deadlines.millisOf(key.entry);
    }

    /** Sets the time at which the key expires; may move the entry. */
    public void expireAt(Key key, long atMillis) {
        if (effects.heard) {
            effects.deadlineSet(key, atMillis);
        }
        deadlines.set(key, atMillis);
    }

    /** As {@link #expireAt}, untold. */
    void setDeadline(Key key, long atMillis) {
        deadlines.set(key, atMillis);
    }

    /**
     * Reclaims keys whose time is over, at most {@code records} of them. Between commands.
     *
     * @return false when more are due
     */
    boolean expireDue(int records) {
        int budget = admitHeadroom(ExpiryWheel.boundBytes(records)) ? records : 1;
        boolean done = deadlines.reclaimDue(budget);
        endCommand();
        return done;
    }

    /** The key no longer expires; its entry keeps the room for a deadline. */
    public void persist(Key key) {
        if (Deadlines.millisOf(key.entry) != 0) {
            if (effects.heard) {
                effects.deadlineRemoved(key);
            }
            deadlines.remove(key.entry);
        }
    }

    /** Somebody listens to what happens here. */
    public boolean tellsEffects() {
        return effects.heard;
    }

    // ---------------------------------------------------------------- memory

    /** Before a command that may grow by up to {@code bytes}: makes the room, or refuses. Blocks may move. End with {@link #endCommand()}. */
    public boolean admit(long bytes) {
        return admission.admit(bytes);
    }

    /** As {@link #admit}, for what leaves no more behind than there was. */
    public boolean admitHeadroom(long bytes) {
        return admission.admitHeadroom(bytes);
    }

    /** Up to so many bytes an admission only looks at what is there; more is set aside for the command that asked. */
    public long quickAdmissionBytes() {
        return stock.pageBytes() / 4;
    }

    public void endCommand() {
        admission.end();
    }

    /** Registers who frees the nodes of a large kind. */
    public void reclaimWith(int largeKind, Reclaimer reclaimer) {
        reclamation.register(largeKind, reclaimer);
    }

    /** Frees some nodes of deleted large values; false when there are none to free. Between commands. */
    public boolean reclaimSome() {
        return reclamation.freeSome();
    }

    /** As {@link #reclaimSome()}, at most so many nodes of each of at most so many values. */
    boolean reclaimSome(int nodes, int valuesMax) {
        return reclamation.freeSome(nodes, valuesMax);
    }

    /** Blocks moved, looked at and freed to make room since the start: what an admission may do of it has a limit. */
    long reclaimingWork() {
        return heap.movedBlocks() + evictor.lookedAt() + reclamation.freedNodes();
    }

    /** Whether nodes of deleted values, or pages of a clearing, wait for {@link #reclaimSome}. */
    boolean isReclaiming() {
        return reclamation.isPending();
    }

    long evictPage() {
        return evictor.evictPage();
    }

    /**
     * Gets back what others borrowed, as far as this compartment needs it for {@code bytes} more; for one that is in its lane, where it cannot ask by itself.
     * Event loop. False when there was nothing to get.
     */
    public boolean recall(long bytes) {
        long needed = account.recallNeededBytes(bytes);
        return needed > 0 && (keyspace.recall(this, needed, true) || keyspace.recall(this, needed, false));
    }

    boolean recallFromOthers(long bytes, boolean forReserve) {
        // In its lane, the others are not this thread's to clean.
        return !inLane && keyspace.recall(this, bytes, forReserve);
    }

    /** Gives {@code bytes} of what it borrowed back to the arena, by cleaning, and by evicting if it is one that evicts; false when it cannot give any. */
    boolean giveBack(long bytes) {
        return admission.giveBack(bytes);
    }

    // ---------------------------------------------------------------- effects

    /** Who hears everything that happens to keys here from now on; null for nobody. On the owner thread, between commands. */
    public void listen(@Nullable EffectSink sink) {
        effects.listen(sink);
    }

    /** Says who executes commands here from now on: its effects are grouped by command. On the owner thread, between commands. */
    public void follow(EffectGroup executor) {
        effects.follow(executor);
    }

    Effects effects() {
        return effects;
    }

    // ---------------------------------------------------------------- facts

    /** True while the compartment's lane works on it: nobody else may touch it then. */
    public boolean isInLane() {
        return inLane;
    }

    /** Said by the event loop when it hands the compartment to its lane, and when it has it back. */
    public void setInLane(boolean now) {
        inLane = now;
        heap.setReadersAway(now);
    }

    public Keyspace keyspace() {
        return keyspace;
    }

    public int id() {
        return id;
    }

    public String name() {
        return name;
    }

    public FullPolicy full() {
        return full;
    }

    public void setFull(FullPolicy policy) {
        full = policy;
        heap.cleaner().setKeepsQueues(policy.evicts());
    }

    /** With true nothing may grow here, however much room there is; what does not grow goes on. */
    public void setFrozen(boolean value) {
        admission.setFrozen(value);
    }

    public boolean isFrozen() {
        return admission.isFrozen();
    }

    public Account account() {
        return account;
    }

    public BlockHeap heap() {
        return heap;
    }

    public HashIndex keys() {
        return keys;
    }

    public MemberIndex members() {
        return members;
    }

    public StreamValues streams() {
        return streams;
    }

    public StreamGroups streamGroups() {
        return streamGroups;
    }

    public SortedSetValues sortedSets() {
        return sortedSets;
    }

    /** Bytes and keys of each prefix. */
    public PrefixBooks prefixes() {
        return prefixes;
    }

    public CollectionTable collections() {
        return collections;
    }

    /** RENAME, MOVE and COPY. */
    public KeyTransfer transfer() {
        return transfer;
    }

    public HashValues hashes() {
        return hashes;
    }

    public SetValues sets() {
        return sets;
    }

    public ListValues lists() {
        return lists;
    }

    /** How often the key was used lately, on eviction's short scale; 0 when eviction goes by time. */
    public int frequency(Key key) {
        return full.protectMillis() > 0 ? 0 : UsePolicy.frequency(keys.policyIn(keys.slotOf(key.hash, key.entry)));
    }

    /** For how long the key was not used, as coarsely as protection keeps it; 0 when eviction does not go by time. */
    public long idleMillis(Key key) {
        return UsePolicy.idleMillis(keys.policyIn(keys.slotOf(key.hash, key.entry)), full, keyspace.nowMillis());
    }

    long nowMillis() {
        return keyspace.nowMillis();
    }

    /** Keys in a database, those past their time and not yet reclaimed included. */
    public long keyCount(int database) {
        return keysPerDatabase[database];
    }

    public long keyCount() {
        return keys.size();
    }

    public long expiringCount(int database) {
        return deadlines.count(database);
    }

    /** Everything this compartment owns, counted from its parts; equals what its account says. */
    long ownedBytes() {
        return evictor.ownedBytes() + heap.ownedBytes() + keys.ownedBytes() + members.ownedBytes() + collections.ownedBytes()
                + (long) stock.count() * stock.pageBytes();
    }

    /** Keys with a deadline, over all databases. */
    public long expiringCount() {
        return deadlines.count();
    }

    Evictor evictor() {
        return evictor;
    }

    ExpiryWheel wheel() {
        return deadlines.wheel();
    }

    PageStock stock() {
        return stock;
    }

    public long usedBytes() {
        return account.usedBytes();
    }

    /**
     * What its keys need of {@link #usedBytes}: live data and what finds it, without the rest of pages that are begun, dead bytes and pages at hand. Exact on
     * the owner thread.
     */
    public long inUseBytes() {
        return heap.liveBytesInPages() + heap.runFrameBytes() + keys.inUseBytes() + members.inUseBytes() + collections.inUseBytes()
                + evictor.ownedBytes();
    }

    /**
     * One step of making so many bytes less of what is there: frees some of what is deleted, or evicts a page; of one among few pages no more than that. False
     * when nothing can go. Between commands.
     */
    public boolean dropSome(long bytes) {
        boolean few = heap.pageBytesOwned() <= (long) FEW_PAGES * stock.pageBytes();
        return reclaimSome() || evictor.evictPage(few ? Math.max(bytes, stock.pageBytes() / FEW_PAGES) : Long.MAX_VALUE) >= 0;
    }

    /** Bytes of live data: what remains of {@link #usedBytes()} without index, spare pages and dead bytes. */
    public long liveBytes() {
        return heap.liveBytes();
    }

    /** Commands that were refused because this compartment was full. */
    public long refusedCommands() {
        return refusedCommands;
    }

    /** Counts one. */
    public void countRefusedCommand() {
        refusedCommands++;
    }

    /** Values of more than a few nodes whose deletion is complete, and all those whose deletion is not. */
    public long freedLargeValues() {
        return reclamation.freedLarge();
    }

    public long deletedValues() {
        return reclamation.pending();
    }

    public long evictedKeys() {
        return evictor.evictedKeys();
    }

    public long expiredKeys() {
        return expiredKeys;
    }
}
