// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.net;

import dev.cofferdam.memory.BufferPool;
import dev.cofferdam.memory.Mem;
import dev.cofferdam.resp.NumberPrinter;
import dev.cofferdam.server.client.CommandQueue;
import dev.cofferdam.server.command.Call;
import java.nio.charset.StandardCharsets;

/**
 * The commands of one open transaction, as RESP in one growing buffer. Before them lies EXEC: a transaction that goes on in a lane has its command here, whatever
 * becomes of its client's input.
 *
 * <p>Owns that buffer. Event loop only.
 */
final class QueuedCommands implements CommandQueue {
    private static final int START_BYTES = 1024;
    private static final byte[] EXEC = "*1\r\n$4\r\nEXEC\r\n".getBytes(StandardCharsets.US_ASCII);

    private final BufferPool pool;
    private long address;
    private long capacity;
    private long used;
    private int commands;

    QueuedCommands(BufferPool pool) {
        this.pool = pool;
    }

    @Override
    public boolean add(Call call) {
        long needed = headBytes(call.count());
        for (int i = 0; i < call.count(); i++) {
            needed += headBytes(call.length(i)) + call.length(i) + 2;
        }
        if (!reserve(used == 0 ? EXEC.length + needed : needed)) {
            return false;
        }
        if (used == 0) {
            Mem.copyFrom(EXEC, 0, address, EXEC.length);
            used = EXEC.length;
        }
        writeHead('*', call.count());
        for (int i = 0; i < call.count(); i++) {
            writeHead('$', call.length(i));
            Mem.copy(call.address(i), address + used, call.length(i));
            used += call.length(i);
            writeLineEnd();
        }
        commands++;
        return true;
    }

    private static int headBytes(int number) {
        return 3 + NumberPrinter.longBytes(number);
    }

    private void writeHead(char mark, int number) {
        Mem.putByte(address + used, (byte) mark);
        used += 1 + NumberPrinter.writeLong(address + used + 1, number);
        writeLineEnd();
    }

    private void writeLineEnd() {
        Mem.putShort(address + used, (short) ('\r' | '\n' << 8));
        used += 2;
    }

    private boolean reserve(long bytes) {
        if (used + bytes <= capacity) {
            return true;
        }
        long wanted = pool.capacityFor(Math.max(Math.max(START_BYTES, capacity * 2), used + bytes));
        long grown = pool.take(wanted);
        if (grown == 0) {
            wanted = pool.capacityFor(used + bytes);
            grown = pool.take(wanted);
        }
        if (grown == 0) {
            return false;
        }
        Mem.copy(address, grown, used);
        free();
        address = grown;
        capacity = wanted;
        return true;
    }

    private void free() {
        if (capacity > 0) {
            pool.giveBack(address, capacity);
            address = 0;
            capacity = 0;
        }
    }

    void drop() {
        free();
        used = 0;
        commands = 0;
    }

    @Override
    public int commands() {
        return commands;
    }

    @Override
    public long address() {
        return address + EXEC.length;
    }

    /** Where EXEC lies; it ends where the commands begin. */
    long execAddress() {
        return address;
    }

    @Override
    public long bytes() {
        return used == 0 ? 0 : used - EXEC.length;
    }

    long capacityBytes() {
        return capacity;
    }
}
