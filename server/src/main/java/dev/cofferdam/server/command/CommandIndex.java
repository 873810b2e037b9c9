// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.command;

import dev.cofferdam.memory.Mem;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Finds a command by the bytes a client sent, in either case, without allocating: open addressing, at most a quarter full.
 *
 * <p>Filled at start, read-only afterwards; any thread. A name is looked up by its first and its last eight bytes with the bit set that tells
 * small letters from capitals. For letters that folds the case and nothing else; a name that has other characters, or more than sixteen, is
 * compared byte by byte after that.
 */
public final class CommandIndex {
    private static final int START_SLOTS = 64;
    /** No name is longer; what is longer is unknown without looking. */
    private static final int NAME_MAX_BYTES = 64;
    private static final int WORD_BYTES = 8;
    private static final long SMALL_LETTERS = 0x2020202020202020L;

    private @Nullable Slot[] slots = new @Nullable Slot[START_SLOTS];
    private final List<Command> all = new ArrayList<>();

    private record Slot(byte[] name, long first, long last, boolean foldIsExact, Command command) {
    }

    /** @param name the part a client sends: of "client|list" it is "list" */
    void add(String name, Command command) {
        byte[] bytes = name.toLowerCase(Locale.ROOT).getBytes(StandardCharsets.US_ASCII);
        all.add(command);
        if (all.size() * 4 > slots.length) {
            @Nullable Slot[] before = slots;
            slots = new @Nullable Slot[before.length * 2];
            for (Slot moved : before) {
                if (moved != null) {
                    insert(moved);
                }
            }
        }
        boolean exact = bytes.length <= 2 * WORD_BYTES && name.chars().allMatch(Character::isLetter);
        insert(new Slot(bytes, firstWord(bytes), lastWord(bytes), exact, command));
    }

    private void insert(Slot added) {
        int slot = start(added.first, added.last, added.name.length);
        while (slots[slot] != null) {
            slot = slot + 1 & slots.length - 1;
        }
        slots[slot] = added;
    }

    public @Nullable Command find(long address, int length) {
        if (length > NAME_MAX_BYTES) {
            return null;
        }
        long first = firstWord(address, length);
        long last = lastWord(address, length);
        int slot = start(first, last, length);
        for (Slot at = slots[slot]; at != null; at = slots[slot]) {
            if (at.first == first && at.last == last && at.name.length == length && (at.foldIsExact || same(at.name, address))) {
                return at.command;
            }
            slot = slot + 1 & slots.length - 1;
        }
        return null;
    }

    public List<Command> all() {
        return Collections.unmodifiableList(all);
    }

    private int start(long first, long last, int length) {
        long mixed = ((first ^ length) * 0x9e3779b97f4a7c15L ^ last) * 0xd1342543de82ef95L;
        return (int) (mixed >>> 40) & slots.length - 1;
    }

    /** The first eight bytes, or all of them where there are fewer: two overlapping loads instead of a loop. */
    private static long firstWord(long address, int length) {
        if (length >= WORD_BYTES) {
            return Mem.getLong(address) | SMALL_LETTERS;
        }
        if (length >= WORD_BYTES / 2) {
            return word(Mem.getInt(address), Mem.getInt(address + length - WORD_BYTES / 2));
        }
        long bytes = 0;
        for (int i = 0; i < length; i++) {
            bytes = bytes << 8 | Mem.getUnsignedByte(address + i);
        }
        return bytes | SMALL_LETTERS;
    }

    private static long lastWord(long address, int length) {
        return length > WORD_BYTES ? Mem.getLong(address + length - WORD_BYTES) | SMALL_LETTERS : 0;
    }

    private static long word(int low, int high) {
        return (Integer.toUnsignedLong(low) | (long) high << 32) | SMALL_LETTERS;
    }

    /** As {@link #firstWord(long, int)}, of bytes on the heap. */
    private static long firstWord(byte[] name) {
        int length = name.length;
        if (length >= WORD_BYTES) {
            return little(name, 0, WORD_BYTES) | SMALL_LETTERS;
        }
        if (length >= WORD_BYTES / 2) {
            return word((int) little(name, 0, 4), (int) little(name, length - 4, 4));
        }
        long bytes = 0;
        for (byte b : name) {
            bytes = bytes << 8 | b;
        }
        return bytes | SMALL_LETTERS;
    }

    private static long lastWord(byte[] name) {
        return name.length > WORD_BYTES ? little(name, name.length - WORD_BYTES, WORD_BYTES) | SMALL_LETTERS : 0;
    }

    private static long little(byte[] bytes, int from, int count) {
        long word = 0;
        for (int i = count - 1; i >= 0; i--) {
            word = word << 8 | bytes[from + i];
        }
        return word;
    }

    private static boolean same(byte[] name, long address) {
        for (int i = 0; i < name.length; i++) {
            byte c = Mem.getByte(address + i);
            if (name[i] != (c >= 'A' && c <= 'Z' ? c + 32 : c)) {
                return false;
            }
        }
        return true;
    }
}
