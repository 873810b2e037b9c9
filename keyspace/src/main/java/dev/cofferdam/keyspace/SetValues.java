// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.keyspace;

import dev.cofferdam.memory.Mem;

/**
 * Sets of one compartment, whichever form they have: sorted integers or packed strings in their entry, or large with a block per member.
 *
 * <p>Owns no memory of its own but reusable readers; owner thread of the compartment. Every key passed must be located (or begun beside what it
 * names, see {@link Compartment#createBeside}), and absent or a set. What grows was admitted before. A set of integers leaves that form with its first
 * member that is none, or beyond Redis's limit; a large set stays large; an empty set does not exist.
 */
public final class SetValues {
    private final Compartment compartment;
    private final EncodingLimits limits;
    private final Effects effects;
    private final LargeMembers members;
    private final LargeSet large;
    private final PackedSet packed = new PackedSet();
    private final SetWalk walk;
    private final long text = Mem.scratch(DecimalText.BYTES_MAX);

    SetValues(Compartment compartment, LargeMembers members, EncodingLimits limits) {
        this.compartment = compartment;
        this.effects = compartment.effects();
        this.limits = limits;
        this.members = members;
        this.large = new LargeSet(members);
        this.walk = new SetWalk(members);
        compartment.transfer().copyWith(BlockKind.SET_LARGE, copier);
    }

    // ---------------------------------------------------------------- reading

    /** Members; 0 for an absent key. */
    public static int count(Key key) {
        return switch (key.kind()) {
            case BlockKind.SET_LARGE -> VectorLayout.count(key.valueAddress());
            case BlockKind.SET_INTS -> PackedIntegers.count(key.valueAddress(), key.valueLength());
            case BlockKind.SET_PACKED -> PackedSet.count(key.valueAddress());
            default -> 0;
        };
    }

    public boolean contains(Key key, long member, int length) {
        return switch (key.kind()) {
            case BlockKind.SET_LARGE -> large.find(key.valueAddress(), member, length) != 0;
            case BlockKind.SET_INTS -> DecimalText.isLong(member, length) && findNumber(key, DecimalText.parse(member, length)) >= 0;
            case BlockKind.SET_PACKED -> packed.find(key.valueAddress(), key.valueLength(), member, length);
            default -> false;
        };
    }

    private static int findNumber(Key key, long number) {
        long data = key.valueAddress();
        return PackedIntegers.find(data, PackedIntegers.count(data, key.valueLength()), number);
    }

    /** The compartment's one walk over a set, placed before its first member. Changes of the set end it. */
    public SetWalk walk(Key key) {
        walk.begin(key);
        return walk;
    }

    /** True when Redis would keep this set as an intset. */
    public static boolean isIntset(Key key) {
        return key.kind() == BlockKind.SET_INTS;
    }

    // ---------------------------------------------------------------- adding

    /** Adds a member; creates the key when it is absent. False when it was there. */
    public boolean add(Key key, long member, int length) {
        boolean added = put(key, member, length);
        if (added && effects.heard) {
            effects.memberAdded(key, member, length);
        }
        return added;
    }

    private boolean put(Key key, long member, int length) {
        return switch (key.kind()) {
            case BlockKind.SET_LARGE -> addLarge(key, member, length);
            case BlockKind.SET_INTS -> addToNumbers(key, member, length);
            case BlockKind.SET_PACKED -> addPacked(key, member, length);
            default -> {
                create(key, member, length, false);
                yield true;
            }
        };
    }

    /** Creates a set with one member for a key whose present value, if any, stays until {@link Compartment#adopt}. */
    public void createBeside(Key key, long member, int length) {
        create(key, member, length, true);
        effects.memberAdded(key, member, length);
    }

