// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.keyspace;

import dev.cofferdam.memory.Slice;

/**
 * Tells everything a value consists of, as if it had been made element by element: what a value that comes from another compartment amounts to, whose stream
 * does not know it. Owns nothing; owner thread. Uses the compartment's one walk of each kind.
 */
final class ValueEffects {
    private ValueEffects() {
    }

    static void tell(Key key) {
        Effects effects = key.compartment().effects();
        if (!effects.heard) {
            return;
        }
        switch (key.kind()) {
            case BlockKind.STRING_RAW -> effects.stringSet(key, key.valueAddress(), key.valueLength());
            case BlockKind.STRING_INT -> effects.numberSet(key, StringValues.integer(key));
            case BlockKind.LIST_PACKED, BlockKind.LIST_LARGE -> list(key, effects);
            case BlockKind.HASH_PACKED, BlockKind.HASH_LARGE -> hash(key, effects);
            case BlockKind.SET_INTS, BlockKind.SET_PACKED, BlockKind.SET_LARGE -> set(key, effects);
            case BlockKind.ZSET_PACKED, BlockKind.ZSET_LARGE -> sortedSet(key, effects);
            case BlockKind.STREAM -> key.compartment().streams().tell(key);
            default -> throw new IllegalStateException("nobody tells the effects of a value of kind " + key.kind());
        }
    }

    private static void list(Key key, Effects effects) {
        ListCursor cursor = key.compartment().lists().cursor();
        for (boolean more = cursor.first(key); more; more = cursor.next()) {
            effects.listPushed(key, false, cursor.address, cursor.length);
        }
    }

    private static void hash(Key key, Effects effects) {
        HashWalk walk = key.compartment().hashes().walk(key);
        while (walk.next()) {
            effects.fieldSet(key, walk.field.address, walk.field.length, walk.value.address, walk.value.length);
        }
    }

    private static void set(Key key, Effects effects) {
        SetWalk walk = key.compartment().sets().walk(key);
        while (walk.next()) {
            Slice member = walk.member;
            effects.memberAdded(key, member.address, member.length);
        }
    }

    private static void sortedSet(Key key, Effects effects) {
        SortedSetValues values = key.compartment().sortedSets();
        SortedSetCursor cursor = values.cursor();
        for (boolean more = values.seek(key, 0, cursor); more; more = cursor.next()) {
            effects.scoreSet(key, cursor.score, cursor.address, cursor.length);
        }
    }
}
