// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.lua;

import dev.cofferdam.memory.Mem;

/**
 * The table in which Lua keeps each string once, found in and added to without calling the library: a call, and the library's call for memory
 * on top of it, take longer than all else about a short string.
 *
 * <p>Owns nothing; one per state, same thread. What always holds: what is not plain (the table has to grow, the collector wants a step, the heap lent from
 * elsewhere) is left to the library, so no step of the collector is imitated here.
 */
final class LuaStrings {
    /** Of shorter ones every byte counts for the hash: a loop that the compiler knows. */
    private static final int SHORT_BYTES = 32;

    private final long global;
    private final LuaHeap heap;

    LuaStrings(long global, LuaHeap heap) {
        this.global = global;
        this.heap = heap;
    }

    /** Address of the string of these bytes, there already or made now; 0 when the library has to make it. */
    long intern(long bytes, long length) {
        if (length > Integer.MAX_VALUE || heap.hasBorrowed()) {
            return 0;
        }
        int hash = hash(bytes, (int) length);
        long bucket = LuaLayout.stringBucket(global, hash);
        for (long string = Mem.getLong(bucket); string != 0; string = LuaLayout.next(string)) {
            if (LuaLayout.stringHash(string) == hash && LuaLayout.lengthOf(string) == length
                    && Mem.equal(string + LuaLayout.STRING_HEADER_BYTES, bytes, length)) {
                // One that the collector has given up already is brought back by the library.
                return LuaLayout.isDead(global, string) ? 0 : string;
            }
        }
        return LuaLayout.isStepDue(global) || LuaLayout.isStringTableFull(global) ? 0 : add(bucket, hash, bytes, length);
    }

    private long add(long bucket, int hash, long bytes, long length) {
        long whole = LuaLayout.STRING_HEADER_BYTES + length + 1;
        long string = heap.takeBlock(whole);
        if (string == 0 || heap.hasBorrowed()) {
            if (string != 0) {
                heap.freeBlock(string);
            }
            return 0;
        }
        LuaLayout.makeString(global, string, hash, length, Mem.getLong(bucket));
        Mem.copy(bytes, string + LuaLayout.STRING_HEADER_BYTES, length);
        Mem.putByte(string + LuaLayout.STRING_HEADER_BYTES + length, (byte) 0);
        Mem.putLong(bucket, string);
        LuaLayout.countString(global, whole);
        return string;
    }

    /** As the library does it: of a long string every so many bytes. */
    private static int hash(long bytes, int length) {
        int hash = length;
        if (length < SHORT_BYTES) {
            for (int i = length - 1; i >= 0; i--) {
                hash ^= (hash << 5) + (hash >>> 2) + Mem.getUnsignedByte(bytes + i);
            }
            return hash;
        }
        int step = (length >> 5) + 1;
        for (int left = length; left >= step; left -= step) {
            hash ^= (hash << 5) + (hash >>> 2) + Mem.getUnsignedByte(bytes + left - 1);
        }
        return hash;
    }
}
