// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.scripting;

import dev.cofferdam.memory.Account;
import dev.cofferdam.memory.Mem;
import dev.cofferdam.resp.ReplyRoom;
import dev.cofferdam.resp.ReplyWriter;

/**
 * One contiguous piece of memory that grows: the reply of a script's command before it becomes Lua values, or what a library of ours writes.
 *
 * <p>Owns a page for life and, while something large is in it, a run; the scripts' account pays. The engine's thread. When the account refuses, what is
 * written from then on is thrown away and {@link #overflowed()} says so.
 */
final class ScriptBuffer implements ReplyRoom, AutoCloseable {
    private final Account account;
    private final int pageBytes;
    private final long page;
    private long base;
    private long capacity;
    private long used;
    private boolean overflowed;

    ScriptBuffer(Account account) {
        this.account = account;
        this.pageBytes = account.arena().pageBytes();
        this.page = account.takePage();
        if (page == 0) {
            throw new OutOfMemoryError("account '" + account.name() + "' has no page for a script's buffer");
        }
        base = page;
        capacity = pageBytes;
    }

    /** Empties it, and gives the large piece back. */
    void clear() {
        used = 0;
        overflowed = false;
        if (base != page) {
            account.returnRun(base, capacity);
            base = page;
            capacity = pageBytes;
        }
    }

    /** Empties it and lets the writer write into it. */
    void begin(ReplyWriter writer) {
        clear();
        writer.attach(base, (int) capacity);
    }

    /** What the writer has written is all there; from {@link #base()}, {@link #used()} bytes. */
    void end(ReplyWriter writer) {
        used += writer.writtenBytes();
        writer.attach(base + used, 0);
    }

    long base() {
        return base;
    }

    long used() {
        return used;
    }

    boolean overflowed() {
        return overflowed;
    }

    /** Room for so many bytes more; false when they cannot be had, and everything until {@link #clear} is thrown away. */
    boolean reserve(long bytes) {
        if (capacity - used >= bytes) {
            return true;
        }
        long wanted = Math.max(used + bytes, capacity * 2);
        if (base != page && account.resizeRun(base, capacity, wanted)) {
            capacity = wanted;
            return true;
        }
        long run = account.takeRun(wanted);
        if (run == 0) {
            overflowed = true;
            return false;
        }
        Mem.copy(base, run, used);
        if (base != page) {
            account.returnRun(base, capacity);
        }
        base = run;
        capacity = wanted;
        return true;
    }

    /** Address for the bytes that {@link #reserve} made room for; they count once {@link #advance} says so. */
    long end() {
        return base + used;
    }

    void advance(long bytes) {
        used += bytes;
    }

    void put(int value) {
        if (reserve(1)) {
            Mem.putByte(base + used++, (byte) value);
        }
    }

    void put(long from, long length) {
        if (reserve(length)) {
            Mem.copy(from, base + used, length);
            used += length;
        }
    }

    /** ASCII text. */
    void put(String text) {
        if (reserve(text.length())) {
            for (int i = 0; i < text.length(); i++) {
                Mem.putByte(base + used++, (byte) text.charAt(i));
            }
        }
    }

    @Override
    public void makeRoom(ReplyWriter writer, int bytes) {
        used += writer.writtenBytes();
        if (overflowed || !reserve(bytes)) {
            used = 0;
        }
        writer.attach(base + used, (int) Math.min(Integer.MAX_VALUE, capacity - used));
    }

    @Override
    public boolean takeReference(ReplyWriter writer, long address, long length) {
        return false;
    }

    @Override
    public void close() {
        clear();
        account.returnPage(page);
    }
}
