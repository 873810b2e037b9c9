// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.keyspace;

/**
 * What a block in the heap is: the six-bit kind of its header.
 *
 * <p>Kinds below {@link #FIRST_NODE} are entries (a key and its value); the others are parts of a large value or of the keyspace's own records, and
 * carry the id of the collection they belong to. Kinds are internal to a running process, so they may be renumbered.
 */
public final class BlockKind {
    /** Free space in a page: skipped by whoever walks it. */
    public static final int FILLER = 0;

    public static final int STRING_RAW = 1;
    /** A string that is a canonical 64-bit integer; value = 8 bytes. */
    public static final int STRING_INT = 2;
    public static final int LIST_PACKED = 3;
    public static final int HASH_PACKED = 4;
    public static final int SET_PACKED = 5;
    public static final int SET_INTS = 6;
    public static final int ZSET_PACKED = 7;
    public static final int LIST_LARGE = 8;
    public static final int HASH_LARGE = 9;
    public static final int SET_LARGE = 10;
    public static final int ZSET_LARGE = 11;
    public static final int STREAM = 12;

    /** The first kind that is no entry. */
    public static final int FIRST_NODE = 24;
    public static final int LIST_CHUNK = 24;
    public static final int FIELD = 25;
    public static final int MEMBER = 26;
    public static final int ELEMENT = 27;
    public static final int VECTOR_CHUNK = 28;
    public static final int VECTOR_DIRECTORY = 29;
    public static final int TREE_LEAF = 30;
    public static final int TREE_INNER = 31;
    public static final int EXPIRY_CHUNK = 32;
    /** Stands in its stream's queue for an entry that lies in a run; body = the entry's address. */
    static final int RUN_MARK = 33;
    /** The parts of a stream, see {@link StreamLayout}. */
    static final int STREAM_CHUNK = 34;
    static final int STREAM_GROUP = 35;
    static final int STREAM_CONSUMER = 36;
    static final int STREAM_PENDING = 37;
    static final int STREAM_OWNED = 38;

    /** One more than the highest kind the header can hold. */
    public static final int LIMIT = 64;

    private BlockKind() {
    }

    public static boolean isEntry(int kind) {
        return kind > FILLER && kind < FIRST_NODE;
    }

    /** True for the large entry kinds whose fields or members are in the compartment's {@link MemberIndex}. */
    public static boolean hasMembers(int kind) {
        return kind >= HASH_LARGE && kind <= ZSET_LARGE;
    }

    /** True for the entry kinds whose value is a root record with nodes behind it. */
    public static boolean isLarge(int kind) {
        return kind >= LIST_LARGE && kind <= STREAM;
    }
}