    private void create(Key key, long member, int length, boolean beside) {
        if (limits.setIntsetEntries > 0 && DecimalText.isLong(member, length)) {
            long number = DecimalText.parse(member, length);
            int width = PackedIntegers.widthFor(number);
            allocate(key, BlockKind.SET_INTS, PackedIntegers.bytes(1, width), beside);
            PackedIntegers.begin(key.valueAddress(), width);
            PackedIntegers.insert(key.valueAddress(), 0, 0, number);
        } else if (PackedSet.HEAD_BYTES + PackedSet.bytes(length) > PackedSet.BYTES_MAX) {
            allocate(key, BlockKind.SET_LARGE, VectorLayout.ROOT_BYTES, beside);
            large.add(members.beginRoot(key.entry), member, length);
        } else {
            allocate(key, BlockKind.SET_PACKED, PackedSet.HEAD_BYTES + PackedSet.bytes(length), beside);
            PackedSet.setCount(key.valueAddress(), 1);
            PackedSet.write(key.valueAddress() + PackedSet.HEAD_BYTES, member, length);
        }
    }

    private void allocate(Key key, int kind, long bytes, boolean beside) {
        if (beside) {
            compartment.createBeside(key, kind, bytes);
        } else {
            compartment.create(key, kind, bytes);
        }
    }

    private boolean addLarge(Key key, long member, int length) {
        long root = key.valueAddress();
        if (large.find(root, member, length) != 0) {
            return false;
        }
        large.add(root, member, length);
        return true;
    }

    private boolean addPacked(Key key, long member, int length) {
        long data = key.valueAddress();
        long before = key.valueLength();
        if (packed.find(data, before, member, length)) {
            return false;
        }
        int count = PackedSet.count(data);
        if (count == PackedSet.MEMBERS_MAX || before + length + 2 > PackedSet.BYTES_MAX) {
            makeLargeFromPacked(key);
            large.add(key.valueAddress(), member, length);
            return true;
        }
        compartment.resize(key, before + PackedSet.bytes(length));
        data = key.valueAddress();
        PackedSet.setCount(data, count + 1);
        PackedSet.write(data + before, member, length);
        return true;
    }

    private boolean addToNumbers(Key key, long member, int length) {
        long data = key.valueAddress();
        int count = PackedIntegers.count(data, key.valueLength());
        if (!DecimalText.isLong(member, length)) {
            leaveNumbers(key, length);
            return put(key, member, length);
        }
        long number = DecimalText.parse(member, length);
        int index = PackedIntegers.find(data, count, number);
        if (index >= 0) {
            return false;
        }
        if (count >= Math.min(limits.setIntsetEntries, PackedIntegers.COUNT_MAX)) {
            leaveNumbers(key, length);
            return put(key, member, length);
        }
        int width = Math.max(PackedIntegers.width(data), PackedIntegers.widthFor(number));
        compartment.resize(key, PackedIntegers.bytes(count + 1, width));
        data = key.valueAddress();
        if (width > PackedIntegers.width(data)) {
            PackedIntegers.widen(data, count, width);
        }
        PackedIntegers.insert(data, count, -1 - index, number);
        return true;
    }

    // ---------------------------------------------------------------- changing form

    /** Packed strings to large: they move behind the root record inside the entry, from there to blocks, and the entry shrinks to the record. */
    private void makeLargeFromPacked(Key key) {
        long bytes = key.valueLength();
        long root = beginLarge(key, bytes);
        packed.begin(root + VectorLayout.ROOT_BYTES, bytes);
        while (packed.next()) {
            large.add(root, packed.member, packed.memberLength);
        }
        compartment.resize(key, VectorLayout.ROOT_BYTES);
    }

    private long beginLarge(Key key, long bytes) {
        compartment.resize(key, bytes + VectorLayout.ROOT_BYTES);
        long root = key.valueAddress();
        Mem.copy(root, root + VectorLayout.ROOT_BYTES, bytes);
        BlockLayout.setKind(key.entry, BlockKind.SET_LARGE);
        return members.beginRoot(key.entry);
    }

