// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.commands.generic;

import dev.cofferdam.keyspace.BlockKind;
import dev.cofferdam.keyspace.Key;
import dev.cofferdam.keyspace.ListCursor;
import dev.cofferdam.keyspace.ListValues;
import dev.cofferdam.keyspace.SetValues;
import dev.cofferdam.keyspace.SetWalk;
import dev.cofferdam.keyspace.SortedSetCursor;
import dev.cofferdam.keyspace.SortedSetValues;
import dev.cofferdam.server.command.ValueType;
import org.jspecify.annotations.Nullable;

/** The elements of a list, set or sorted set, one after the other: what SORT sorts. Made per command, on the thread that owns the compartment. */
final class SortSource {
    final Key key;
    final long count;
    private final @Nullable ValueType type;
    private final ListCursor list;
    private final SortedSetCursor sorted;
    private @Nullable SetWalk set;
    private boolean backwards;
    private boolean started;

    /** The element the walk is at; its bytes stay until the value changes, unless {@link #isTransient()}. */
    long address;
    int length;

    /** The key is absent or of one of the three types. */
    SortSource(Key key) {
        this.key = key;
        type = key.exists() ? ValueType.of(key.kind()) : null;
        list = key.compartment().lists().cursor();
        sorted = key.compartment().sortedSets().cursor();
        count = type == null
                ? 0
                : type == ValueType.LIST
                        ? ListValues.length(key)
                        : type == ValueType.SET ? SetValues.count(key) : SortedSetValues.count(key);
    }

    static boolean accepts(Key key) {
        ValueType type = key.exists() ? ValueType.of(key.kind()) : null;
        return type == null || type == ValueType.LIST || type == ValueType.SET || type == ValueType.ZSET;
    }

    /** Its elements have an order of their own. */
    boolean isOrdered() {
        return type != ValueType.SET;
    }

    /** The bytes of an element change with the next step. */
    boolean isTransient() {
        return key.kind() == BlockKind.SET_INTS;
    }

    /** Places the walk before element number {@code from}, counted from the end when it goes {@code backwards}; of a set it begins anywhere. */
    void begin(long from, boolean goesBackwards) {
        backwards = goesBackwards;
        started = false;
        if (type == ValueType.SET) {
            set = key.compartment().sets().walk(key);
        } else if (type == ValueType.LIST) {
            list.seek(key, backwards ? count - 1 - from : from);
        } else if (type == ValueType.ZSET) {
            key.compartment().sortedSets().seek(key, backwards ? count - 1 - from : from, sorted);
        }
    }

    /** Goes to the next element, which is there. */
    void next() {
        SetWalk walk = set;
        if (walk != null) {
            walk.next();
            address = walk.member.address;
            length = walk.member.length;
        } else if (type == ValueType.LIST) {
            if (started && backwards) {
                list.previous();
            } else if (started) {
                list.next();
            }
            address = list.address;
            length = list.length;
        } else {
            if (started && backwards) {
                sorted.previous();
            } else if (started) {
                sorted.next();
            }
            address = sorted.address;
            length = sorted.length;
        }
        started = true;
    }
}
