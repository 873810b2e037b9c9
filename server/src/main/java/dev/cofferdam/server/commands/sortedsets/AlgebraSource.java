// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.commands.sortedsets;

import dev.cofferdam.keyspace.BlockKind;
import dev.cofferdam.keyspace.Key;
import dev.cofferdam.keyspace.SetValues;
import dev.cofferdam.keyspace.SetWalk;
import dev.cofferdam.keyspace.SortedSetCursor;
import dev.cofferdam.keyspace.SortedSetValues;
import dev.cofferdam.server.command.ValueType;
import org.jspecify.annotations.Nullable;

/**
 * One input of a union, intersection or difference: a sorted set, a set whose members all have score 1, or nothing. Made per command, on the thread that
 * owns the compartments. At most one source is walked at a time (the walkers belong to compartments); looking up in the others is free.
 */
final class AlgebraSource {
    final Key key;
    /** Which of the keys named in the call it is, from 0: the number of its weight. */
    final int number;
    final boolean sorted;
    final long count;
    double weight = 1;

    private final SortedSetCursor cursor;
    private @Nullable SetWalk walk;
    private boolean started;

    /** The member the walk is at; bytes valid until the next step. */
    long address;
    int length;
    double score = 1;

    /** Score of the last member {@link #find} found. */
    double found = 1;

    AlgebraSource(Key key, int number) {
        this.key = key;
        this.number = number;
        this.sorted = SortedSetKeys.isSortedSet(key);
        this.count = !key.exists() ? 0 : sorted ? SortedSetValues.count(key) : SetValues.count(key);
        this.cursor = key.compartment().sortedSets().cursor();
    }

    static boolean accepts(Key key) {
        return !key.exists() || ValueType.of(key.kind()) == ValueType.ZSET || ValueType.of(key.kind()) == ValueType.SET;
    }

    /** Places the walk before the first member. */
    void begin() {
        started = false;
        walk = sorted || count == 0 ? null : key.compartment().sets().walk(key);
    }

    /** Goes to the next member: of a sorted set in its order, of a set in any. */
    boolean next() {
        SetWalk plain = walk;
        if (plain != null) {
            boolean more = plain.next();
            address = plain.member.address;
            length = plain.member.length;
            return more;
        }
        boolean more = count > 0 && (started ? cursor.next() : key.compartment().sortedSets().seek(key, 0, cursor));
        started = true;
        address = cursor.address;
        length = cursor.length;
        score = cursor.score;
        return more;
    }

    boolean find(long memberAddress, int memberLength) {
        if (count == 0) {
            return false;
        }
        if (!sorted) {
            return key.compartment().sets().contains(key, memberAddress, memberLength);
        }
        SortedSetValues values = key.compartment().sortedSets();
        if (!values.find(key, memberAddress, memberLength)) {
            return false;
        }
        found = values.score;
        return true;
    }

    /** True when the walk's bytes change with the next step: they must be copied to be kept. */
    boolean isTransient() {
        return key.kind() == BlockKind.SET_INTS;
    }

    /** Bytes its members need as part of a sorted set, at most. */
    long membersBound() {
        if (count == 0) {
            return 0;
        }
        return sorted ? SortedSetValues.membersBound(key) : SortedSetValues.membersBound(count, SetValues.membersBound(key));
    }
}