    /** Integers to packed strings, or to large when they and a member of this length would not fit. */
    private void leaveNumbers(Key key, int lengthToCome) {
        long bytes = key.valueLength();
        int count = PackedIntegers.count(key.valueAddress(), bytes);
        long packedBytes = PackedSet.HEAD_BYTES;
        for (int i = 0; i < count; i++) {
            packedBytes += PackedSet.bytes(DecimalText.length(PackedIntegers.get(key.valueAddress(), i)));
        }
        if (count < PackedSet.MEMBERS_MAX && packedBytes + lengthToCome + 2 <= PackedSet.BYTES_MAX) {
            packNumbers(key, bytes, count, packedBytes);
            return;
        }
        long root = beginLarge(key, bytes);
        for (int i = 0; i < count; i++) {
            long number = PackedIntegers.get(root + VectorLayout.ROOT_BYTES, i);
            DecimalText.write(text, number);
            large.add(root, text, DecimalText.length(number));
        }
        compartment.resize(key, VectorLayout.ROOT_BYTES);
    }

    private void packNumbers(Key key, long bytes, int count, long packedBytes) {
        compartment.resize(key, packedBytes + bytes);
        long data = key.valueAddress();
        long numbers = data + packedBytes;
        Mem.copy(data, numbers, bytes);
        BlockLayout.setKind(key.entry, BlockKind.SET_PACKED);
        PackedSet.setCount(data, count);
        long at = data + PackedSet.HEAD_BYTES;
        for (int i = 0; i < count; i++) {
            long number = PackedIntegers.get(numbers, i);
            int length = DecimalText.length(number);
            DecimalText.write(text, number);
            PackedSet.write(at, text, length);
            at += PackedSet.bytes(length);
        }
        compartment.resize(key, packedBytes);
    }

    // ---------------------------------------------------------------- removing

    /** Removes a member, and the key with its last one. False when it was not there. */
    public boolean remove(Key key, long member, int length) {
        switch (key.kind()) {
            case BlockKind.SET_LARGE -> {
                long block = large.find(key.valueAddress(), member, length);
                if (block == 0) {
                    return false;
                }
                removeBlock(key, block);
            }
            case BlockKind.SET_INTS -> {
                int index = DecimalText.isLong(member, length) ? findNumber(key, DecimalText.parse(member, length)) : -1;
                if (index < 0) {
                    return false;
                }
                removeNumber(key, index);
            }
            case BlockKind.SET_PACKED -> {
                if (!packed.find(key.valueAddress(), key.valueLength(), member, length)) {
                    return false;
                }
                removePacked(key);
            }
            default -> {
                return false;
            }
        }
        return true;
    }

    /** Removes the member at a position below the count, and the key with its last one. */
    public void removeAt(Key key, int position) {
        switch (key.kind()) {
            case BlockKind.SET_LARGE -> removeBlock(key, members.at(key.valueAddress(), position));
            case BlockKind.SET_INTS -> removeNumber(key, position);
            default -> {
                packed.begin(key.valueAddress(), key.valueLength());
                for (int i = 0; i <= position; i++) {
                    packed.next();
                }
                removePacked(key);
            }
        }
    }

    private void removeBlock(Key key, long block) {
        long root = key.valueAddress();
        if (VectorLayout.count(root) > 1) {
            effects.memberRemoved(key, MemberLayout.nameAddress(block), MemberLayout.nameLength(block));
        }
        members.remove(root, block);
        if (VectorLayout.count(root) == 0) {
            compartment.delete(key);
        }
    }

    private void removeNumber(Key key, int index) {
        long data = key.valueAddress();
        int count = PackedIntegers.count(data, key.valueLength());
        if (count == 1) {
            compartment.delete(key);
            return;
        }
        if (effects.heard) {
            long number = PackedIntegers.get(data, index);
            DecimalText.write(text, number);
            effects.memberRemoved(key, text, DecimalText.length(number));
        }
        PackedIntegers.remove(data, count, index);
        compartment.resize(key, PackedIntegers.bytes(count - 1, PackedIntegers.width(data)));
    }

    private void removePacked(Key key) {
        long data = key.valueAddress();
        long bytes = key.valueLength();
        int count = PackedSet.count(data);
        if (count == 1) {
            compartment.delete(key);
            return;
        }
        effects.memberRemoved(key, packed.member, packed.memberLength);
        int end = packed.offset + packed.bytes;
        Mem.copy(data + end, data + packed.offset, bytes - end);
        PackedSet.setCount(data, count - 1);
        compartment.resize(key, bytes - packed.bytes);
    }

