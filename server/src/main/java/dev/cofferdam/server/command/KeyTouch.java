// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.command;

import dev.cofferdam.keyspace.BlockKind;
import dev.cofferdam.keyspace.BlockLayout;
import dev.cofferdam.keyspace.CollectionTable;
import dev.cofferdam.keyspace.Compartment;
import dev.cofferdam.keyspace.Key;
import dev.cofferdam.keyspace.MemberIndex;
import dev.cofferdam.memory.Mem;

/**
 * Brings what a batch's commands will look up into the cache before they run: index buckets and entries of their keys and, of large hashes, sets and
 * sorted sets, bucket and block of the field or member they name.
 *
 * <p>Owns the addresses of the batch at hand. Event loop only. Addresses are collected first and loaded in loops of nothing but loads: a processor
 * looks only some hundred instructions ahead, so loads that are to be on their way together must stand together. A command apart, each
 * waits for memory alone (measured: 18 % of the loop's time at 16 commands a batch and 100,000 keys, 33 % where they are fields of one hash).
 */
final class KeyTouch {
    /** A line of the cache. */
    private static final int LINE_BYTES = 64;

    private final Call[] calls;
    private final long[] addresses;
    /** Of members: their hash, and whose they are. */
    private final long[] hashes;
    private final MemberIndex[] indexes;
    private int count;
    /** Sum of what was loaded: means nothing, and keeps the compiler from dropping the loads. */
    private long touched;

    KeyTouch(int batch) {
        calls = new Call[batch];
        addresses = new long[batch];
        hashes = new long[batch];
        indexes = new MemberIndex[batch];
    }

    void begin() {
        count = 0;
    }

    /** Adds a call; nothing when no key of it is routed. More than a batch are left out. */
    void add(Call call) {
        Key key = call.routedFirst();
        if (key == null || count == calls.length || isLast(key) && call.command().memberArgument(call.count()) <= 0) {
            return;
        }
        calls[count++] = call;
    }

    /** True for the key that was added last, or one so like it that its bucket and entry are the same but for a chance in 2^64. */
    private boolean isLast(Key key) {
        return count > 0 && calls[count - 1].routedKey().hash == key.hash;
    }

    void load() {
        count = buckets();
        loadAll(count);
        count = entries();
        loadAll(count);
        loadTails(count);
        count = memberBuckets();
        if (count > 0) {
            loadAll(count);
            count = memberBlocks();
            loadAll(count);
            loadTails(count);
        }
    }

    private int buckets() {
        int found = 0;
        for (int i = 0; i < count; i++) {
            Key key = calls[i].routedKey();
            Compartment home = key.compartment();
            // One that is with its lane may change under our eyes.
            if (!home.isInLane() && home.keys().size() > 0) {
                calls[found] = calls[i];
                addresses[found++] = home.keys().bucketOf(key.hash);
            }
        }
        return found;
    }

    private int entries() {
        int found = 0;
        for (int i = 0; i < count; i++) {
            Key key = calls[i].routedKey();
            long entry = key.compartment().keys().candidateIn(addresses[i], key.hash);
            if (entry != 0) {
                calls[found] = calls[i];
                addresses[found++] = entry;
            }
        }
        return found;
    }

    private int memberBuckets() {
        int found = 0;
        for (int i = 0; i < count; i++) {
            Call call = calls[i];
            int argument = call.command().memberArgument(call.count());
            if (argument > 0 && BlockKind.hasMembers(BlockLayout.kind(addresses[i]))) {
                MemberIndex index = call.routedKey().compartment().members();
                long hash = index.hash(CollectionTable.idOf(addresses[i]), call.address(argument), call.length(argument));
                indexes[found] = index;
                hashes[found] = hash;
                addresses[found++] = index.bucketOf(hash);
            }
        }
        return found;
    }

    private int memberBlocks() {
        int found = 0;
        for (int i = 0; i < count; i++) {
            long block = indexes[i].candidateIn(addresses[i], hashes[i]);
            if (block != 0) {
                addresses[found++] = block;
            }
        }
        return found;
    }

    private void loadAll(int howMany) {
        long sum = 0;
        for (int i = 0; i < howMany; i++) {
            sum += Mem.getInt(addresses[i]);
        }
        touched += sum;
    }

    /**
     * Brings in what follows the first line of blocks that are longer: the value behind a short key. A short block's own last byte otherwise, which costs less than to
     * ask: whether a block of 40 bytes goes over the end of a line cannot be foretold.
     */
    private void loadTails(int howMany) {
        long sum = 0;
        for (int i = 0; i < howMany; i++) {
            long block = addresses[i];
            sum += Mem.getByte(Math.min((block | LINE_BYTES - 1) + 1, block + BlockLayout.bytes(block) - 1));
        }
        touched += sum;
    }
}
