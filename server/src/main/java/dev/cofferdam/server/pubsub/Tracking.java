// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.pubsub;

import dev.cofferdam.keyspace.Hashing;
import dev.cofferdam.memory.Account;
import dev.cofferdam.memory.Mem;
import dev.cofferdam.server.client.Client;
import dev.cofferdam.server.command.Call;
import dev.cofferdam.server.command.Command;
import dev.cofferdam.server.command.Flag;
import dev.cofferdam.server.command.KeySpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * Client-side caching: remembers which clients have read which keys, or which prefixes they want to hear of, and tells them what is out of date.
 *
 * <p>Owns the tracking clients, the table of keys and the prefixes; all of it in memory of its own share of {@code connections}. Event loop only. What always holds: a
 * client that tracks is told before or when the server forgets that it has a key, so what it was not told of is as it read it; nobody leaves while messages go out.
 */
public final class Tracking {
    /** Prefixes of all clients: each changed key is compared with all of them. */
    public static final int PREFIXES_MAX = 4096;
    private static final int PREFIX_KIND = 0;
    private static final int TABLE = 6;
    /** Keys dropped per command at most to get below {@code tracking-table-max-keys}, and to have memory for one more. */
    private static final int EFFORT = 100;
    private static final int TRIES = 16;

    private final ListenerMemory memory;
    private final TrackedKeys keys;
    private final ChangedKeys changed;
    private final Subscriptions prefixes;
    private final InvalidationMessage message;
    private final List<Client> leavers = new ArrayList<>();
    private @Nullable Tracker[] slots = new @Nullable Tracker[16];
    private int used;
    private int clients;
    private int[] free = new int[16];
    private int freeCount;
    private long[] sortedPrefixes = {};
    private long keysMax = 1_000_000;
    private boolean sending;
    /** A change could not be noted for the next broadcast. */
    private boolean lost;
    private Runnable whenSwitched = () -> {
    };

    public Tracking(Account connections, long seed, Random random) {
        memory = new ListenerMemory(connections);
        Hashing hashing = new Hashing(seed);
        keys = new TrackedKeys(memory, hashing, random);
        changed = new ChangedKeys(memory, hashing);
        prefixes = new Subscriptions(PREFIX_KIND, TABLE, memory, hashing);
        message = new InvalidationMessage(memory);
    }

    /** Who must know when the first client begins to track, or the last one ends. */
    void whenSwitched(Runnable listener) {
        whenSwitched = listener;
    }

    /** Anybody tracks. */
    public boolean isOn() {
        return clients != 0;
    }

    public int clients() {
        return clients;
    }

    /** Keys in the table. */
    public long trackedKeys() {
        return keys.size();
    }

    /** Clients of all keys in the table. */
    public long items() {
        return keys.items();
    }

    public int prefixes() {
        return prefixes.names();
    }

    public ListenerMemory memory() {
        return memory;
    }

    /** {@code tracking-table-max-keys}; 0 for no limit but that of memory. */
    public void setKeysMax(long value) {
        keysMax = value == 0 ? Long.MAX_VALUE : value;
    }

    // ---------------------------------------------------------------- clients

    /** Begins to track, or changes how; false when there is no memory for it. */
    public boolean enable(Client client, @Nullable Client redirectTo, TrackingOptions options) {
        Tracker tracker = client.tracker();
        if (tracker == null) {
            if (!message.isReady() || used == Tracker.SLOTS_MAX && freeCount == 0) {
                return false;
            }
            int slot = freeCount > 0 ? free[--freeCount] : used++;
            if (slot == slots.length) {
                slots = Arrays.copyOf(slots, slot * 2);
            }
            tracker = new Tracker(client, slot);
            slots[slot] = tracker;
            client.setTracker(tracker);
            if (clients++ == 0) {
                whenSwitched.run();
            }
        }
        tracker.set(redirectTo, options);
        return true;
    }

    /** A tracking client in broadcast mode wants to hear of keys with this prefix; false when there is no memory for that. */
    public boolean addPrefix(Client client, long address, int length) {
        Tracker tracker = client.tracker();
        if (tracker == null || prefixes.names() >= PREFIXES_MAX && prefixes.find(address, length) == 0) {
            return false;
        }
        return prefixes.add(tracker.prefixes, address, length) != Subscriptions.NO_MEMORY;
    }

