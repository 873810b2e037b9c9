// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.command;

import dev.cofferdam.memory.Mem;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds a command by the bytes a client sent, in either case, without allocating: open addressing, at most half full.
 *
 * <p>Filled at start, read-only afterwards; any thread.
 */
public final class CommandIndex {
    private static final int START_SLOTS = 64;
    /** No name is longer; what is longer is unknown without looking. */
    private static final int NAME_MAX_BYTES = 64;

    private @Nullable Command[] slots = new @Nullable Command[START_SLOTS];
    private byte[][] names = new byte[START_SLOTS][];
    private final List<Command> all = new ArrayList<>();

    /** @param name the part a client sends: of "client|list" it is "list" */
    void add(String name, Command command) {
        byte[] bytes = name.getBytes(StandardCharsets.US_ASCII);
        all.add(command);
        if (all.size() * 4 > slots.length) {
            @Nullable Command[] before = slots;
            byte[][] namesBefore = names;
            slots = new @Nullable Command[before.length * 2];
            names = new byte[before.length * 2][];
            for (int i = 0; i < before.length; i++) {
                Command moved = before[i];
                if (moved != null) {
                    insert(namesBefore[i], moved);
                }
            }
        }
        insert(bytes, command);
    }

    private void insert(byte[] name, Command command) {
        int hash = 0;
        for (byte c : name) {
            hash = step(hash, c);
        }
        int slot = spread(hash) & (slots.length - 1);
        while (slots[slot] != null) {
            slot = (slot + 1) & (slots.length - 1);
        }
        slots[slot] = command;
        names[slot] = name;
    }

    public @Nullable Command find(long address, int length) {
        if (length > NAME_MAX_BYTES) {
            return null;
        }
        int hash = 0;
        for (int i = 0; i < length; i++) {
            hash = step(hash, lower(Mem.getByte(address + i)));
        }
        int slot = spread(hash) & (slots.length - 1);
        Command found = slots[slot];
        while (found != null) {
            if (same(names[slot], address, length)) {
                return found;
            }
            slot = (slot + 1) & (slots.length - 1);
            found = slots[slot];
        }
        return null;
    }

    public List<Command> all() {
        return Collections.unmodifiableList(all);
    }

    private static boolean same(byte[] name, long address, int length) {
        if (name.length != length) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if (name[i] != lower(Mem.getByte(address + i))) {
                return false;
            }
        }
        return true;
    }

    private static int step(int hash, byte c) {
        return hash * 31 + c;
    }

    private static int spread(int hash) {
        int mixed = hash * 0x9e3779b9;
        return mixed ^ mixed >>> 15;
    }

    private static byte lower(byte c) {
        return c >= 'A' && c <= 'Z' ? (byte) (c + 32) : c;
    }
}
