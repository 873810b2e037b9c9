// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.keyspace;

/**
 * Everything that can happen to the keys of a compartment: a closed set, so that a log, a replica and a publisher know what they may meet.
 *
 * <p>An effect says what happened, not which command asked: no chance, no clock, no condition is left in it. Applied in order to a compartment with the
 * same content, it leaves the same content. Beside each kind stands which parts of the {@link Effect} it fills, apart from database and key, which all
 * have that do not say otherwise. No value but a stream is ever left without elements: the last one's removal is told as {@link #DELETED}.
 */
public enum EffectKind {
    // ---------------------------------------------------------------- keys

    /**
     * A command deleted the key, or took its last element, or is about to put another value in its place; {@code count} elements went with a list or sorted
     * set.
     */
    DELETED,
    /** The key's time was over. Told outside of groups, or inside one that is open. */
    EXPIRED,
    /** The compartment was full and the key cold. Told outside of groups, or inside one that is open. */
    EVICTED,
    /** Value and deadline now belong to another key of this compartment, which was absent: {@code first} and database {@code number}. */
    RENAMED,
    /** Another key of this compartment, which was absent, got the same value and deadline: {@code first} and database {@code number}. */
    COPIED,
    /** The key expires at {@code number}, in milliseconds since 1970, and no earlier. */
    DEADLINE_SET,
    /** The key no longer expires. */
    DEADLINE_REMOVED,

    // ---------------------------------------------------------------- whole databases, without key

    /** All keys of all databases are gone; without database. */
    CLEARED,
    /** All keys of the database are gone. */
    DATABASE_CLEARED,
    /** The keys of the database and those of database {@code number} are exchanged. */
    DATABASES_SWAPPED,

    // ---------------------------------------------------------------- strings; a deadline stays

    /** The value, whatever it was, is the bytes {@code first}. */
    STRING_SET,
    /** The value, whatever it was, is the text of the integer {@code number}. */
    NUMBER_SET,
    /** Bytes {@code first} were put at the offset {@code number} of the string; a gap before it is zeros. */
    STRING_WRITTEN,

    // ---------------------------------------------------------------- lists; ends are Effect.HEAD and Effect.TAIL

    /** The element {@code first} was added at the end {@code number}. */
    LIST_PUSHED,
    /** {@code count} elements, not all, were removed from the end {@code number}. */
    LIST_DROPPED,
    /** The element at index {@code number} is now {@code first}. */
    LIST_SET,
    /** The element {@code first} was put in and has index {@code number} now. */
    LIST_INSERTED,
    /** The {@code count} elements equal to {@code first} that are nearest to the end {@code number} were removed. */
    LIST_REMOVED,

    // ---------------------------------------------------------------- hashes

    /** The field {@code first} has the value {@code second}. */
    FIELD_SET,
    /** The field {@code first} was removed. */
    FIELD_REMOVED,

    // ---------------------------------------------------------------- sets

    /** {@code first} became a member. */
    MEMBER_ADDED,
    /** {@code first} is no member any more. */
    MEMBER_REMOVED,

    // ---------------------------------------------------------------- sorted sets

    /** The member {@code first} has the score with the bits {@code number}, see {@link Effect#score()}. */
    SCORE_SET,
    /** The member {@code first} was removed. */
    SCORE_REMOVED,
    /** {@code count} members, not all, from rank {@code number} on were removed. */
    RANKS_REMOVED,

    // ---------------------------------------------------------------- streams; ids are {@code number} and {@code count}, milliseconds and sequence

    /** The key, which was absent, holds a stream without entries. */
    STREAM_CREATED,
    /** The next {@link #STREAM_ADDED} has, among others and in this order, the field {@code first} with the value {@code second}. */
    STREAM_FIELD,
    /** An entry of this id was added behind the last. */
    STREAM_ADDED,
    /** The entry of this id was deleted. */
    STREAM_REMOVED,
    /** The {@code count} oldest entries were dropped, {@code number} are left. */
    STREAM_TRIMMED,
    /** Last id, highest deleted id and number of entries ever added are five longs in {@code first}, lowest byte first. */
    STREAM_STATE,
    /** The group {@code first} exists, newly if {@code number} is 1; {@code second} are three longs: last id delivered, entries read or -1. */
    GROUP_SET,
    /** The group {@code first} is gone, and its consumers with it. */
    GROUP_REMOVED,
    /** The group {@code first} has a new consumer {@code second}, seen at {@code number}. */
    CONSUMER_CREATED,
    /** The consumer {@code second} of the group {@code first} is gone, and what was pending for it. */
    CONSUMER_REMOVED,
    /** What the next {@link #PENDING_SET} is about was delivered {@code count} times, the last time at {@code number}. */
    PENDING_TIMES,
    /** The entry of this id is pending in the group {@code first} for the consumer {@code second}. */
    PENDING_SET,
    /** The entry of this id is no longer pending in the group {@code first}. */
    PENDING_REMOVED
}