    /** The client's prefixes as records in the order of their bytes, to be read with {@link Subscriptions#address}. */
    public static long[] prefixesOf(Client client) {
        Tracker tracker = client.tracker();
        if (tracker == null) {
            return new long[0];
        }
        long[] names = new long[tracker.prefixes.count[PREFIX_KIND]];
        long link = tracker.prefixes.firstLink[PREFIX_KIND];
        for (int i = 0; i < names.length; i++) {
            names[i] = Subscriptions.name(link);
            link = Subscriptions.nextOfClient(link);
        }
        NameOrder.sort(names, names.length);
        return names;
    }

    /** The client tracks no longer, or is gone. */
    public void forget(Client client) {
        Tracker tracker = client.tracker();
        if (tracker == null) {
            return;
        }
        if (sending) {
            leavers.add(client);
            return;
        }
        while (tracker.prefixes.count[PREFIX_KIND] > 0) {
            prefixes.remove(tracker.prefixes, tracker.prefixes.firstLink[PREFIX_KIND]);
        }
        int slot = Tracker.slot(tracker.tag);
        slots[slot] = null;
        if (freeCount == free.length) {
            free = Arrays.copyOf(free, freeCount * 2);
        }
        free[freeCount++] = slot;
        client.setTracker(null);
        if (--clients == 0) {
            keys.clear();
            changed.clear();
            lost = false;
            message.close();
            whenSwitched.run();
        }
    }

    private @Nullable Tracker at(long tag) {
        Tracker tracker = slots[Tracker.slot(tag)];
        return tracker != null && tracker.tag == tag ? tracker : null;
    }

    // ---------------------------------------------------------------- reading

    /** A tracking client's command was executed: what it has read is remembered. */
    public void executed(Call call) {
        if (reads(call.command())) {
            remember(call);
        }
    }

    /** All keys of the call are in the client's cache now, if it caches. */
    public void remember(Call call) {
        Tracker tracker = call.client().tracker();
        if (tracker != null && tracker.caches()) {
            Command command = call.command();
            for (int s = 0; s < command.keySpecs(); s++) {
                KeySpec spec = command.keySpec(s);
                for (int n = 0, all = spec.count(call); n < all; n++) {
                    int argument = spec.argument(call, n);
                    remember(tracker, call.address(argument), call.length(argument));
                }
            }
        }
    }

    /** True for commands whose keys a client may keep; those that a script reads, it reads with commands of its own. */
    public static boolean reads(Command command) {
        return command.has(Flag.READONLY) && !command.group().equals("scripting");
    }

    /** A command or transaction of the client is over: CLIENT CACHING held for that only. */
    public void ended(Call call) {
        Client client = call.client();
        Tracker tracker = client.tracker();
        Command command = call.commandOrNull();
        if (tracker != null && !client.inMulti() && (command == null || !command.name().startsWith("client"))) {
            tracker.caching = false;
        }
    }

    private void remember(Tracker tracker, long address, int length) {
        boolean added = keys.add(address, length, tracker.tag);
        for (int tries = TRIES; !added && tries > 0 && keys.size() > 0; tries--) {
            drop(keys.any());
            added = keys.add(address, length, tracker.tag);
        }
        if (!added) {
            sending = true;
            message.sendKey(tracker, address, length); // what cannot be remembered must not be kept
            letLeave();
        }
        dropBeyondMax();
    }

    private void dropBeyondMax() {
        for (int effort = EFFORT; keys.size() > keysMax && effort > 0; effort--) {
            drop(keys.any());
        }
    }

    /** Forgets a key by telling its clients that it is out of date. */
    private void drop(long record) {
        tell(record, null);
        keys.remove(record);
    }

    // ---------------------------------------------------------------- changes

    /** The key is not what it was. @param changer whose command changed it, or null */
    void changed(@Nullable Client changer, long address, int length) {
        if (prefixes.names() > 0 && isInPrefix(address, length)) {
            if (changed.isFull()) {
                broadcast();
            }
            Tracker of = changer == null ? null : changer.tracker();
            lost |= !changed.add(address, length, of == null ? 0 : of.tag);
        }
        long record = keys.find(address, length);
        if (record != 0) {
            tell(record, changer);
            keys.remove(record);
        }
    }

