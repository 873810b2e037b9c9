// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.commands.sets;

import dev.cofferdam.keyspace.Key;
import dev.cofferdam.keyspace.SetValues;
import dev.cofferdam.keyspace.SetWalk;
import dev.cofferdam.memory.Slice;
import dev.cofferdam.server.command.Call;
import dev.cofferdam.server.command.ValueType;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Intersection, union or difference of the sets at some arguments, member by member and without a copy of any: {@link #next} looks each candidate up in
 * the other sets. Who needs the size before the members walks twice.
 *
 * <p>One per call, on the thread that owns the keys' compartments; the sets must not change meanwhile. Uses the compartments' walks.
 */
final class SetAlgebra {
    enum Operation { INTERSECTION, UNION, DIFFERENCE }

    /**
     * Most sets of one command that exist: each is an object on the heap, and every member is looked up in all of them. What does not exist costs
     * neither, and the same set named over and over counts once.
     */
    private static final int SETS_MAX = 1024;

    private final Operation operation;
    /** The sets that exist; none when the result is empty whatever they hold. */
    private final Key[] keys;
    /** The set being walked: in a union each in turn, else one. */
    private int current;
    private SetWalk walk;

    private SetAlgebra(Operation operation, Key[] keys, SetWalk walk) {
        this.operation = operation;
        this.keys = keys;
        this.walk = walk;
    }

    /** Looks the keys up, as Redis checks them: all types first. Null when one is no set, which was replied then, or when they are for the lane to look up. */
    static @Nullable SetAlgebra of(Call call, Operation operation, int first, int count) {
        if (call.heavy(count)) {
            return null;
        }
        Key[] found = new Key[Math.min(count, SETS_MAX)];
        int sets = 0;
        boolean empty = false;
        for (int i = 0; i < count; i++) {
            Key key = call.eachKey(first + i);
            if (!key.exists()) {
                empty |= operation == Operation.INTERSECTION || operation == Operation.DIFFERENCE && i == 0;
            } else if (!call.typeIs(key, ValueType.SET)) {
                return null;
            } else if (sets == 0 || found[sets - 1].entry != key.entry || operation == Operation.DIFFERENCE && sets == 1) {
                if (sets == SETS_MAX) {
                    call.reply().error("ERR '" + call.command().name() + "' of " + count + " sets: more than " + SETS_MAX
                            + " of them exist, that is the most; store the result of some and go on with that");
                    return null;
                }
                found[sets++] = call.kept(key);
            }
        }
        Key[] keys = empty ? new Key[0] : Arrays.copyOf(found, sets);
        if (keys.length == 0) {
            Key none = call.eachPeek(first);
            return new SetAlgebra(operation, keys, SetFamily.values(none).walk(none));
        }
        if (operation == Operation.INTERSECTION) {
            smallestFirst(keys);
        }
        SetAlgebra algebra = new SetAlgebra(operation, keys, SetFamily.values(keys[0]).walk(keys[0]));
        algebra.begin();
        return algebra;
    }

    private static void smallestFirst(Key[] keys) {
        for (int i = 1; i < keys.length; i++) {
            if (SetValues.count(keys[i]) < SetValues.count(keys[0])) {
                Key smaller = keys[i];
                keys[i] = keys[0];
                keys[0] = smaller;
            }
        }
    }

    /** Members to be looked at, for the decision where to run. */
    long work() {
        if (keys.length == 0) {
            return 0;
        }
        if (operation == Operation.INTERSECTION) {
            return (long) SetValues.count(keys[0]) * keys.length;
        }
        long sum = 0;
        for (Key key : keys) {
            sum += SetValues.count(key);
        }
        return operation == Operation.UNION ? sum : Math.max(sum, SetValues.count(keys[0]));
    }

    /** Back to before the first member. */
    void begin() {
        current = 0;
        if (keys.length == 0) {
            return;
        }
        walk = SetFamily.values(keys[0]).walk(keys[0]);
    }

    /** Goes to the next member of the result; false after the last. */
    boolean next() {
        while (keys.length > 0) {
            while (walk.next()) {
                if (belongs(walk.member)) {
                    return true;
                }
            }
            if (operation != Operation.UNION || current + 1 == keys.length) {
                return false;
            }
            current++;
            walk = SetFamily.values(keys[current]).walk(keys[current]);
        }
        return false;
    }

    Slice member() {
        return walk.member;
    }

    private boolean belongs(Slice member) {
        return switch (operation) {
            case INTERSECTION -> inAll(member);
            case UNION -> !inAnyOf(member, 0, current);
            case DIFFERENCE -> !inAnyOf(member, 1, keys.length);
        };
    }

    private boolean inAll(Slice member) {
        for (int i = 1; i < keys.length; i++) {
            if (!SetFamily.values(keys[i]).contains(keys[i], member.address, member.length)) {
                return false;
            }
        }
        return true;
    }

    private boolean inAnyOf(Slice member, int first, int end) {
        for (int i = first; i < end; i++) {
            if (SetFamily.values(keys[i]).contains(keys[i], member.address, member.length)) {
                return true;
            }
        }
        return false;
    }

    /** Members of the result, at most {@code limit}; the walk is at its beginning afterwards. */
    long count(long limit) {
        long count = 0;
        while (count < limit && next()) {
            count++;
        }
        begin();
        return count;
    }
}
