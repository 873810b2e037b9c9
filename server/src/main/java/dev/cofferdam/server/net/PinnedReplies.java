// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.net;

import dev.cofferdam.keyspace.Compartment;
import dev.cofferdam.keyspace.Keyspace;
import dev.cofferdam.keyspace.RunReaders;
import dev.cofferdam.memory.Account;
import dev.cofferdam.memory.Mem;
import dev.cofferdam.server.Server;
import dev.cofferdam.server.ServerStatistics;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Large values that replies refer to instead of copying them: which, and how many replies each.
 *
 * <p>Owns one record per value, and the runs of values that are gone or changed while a reply still needs the old bytes. Event loop only: while a compartment
 * is with its lane its values are read, but neither pinned nor released. What always holds:
 * <ul>
 * <li>the bytes behind a pin do not move and do not change until the last reply has sent them;
 * <li>a value that is deleted or overwritten costs its compartment nothing from then on: its run becomes that of {@code connections}, or, if it changes where
 * it lies, the readers get a copy there. What {@code connections} cannot pay costs a reader its connection, never a command its success.
 * </ul>
 */
final class PinnedReplies implements RunReaders {
    /** Smaller values, and smaller rests of values, are copied. */
    static final int LEAST_BYTES = 32 * 1024;

    /** One pinned value. */
    private static final class Pin {
        final int number;
        final Compartment home;
        /** The block in its compartment. */
        final long block;
        /** Where its bytes are: the block, or the copy that took its place. */
        long bytesAt;
        int readers;
        /** It is being taken from its compartment right now: whoever does that releases it. */
        boolean leaving;
        /** Bytes of a run that connections pays, from {@link #ownRun} on; 0 while the value is its compartment's. */
        long ownBytes;
        long ownRun;

        Pin(int number, Compartment home, long block) {
            this.number = number;
            this.home = home;
            this.block = block;
            this.bytesAt = block;
        }
    }

    private final Keyspace keyspace;
    private final Account connections;
    private final UnsentReplies unsent;
    private final Map<Long, Pin> byBlock = new HashMap<>();
    private @Nullable Pin[] pins = new @Nullable Pin[16];
    private int[] freeNumbers = new int[16];
    private int freeCount;
    private int lastNumber;
    private final ServerStatistics statistics;

    PinnedReplies(Server server, UnsentReplies unsent) {
        this.keyspace = server.keyspace();
        this.connections = server.connections();
        this.statistics = server.statistics();
        this.unsent = unsent;
        keyspace.setRunReaders(this);
    }

    // ---------------------------------------------------------------- readers

    /** True when a reply may refer to the bytes there. */
    boolean canPin(long address) {
        Compartment home = keyspace.homeOfRun(address);
        return home != null && !home.isInLane() && home.heap().pins().pinnable(address) != 0;
    }

    /** One more reply refers to the value that lies there, for which {@link #canPin} holds; answers the pin's number. */
    int pin(long address) {
        Compartment home = keyspace.homeOfRun(address);
        if (home == null) {
            throw new IllegalStateException("pinned bytes lie in no compartment");
        }
        long block = home.heap().pins().pinnable(address);
        Pin pin = byBlock.get(block);
        if (pin == null) {
            pin = new Pin(freeCount > 0 ? freeNumbers[--freeCount] : lastNumber++, home, block);
            if (pin.number >= pins.length) {
                pins = Arrays.copyOf(pins, pins.length * 2);
            }
            pins[pin.number] = pin;
            byBlock.put(block, pin);
            home.heap().pins().pin(block);
        }
        pin.readers++;
        return pin.number;
    }

    /** How far behind the start of the pinned value the address is; valid for {@link #address} however often the value moves to another account. */
    long offset(int number, long address) {
        return address - get(number).block;
    }

    /** Where these bytes of the value are now. */
    long address(int number, long offset) {
        return get(number).bytesAt + offset;
    }

    /** A reply has sent its bytes, or will never. */
    void unpin(int number) {
        Pin pin = get(number);
        pin.readers--;
        if (pin.readers > 0 || pin.leaving) {
            return;
        }
        if (pin.ownBytes > 0) {
            connections.returnRun(pin.ownRun, pin.ownBytes);
            statistics.takenOverBytes -= pin.ownBytes;
            forget(pin);
        } else if (!pin.home.isInLane()) {
            pin.home.heap().pins().unpin(pin.block);
            byBlock.remove(pin.block);
            forget(pin);
        }
    }

    /** Compartments are back from their lane: releases what lost its last reader meanwhile. */
    void releaseUnread() {
        for (int i = 0; i < lastNumber; i++) {
            Pin pin = pins[i];
            if (pin != null && pin.readers == 0 && !pin.home.isInLane()) {
                pin.home.heap().pins().unpin(pin.block);
                byBlock.remove(pin.block);
                forget(pin);
            }
        }
    }

    private Pin get(int number) {
        Pin pin = pins[number];
        if (pin == null) {
            throw new IllegalStateException("pin " + number + " does not exist");
        }
        return pin;
    }

    private void forget(Pin pin) {
        pins[pin.number] = null;
        if (freeCount == freeNumbers.length) {
            freeNumbers = Arrays.copyOf(freeNumbers, freeCount * 2);
        }
        freeNumbers[freeCount++] = pin.number;
    }

    // ---------------------------------------------------------------- the keyspace

    @Override
    public void beforeChange(long block, long bytes) {
        Pin pin = leaves(block);
        long copy = connections.takeRun(bytes);
        while (copy == 0 && makeRoom(pin, bytes)) {
            copy = connections.takeRun(bytes);
        }
        if (copy != 0) {
            Mem.copy(block, copy, bytes);
            pin.bytesAt = copy;
        }
        hasLeft(pin, copy, bytes);
    }

    @Override
    public boolean takeOver(long block, long run, long runBytes) {
        Pin pin = leaves(block);
        Account payer = pin.home.account();
        boolean taken = pin.readers > 0 && payer.handRunTo(connections, run, runBytes);
        while (!taken && makeRoom(pin, runBytes)) {
            taken = payer.handRunTo(connections, run, runBytes);
        }
        hasLeft(pin, taken ? run : 0, runBytes);
        return taken;
    }

    /** Cuts clients until so much more may be there; false when the value has no readers left. */
    private boolean makeRoom(Pin pin, long bytes) {
        if (pin.readers > 0 && !unsent.cutFor(pin.number, bytes)) {
            throw new IllegalStateException("a pinned value has readers that are not there");
        }
        return pin.readers > 0;
    }

    private Pin leaves(long block) {
        Pin pin = byBlock.remove(block);
        if (pin == null) {
            throw new IllegalStateException("a run is marked as pinned and nobody reads it");
        }
        pin.leaving = true;
        return pin;
    }

    private void hasLeft(Pin pin, long run, long bytes) {
        pin.leaving = false;
        if (run == 0) {
            forget(pin);
            return;
        }
        pin.ownRun = run;
        pin.ownBytes = bytes;
        statistics.takenOverBytes += bytes;
    }

    /** Bytes that connections pays for this value; 0 while it is its compartment's. */
    long ownBytesOf(int number) {
        return get(number).ownBytes;
    }

    /** Before a command that changes data has these compartments in its lane, where readers cannot be asked: whatever they read is copied. */
    void copyAll(int compartments) {
        for (int i = 0; i < lastNumber; i++) {
            Pin pin = pins[i];
            if (pin != null && pin.ownBytes == 0 && (compartments & 1 << pin.home.id()) != 0) {
                pin.home.heap().beforeChange(pin.block);
            }
        }
    }
}
