// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.commands.generic;

import dev.cofferdam.server.command.Call;
import dev.cofferdam.server.command.CallText;
import dev.cofferdam.server.command.KeySpec;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** What the arguments of a SORT say. Made per command; holds places of arguments, no bytes. */
final class SortOptions {
    /** Argument of the pattern to sort by; 0 to sort by the elements themselves. */
    int by;
    /** BY names no key: what is sorted stays as it is. */
    boolean keepsOrder;
    boolean descending;
    boolean alphabetic;
    long offset;
    /** Negative for all. */
    long limit = -1;
    /** Argument of the destination; 0 for a reply. */
    int store;
    /** Arguments of the patterns to get. */
    int[] gets = {};
    /** What is wrong with the arguments; null when nothing is. */
    @Nullable String error;

    private SortOptions() {
    }

    static final KeySpec.OptionWidth WIDTH = (call, i) -> call.is(i, "LIMIT")
            ? 2
            : call.is(i, "BY") || call.is(i, "GET") || call.is(i, "STORE") ? 1 : 0;

    static SortOptions of(Call call) {
        SortOptions options = new SortOptions();
        boolean mayStore = call.command().writes();
        int gets = 0;
        int patterns = 0;
        for (int i = 2; i < call.count() && options.error == null; i++) {
            int left = call.count() - i - 1;
            if (call.is(i, "ASC")) {
                options.descending = false;
            } else if (call.is(i, "DESC")) {
                options.descending = true;
            } else if (call.is(i, "ALPHA")) {
                options.alphabetic = true;
            } else if (left >= 2 && call.is(i, "LIMIT")) {
                options.readLimit(call, i);
                i += 2;
            } else if (left >= 1 && mayStore && call.is(i, "STORE")) {
                options.store = ++i;
            } else if (left >= 1 && call.is(i, "BY")) {
                options.by = ++i;
                options.keepsOrder |= !hasStar(call, i);
                patterns++;
                if (hasStar(call, i) && !call.server().acl().mayReadEveryKey(call)) {
                    options.error = "ERR BY option of SORT denied due to insufficient ACL permissions.";
                }
            } else if (left >= 1 && call.is(i, "GET")) {
                i++;
                patterns++;
                if (!call.server().acl().mayReadEveryKey(call)) {
                    options.error = "ERR GET option of SORT denied due to insufficient ACL permissions.";
                }
                if (gets == options.gets.length) {
                    options.gets = Arrays.copyOf(options.gets, 2 * gets + 2);
                }
                options.gets[gets++] = i;
            } else {
                options.error = "ERR syntax error";
            }
            if (patterns > KeySpec.PATTERNS_MAX) {
                options.error = "ERR SORT with more than " + KeySpec.PATTERNS_MAX + " patterns, that is the most; ask in parts";
            }
        }
        options.gets = Arrays.copyOf(options.gets, gets);
        return options;
    }

    private void readLimit(Call call, int i) {
        if (!call.tryLong(i + 1)) {
            error = "ERR value is not an integer or out of range";
            return;
        }
        offset = call.number;
        if (!call.tryLong(i + 2)) {
            error = "ERR value is not an integer or out of range";
            return;
        }
        limit = call.number;
    }

    /** The elements are put in order. */
    boolean sorts() {
        return !keepsOrder;
    }

    boolean sortsByPattern() {
        return by > 0 && !keepsOrder;
    }

    /** Looks at keys the pattern of BY or GET makes. */
    int lookupsPerElement() {
        return gets.length + (sortsByPattern() ? 1 : 0);
    }

    /** A set in no order is sorted all the same where its order would otherwise be an accident that stays: stored, or seen by a script. */
    void orderSet(Call call) {
        if (keepsOrder && (store > 0 || call.inScript())) {
            keepsOrder = false;
            alphabetic = true;
            by = 0;
        }
    }

    private static boolean hasStar(Call call, int i) {
        return CallText.indexOf('*', call.address(i), CallText.lengthToNul(call.address(i), call.length(i))) >= 0;
    }
}
