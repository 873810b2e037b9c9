// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.keyspace;

import dev.cofferdam.memory.Mem;
import dev.cofferdam.memory.Slice;

/**
 * Hashes of one compartment, whichever form they have: packed in their entry, or large with a block per field.
 *
 * <p>Owns no memory of its own but reusable readers; owner thread of the compartment. Every key passed must be located, and absent or a hash. What
 * grows was admitted before; what is overwritten in place needs nothing. A hash turns large when it outgrows {@link PackedHash}'s limits and stays
 * so; an empty hash does not exist.
 */
public final class HashValues {
    /** Room a number gets in a packed hash, so that it can gain digits: enough for 99,999,999, then in steps. */
    private static final int NUMBER_ROOM_STEP = 4;
    private static final int NUMBER_ROOM_MIN = 8;

    private final Compartment compartment;
    private final EncodingLimits limits;
    private final Effects effects;
    private final LargeMembers members;
    private final LargeHash large;
    private final PackedHash packed = new PackedHash();
    private final HashWalk walk;
    /** Where numbers are written before they are stored; grows for the rare real with thousands of digits. */
    private int textBytes = 64;
    private long text = Mem.scratch(textBytes);

    /** The value found by {@link #get}. */
    public final Slice value = new Slice();

    HashValues(Compartment compartment, LargeMembers members, EncodingLimits limits) {
        this.compartment = compartment;
        this.effects = compartment.effects();
        this.limits = limits;
        this.members = members;
        this.large = new LargeHash(members);
        this.walk = new HashWalk(members);
        compartment.transfer().copyWith(BlockKind.HASH_LARGE, copier);
    }

    // ---------------------------------------------------------------- reading

    /** Fields; 0 for an absent key. */
    public static int count(Key key) {
        if (key.entry == 0) {
            return 0;
        }
        long data = key.valueAddress();
        return isLarge(key) ? VectorLayout.count(data) : PackedHash.count(data);
    }

    /** Sets {@link #value} to the field's value; false when there is none. */
    public boolean get(Key key, long field, int length) {
        if (key.entry == 0) {
            return false;
        }
        if (isLarge(key)) {
            long block = large.find(key.valueAddress(), field, length);
            if (block == 0) {
                return false;
            }
            value.set(MemberLayout.valueAddress(block), (int) MemberLayout.valueLength(block));
            return true;
        }
        if (!packed.find(key.valueAddress(), key.valueLength(), field, length)) {
            return false;
        }
        value.set(packed.value, packed.valueLength);
        return true;
    }

    /** The compartment's one walk over a hash, placed before its first field. Changes of the hash end it. */
    public HashWalk walk(Key key) {
        walk.begin(key);
        return walk;
    }

    /** True when Redis would keep this hash as a listpack. */
    public static boolean isListpack(Key key) {
        long data = key.valueAddress();
        if (isLarge(key)) {
            return (VectorLayout.flags(data) & VectorLayout.FLAG_TABLE) == 0;
        }
        return !PackedHash.isTable(data);
    }

    private static boolean isLarge(Key key) {
        return BlockLayout.kind(key.entry) == BlockKind.HASH_LARGE;
    }

    // ---------------------------------------------------------------- writing

    /** Sets a field; creates the key when it is absent. True when the field is new. */
    public boolean put(Key key, long field, int fieldLength, long newValue, int valueLength) {
        return put(key, field, fieldLength, newValue, valueLength, valueLength);
    }

    /** As {@link #put}, for a number that will be counted up: leaves it room for more digits. */
    public boolean putNumber(Key key, long field, int fieldLength, long newValue, int valueLength) {
        return put(key, field, fieldLength, newValue, valueLength, numberRoom(valueLength));
    }

    /** Sets a field to a number's text. */
    public boolean putLong(Key key, long field, int fieldLength, long number) {
        DecimalText.write(text, number);
        return putNumber(key, field, fieldLength, text, DecimalText.length(number));
    }

    /** Sets a field to a number's text that lies on the heap. */
    public boolean putNumber(Key key, long field, int fieldLength, byte[] numberText) {
        if (numberText.length > textBytes) {
            textBytes = Integer.highestOneBit(numberText.length) * 2;
            text = Mem.scratch(textBytes);
        }
        Mem.copyFrom(numberText, 0, text, numberText.length);
        return putNumber(key, field, fieldLength, text, numberText.length);
    }

    private static int numberRoom(int length) {
        int room = Math.max(NUMBER_ROOM_MIN, length + NUMBER_ROOM_STEP - 1 & -NUMBER_ROOM_STEP);
        return room <= PackedHash.PADDED_VALUE_MAX ? room : length;
    }