    private boolean isInPrefix(long address, int length) {
        for (long prefix = prefixes.first(); prefix != 0; prefix = prefixes.next(prefix)) {
            if (isPrefix(prefix, address, length)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isPrefix(long prefix, long address, int length) {
        int bytes = Subscriptions.length(prefix);
        return bytes <= length && Mem.equal(Subscriptions.address(prefix), address, bytes);
    }

    private void tell(long record, @Nullable Client changer) {
        sending = true;
        for (int i = 0; i < TrackedKeys.count(record); i++) {
            Tracker tracker = at(TrackedKeys.tag(record, i));
            if (tracker != null && !tracker.broadcast && !(tracker.noLoop && tracker.client == changer)) {
                message.sendKey(tracker, TrackedKeys.keyAddress(record), TrackedKeys.keyLength(record));
            }
        }
        sending = false;
    }

    /** All keys of some database are others now. */
    void allChanged() {
        sending = true;
        for (int i = 0; i < used; i++) {
            Tracker tracker = slots[i];
            if (tracker != null) {
                message.sendAll(tracker);
            }
        }
        keys.clear();
        letLeave();
    }

    private void letLeave() {
        sending = false;
        while (!leavers.isEmpty()) {
            forget(leavers.removeLast());
        }
    }

    // ---------------------------------------------------------------- between commands

    /** Something is left to do that no command will ask for. */
    public boolean hasWork() {
        return changed.size() > 0 || lost || keys.hasDropped() || keys.size() > keysMax || !leavers.isEmpty();
    }

    /** At the end of a turn of the loop: tells of what changed under prefixes, and does some of the work that is left. */
    public void endTurn() {
        if (!hasWork()) {
            return;
        }
        letLeave();
        if (changed.size() > 0 || lost) {
            broadcast();
        }
        dropBeyondMax();
        letLeave();
        keys.step();
    }

    private void broadcast() {
        sending = true;
        if (lost) {
            for (int i = 0; i < used; i++) {
                Tracker tracker = slots[i];
                if (tracker != null && tracker.broadcast) {
                    message.sendAll(tracker);
                }
            }
        } else {
            changed.sort();
            int count = sortPrefixes();
            for (int i = 0; i < count; i++) {
                broadcast(sortedPrefixes[i]);
            }
        }
        lost = false;
        changed.clear();
        sending = false;
    }

    private int sortPrefixes() {
        if (sortedPrefixes.length < prefixes.names()) {
            sortedPrefixes = new long[Math.max(16, Integer.highestOneBit(prefixes.names()) * 2)];
        }
        int count = 0;
        for (long prefix = prefixes.first(); prefix != 0; prefix = prefixes.next(prefix)) {
            sortedPrefixes[count++] = prefix;
        }
        NameOrder.sort(sortedPrefixes, count);
        return count;
    }

    /** Tells the prefix's clients. The keys are in order, so those with the prefix stand together. */
    private void broadcast(long prefix) {
        int from = 0;
        while (from < changed.size() && !isUnder(prefix, changed.at(from))) {
            from++;
        }
        int to = from;
        while (to < changed.size() && isUnder(prefix, changed.at(to))) {
            to++;
        }
        if (from == to) {
            return;
        }
        for (long link = Subscriptions.firstLink(prefix); link != 0; link = Subscriptions.nextLink(link)) {
            Tracker tracker = slots[Subscriptions.slot(link)];
            if (tracker != null) {
                send(tracker, from, to);
            }
        }
    }

    private static boolean isUnder(long prefix, long key) {
        return isPrefix(prefix, TrackedKeys.keyAddress(key), TrackedKeys.keyLength(key));
    }

    private void send(Tracker tracker, int from, int to) {
        int own = 0;
        for (int i = from; i < to; i++) {
            own += isOwn(tracker, changed.at(i)) ? 1 : 0;
        }
        if (to - from == own || !message.begin(tracker)) {
            return;
        }
        message.array(to - from - own);
        for (int i = from; i < to; i++) {
            long key = changed.at(i);
            if (!isOwn(tracker, key)) {
                message.key(TrackedKeys.keyAddress(key), TrackedKeys.keyLength(key));
            }
        }
        message.end();
    }

    private static boolean isOwn(Tracker tracker, long key) {
        return tracker.noLoop && ChangedKeys.changer(key) == tracker.tag;
    }
}