    // ---------------------------------------------------------------- sizes

    /**
     * Bytes that adding {@code count} members of {@code memberBytes} in all may take while it happens, copies and a change of form included. The key
     * need not be a set.
     */
    public static long addBound(Key key, long count, long memberBytes) {
        long entry = 2L * key.length + EntryLayout.bytes(0, true, VectorLayout.ROOT_BYTES) + 2 * BlockLayout.UNIT_BYTES;
        int kind = key.kind();
        if (kind == BlockKind.SET_LARGE) {
            return elementsBound(count, memberBytes) + AddressVector.appendBound(key.valueAddress());
        }
        boolean exists = kind == BlockKind.SET_INTS || kind == BlockKind.SET_PACKED;
        long before = exists ? key.valueLength() : PackedSet.HEAD_BYTES;
        long beforeCount = exists ? count(key) : 0;
        // As packed strings or, with eight bytes each, as integers; either way below the limits of the packed form.
        long allPacked = Math.max(textBound(key), before) + memberBytes + (beforeCount + count) * Long.BYTES;
        if (allPacked <= PackedSet.BYTES_MAX && beforeCount + count <= PackedSet.MEMBERS_MAX) {
            return entry + before + allPacked;
        }
        return entry + 2 * before + beforeCount * Long.BYTES + elementsBound(beforeCount + count, textBound(key) + memberBytes)
                + AddressVector.NODE_MAX_BYTES;
    }

    /** Bytes of blocks, index and vector for so many members. */
    private static long elementsBound(long count, long memberBytes) {
        return memberBytes + count * (MemberLayout.memberBytes(0) + BlockLayout.UNIT_BYTES + LargeMembers.BESIDE_BLOCK_BYTES);
    }

    /** At most so many bytes are all members together as text. */
    private static long textBound(Key key) {
        return switch (key.kind()) {
            case BlockKind.SET_LARGE -> VectorLayout.blockBytes(key.valueAddress());
            case BlockKind.SET_INTS -> (long) count(key) * DecimalText.BYTES_MAX;
            case BlockKind.SET_PACKED -> key.valueLength();
            default -> 0;
        };
    }

    /** Bytes that the members of this set need as part of another set, at most; 0 for an absent key. */
    public static long membersBound(Key key) {
        if (key.kind() == BlockKind.SET_LARGE) {
            return VectorLayout.blockBytes(key.valueAddress()) + count(key) * LargeMembers.BESIDE_BLOCK_BYTES;
        }
        return elementsBound(count(key), textBound(key));
    }

    /** Bytes a new set needs beside its members' {@link #membersBound}. */
    public static long createBound(int keyLength) {
        return 2L * keyLength + 2L * PackedSet.BYTES_MAX + AddressVector.NODE_MAX_BYTES;
    }

    /** Bytes of a set with everything that belongs to it, its share of the indexes aside. */
    public static long memoryBytes(Key key) {
        long entry = BlockLayout.roundedBytes(BlockLayout.bytes(key.entry));
        return key.kind() == BlockKind.SET_LARGE ? entry + VectorLayout.blockBytes(key.valueAddress()) : entry;
    }

    /** COPY, and MOVE between compartments, of large sets; others are copied as any entry. */
    private final ValueCopier copier = new ValueCopier() {
        @Override
        public long bytes(Key from) {
            return LargeMembers.copyBound(from.compartment(), from.valueAddress());
        }

        @Override
        public void copy(Key from, Key to, boolean deadline) {
            SetValues target = to.compartment().sets();
            to.compartment().create(to, BlockKind.SET_LARGE, VectorLayout.ROOT_BYTES, deadline);
            long root = target.members.beginRoot(to.entry);
            SetWalk all = walk(from);
            while (all.next()) {
                target.large.add(root, all.member.address, all.member.length);
            }
        }
    };
}