    private boolean put(Key key, long field, int fieldLength, long newValue, int valueLength, int room) {
        if (effects.heard) {
            effects.fieldSet(key, field, fieldLength, newValue, valueLength);
        }
        if (key.entry == 0) {
            create(key, field, fieldLength, newValue, valueLength, room);
            return true;
        }
        if (isLarge(key)) {
            return putLarge(key, field, fieldLength, newValue, valueLength);
        }
        long data = key.valueAddress();
        if (packed.find(data, key.valueLength(), field, fieldLength)) {
            if (packed.fitsInPlace(valueLength)) {
                packed.overwrite(newValue, valueLength);
                noteSizes(key, fieldLength, valueLength);
            } else {
                replacePacked(key, field, fieldLength, newValue, valueLength, room);
            }
            return false;
        }
        int pairBytes = PackedHash.fits(fieldLength, valueLength)
                ? PackedHash.pairBytes(fieldLength, valueLength, room)
                : PackedHash.BYTES_MAX;
        long before = key.valueLength();
        int count = PackedHash.count(data);
        if (count == PackedHash.FIELDS_MAX || before + pairBytes > PackedHash.BYTES_MAX) {
            makeLarge(key);
            return putLarge(key, field, fieldLength, newValue, valueLength);
        }
        compartment.resize(key, before + pairBytes);
        data = key.valueAddress();
        PackedHash.setHead(data, count + 1, PackedHash.isTable(data) || exceeds(fieldLength, valueLength, count + 1));
        PackedHash.writePair(data + before, field, fieldLength, newValue, valueLength, room);
        return true;
    }

    private void create(Key key, long field, int fieldLength, long newValue, int valueLength, int room) {
        boolean table = exceeds(fieldLength, valueLength, 1);
        if (!PackedHash.fits(fieldLength, valueLength)) {
            compartment.create(key, BlockKind.HASH_LARGE, VectorLayout.ROOT_BYTES);
            long root = members.beginRoot(key.entry);
            large.add(root, field, fieldLength, newValue, valueLength);
            VectorLayout.setFlags(root, table ? VectorLayout.FLAG_TABLE : 0);
            return;
        }
        compartment.create(key, BlockKind.HASH_PACKED, PackedHash.HEAD_BYTES + PackedHash.pairBytes(fieldLength, valueLength, room));
        long data = key.valueAddress();
        PackedHash.setHead(data, 1, table);
        PackedHash.writePair(data + PackedHash.HEAD_BYTES, field, fieldLength, newValue, valueLength, room);
    }

    private boolean putLarge(Key key, long field, int fieldLength, long newValue, int valueLength) {
        long root = key.valueAddress();
        long block = large.find(root, field, fieldLength);
        if (block != 0) {
            large.overwrite(root, block, newValue, valueLength);
        } else {
            large.add(root, field, fieldLength, newValue, valueLength);
        }
        noteSizes(key, fieldLength, valueLength);
        return block == 0;
    }

    /** The pair the packed reader stands on gets a value of another room. */
    private void replacePacked(Key key, long field, int fieldLength, long newValue, int valueLength, int wantedRoom) {
        long before = key.valueLength();
        int pairEnd = packed.offset + packed.pairBytes;
        int lengthsOffset = packed.roomOffset;
        // What needs no byte must take none: padding only when it grows anyway.
        int room = valueLength <= packed.room ? valueLength : wantedRoom;
        int newPairBytes = PackedHash.fits(fieldLength, valueLength)
                ? PackedHash.pairBytes(fieldLength, valueLength, room)
                : PackedHash.BYTES_MAX;
        int growth = newPairBytes - packed.pairBytes;
        if (growth > 0 && before + growth > PackedHash.BYTES_MAX) {
            makeLarge(key);
            putLarge(key, field, fieldLength, newValue, valueLength);
            return;
        }
        if (growth > 0) {
            compartment.resize(key, before + growth);
        }
        long data = key.valueAddress();
        Mem.copy(data + pairEnd, data + pairEnd + growth, before - pairEnd);
        PackedHash.writeValue(data + lengthsOffset, newValue, valueLength, room);
        if (growth < 0) {
            compartment.resize(key, before + growth);
        }
        noteSizes(key, fieldLength, valueLength);
    }

    private boolean exceeds(int fieldLength, int valueLength, int count) {
        int valueMax = limits.hashListpackValueBytes;
        return fieldLength > valueMax || valueLength > valueMax || count > limits.hashListpackEntries;
    }

    private void noteSizes(Key key, int fieldLength, int valueLength) {
        if (exceeds(fieldLength, valueLength, count(key))) {
            long data = key.valueAddress();
            if (isLarge(key)) {
                VectorLayout.setFlags(data, VectorLayout.FLAG_TABLE);
            } else {
                PackedHash.setHead(data, PackedHash.count(data), true);
            }
        }
    }

    /** Packed to large. The pairs move behind the root record inside the entry, from there to blocks, and the entry shrinks to the record. */
    private void makeLarge(Key key) {
        long bytes = key.valueLength();
        compartment.resize(key, bytes + VectorLayout.ROOT_BYTES);
        long root = key.valueAddress();
        long blob = root + VectorLayout.ROOT_BYTES;
        Mem.copy(root, blob, bytes);
        BlockLayout.setKind(key.entry, BlockKind.HASH_LARGE);
        members.beginRoot(key.entry);
        packed.begin(blob, bytes);
        while (packed.next()) {
            large.add(root, packed.field, packed.fieldLength, packed.value, packed.valueLength);
        }
        VectorLayout.setFlags(root, PackedHash.isTable(blob) ? VectorLayout.FLAG_TABLE : 0);
        compartment.resize(key, VectorLayout.ROOT_BYTES);
    }

    /** Removes a field, and the key with its last one. False when it was not there. */
    public boolean remove(Key key, long field, int length) {
        if (key.entry == 0) {
            return false;
        }
        long data = key.valueAddress();
        if (isLarge(key)) {
            long block = large.find(data, field, length);
            if (block == 0) {
                return false;
            }
            members.remove(data, block);
            if (VectorLayout.count(data) == 0) {
                compartment.delete(key);
            } else {
                effects.fieldRemoved(key, field, length);
            }
            return true;
        }
        long bytes = key.valueLength();
        if (!packed.find(data, bytes, field, length)) {
            return false;
        }
        int count = PackedHash.count(data);
        if (count == 1) {
            compartment.delete(key);
            return true;
        }
        effects.fieldRemoved(key, field, length);
        int pairEnd = packed.offset + packed.pairBytes;
        Mem.copy(data + pairEnd, data + packed.offset, bytes - pairEnd);
        PackedHash.setHead(data, count - 1, PackedHash.isTable(data));
        compartment.resize(key, bytes - packed.pairBytes);
        return true;
    }

    // ---------------------------------------------------------------- sizes

    /** Bytes that setting this field would add; 0 when it fits where its value is. */
    public long growth(Key key, long field, int fieldLength, long valueLength) {
        if (key.entry != 0 && !isLarge(key) && packed.find(key.valueAddress(), key.valueLength(), field, fieldLength)) {
            return packed.fitsInPlace(valueLength) ? 0 : Math.max(0, valueLength - packed.room);
        }
        if (key.entry != 0 && isLarge(key)) {
            long block = large.find(key.valueAddress(), field, fieldLength);
            if (block != 0) {
                return Math.max(0, LargeHash.growth(block, (int) valueLength));
            }
        }
        return BlockLayout.roundedBytes(MemberLayout.fieldBytes(fieldLength, valueLength)) + LargeMembers.BESIDE_BLOCK_BYTES;
    }

    /**
     * Bytes that setting {@code fields} fields with names and values of {@code nameAndValueBytes} in all may take while it happens, copies included.
     * The key need not be a hash.
     */
    public static long putBound(Key key, long fields, long nameAndValueBytes) {
        long entry = 2L * key.length + EntryLayout.bytes(0, true, VectorLayout.ROOT_BYTES) + 2 * BlockLayout.UNIT_BYTES;
        if (key.kind() == BlockKind.HASH_LARGE) {
            return blocksBound(fields, nameAndValueBytes) + AddressVector.appendBound(key.valueAddress());
        }
        boolean exists = key.kind() == BlockKind.HASH_PACKED;
        long packedBytes = exists ? key.valueLength() : PackedHash.HEAD_BYTES;
        long packedFields = exists ? PackedHash.count(key.valueAddress()) : 0;
        long allPacked = packedBytes + nameAndValueBytes + fields * (PackedHash.LENGTHS_MAX_BYTES + NUMBER_ROOM_MIN);
        if (allPacked <= PackedHash.BYTES_MAX && packedFields + fields <= PackedHash.FIELDS_MAX) {
            return entry + allPacked;
        }
        return entry + 2 * packedBytes + blocksBound(packedFields + fields, packedBytes + nameAndValueBytes) + AddressVector.NODE_MAX_BYTES;
    }

    private static long blocksBound(long fields, long nameAndValueBytes) {
        return nameAndValueBytes + fields * (MemberLayout.fieldBytes(0, 0) + BlockLayout.UNIT_BYTES + LargeMembers.BESIDE_BLOCK_BYTES);
    }

    /** Bytes of a hash with everything that belongs to it, its share of the indexes aside. */
    public static long memoryBytes(Key key) {
        long entry = BlockLayout.roundedBytes(BlockLayout.bytes(key.entry));
        return isLarge(key) ? entry + VectorLayout.blockBytes(key.valueAddress()) : entry;
    }

    /** COPY, and MOVE between compartments, of large hashes; packed ones are copied as any entry. */
    private final ValueCopier copier = new ValueCopier() {
        @Override
        public long bytes(Key from) {
            return LargeMembers.copyBound(from.compartment(), from.valueAddress());
        }

        @Override
        public void copy(Key from, Key to, boolean deadline) {
            HashValues target = to.compartment().hashes();
            to.compartment().create(to, BlockKind.HASH_LARGE, VectorLayout.ROOT_BYTES, deadline);
            long root = target.members.beginRoot(to.entry);
            HashWalk all = walk(from);
            while (all.next()) {
                target.large.add(root, all.field.address, all.field.length, all.value.address, all.value.length);
            }
            VectorLayout.setFlags(root, VectorLayout.flags(from.valueAddress()));
        }
    };
}
