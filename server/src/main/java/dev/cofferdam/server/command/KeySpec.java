// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.command;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Where in a call keys are, and what happens to them: the one source of routing, transactions' key sets and COMMAND GETKEYS.
 *
 * <p>Immutable, any thread. Finding keys allocates nothing: {@link #count} once, then {@link #argument} for each.
 */
public final class KeySpec {
    /** Patterns of one command that name keys, at most: a handler refuses more. */
    public static final int PATTERNS_MAX = 1024;

    private enum Form { RANGE, NUMBERED, AFTER_OPTION, HALF_AFTER_TOKEN, ALL_AFTER_OPTION, RANGE_UNLESS_EMPTY, PATTERNS }

    /** Says how many arguments an option takes with it, so that none of them is taken for another option. */
    @FunctionalInterface
    public interface OptionWidth {
        /** Arguments behind argument {@code i} that belong to it. */
        int values(Call call, int i);
    }

    private final Form form;
    private final KeyUse use;
    /** First key; position of the number of keys; or the argument from which the token is looked for. */
    private final int at;
    private final int last;
    private final int step;
    private final String token;
    /** A second word that means the same; empty when there is none. */
    private final String otherToken;
    private final OptionWidth width;
    private final @Nullable UseOfCall useOfCall;
    /** What COMMAND INFO says beside it; empty for nothing. */
    private final String note;
    private final boolean shownUnknown;

    /** What a call does with the key, where that depends on its other arguments: SET with GET reads. */
    public interface UseOfCall {
        KeyUse of(Call call);
    }

    private KeySpec(Form form, KeyUse use, int at, int last, int step, String token) {
        this(form, use, at, last, step, token, "", (call, i) -> 0);
    }

    private KeySpec(Form form, KeyUse use, int at, int last, int step, String token, String otherToken, OptionWidth width) {
        this.form = form;
        this.use = use;
        this.at = at;
        this.last = last;
        this.step = step;
        this.token = token;
        this.otherToken = otherToken;
        this.width = width;
        this.useOfCall = null;
        this.note = "";
        this.shownUnknown = form == Form.PATTERNS;
    }

    private KeySpec(KeySpec same, @Nullable UseOfCall useOfCall, String note, boolean shownUnknown) {
        form = same.form;
        use = same.use;
        at = same.at;
        last = same.last;
        step = same.step;
        token = same.token;
        otherToken = same.otherToken;
        width = same.width;
        this.useOfCall = useOfCall;
        this.note = note;
        this.shownUnknown = shownUnknown;
    }

    /** The same with a use that depends on the call; {@link #use()} is the most it may be. */
    public KeySpec varying(UseOfCall decision) {
        return new KeySpec(this, decision, note, shownUnknown);
    }

    /** The same with a sentence for COMMAND INFO. */
    public KeySpec noted(String text) {
        return new KeySpec(this, useOfCall, text, shownUnknown);
    }

    /** The same, which COMMAND INFO calls unknown as Redis does, because its way of saying where keys are cannot express the place. */
    public KeySpec shownAsUnknown() {
        return new KeySpec(this, useOfCall, note, true);
    }

    /** One key at a fixed place. */
    public static KeySpec key(int at, KeyUse use) {
        return new KeySpec(Form.RANGE, use, at, at, 1, "");
    }

    /** Keys from {@code first} to {@code last} (negative: from the end, -1 is the last argument), every {@code step} arguments. */
    public static KeySpec keys(int first, int last, int step, KeyUse use) {
        return new KeySpec(Form.RANGE, use, first, last, step, "");
    }

    /** As many keys as the argument at {@code at} says, directly behind it. */
    public static KeySpec numkeys(int at, KeyUse use) {
        return new KeySpec(Form.NUMBERED, use, at, 0, 1, "");
    }

    /** The key behind the option {@code token}, the last one of several, among options from argument {@code from} on: SORT ... STORE destination. */
    public static KeySpec keyOption(String token, int from, OptionWidth width, KeyUse use) {
        return new KeySpec(Form.AFTER_OPTION, use, from, 0, 1, token, "", width);
    }

    /**
     * Keys whose names a command makes of the pattern behind the option {@code token} or {@code otherToken} while it runs: they are no arguments, but the
     * compartments they may lie in are the command's. COMMAND INFO calls such keys unknown.
     */
    public static KeySpec keysLike(String token, String otherToken, int from, OptionWidth width, KeyUse use) {
        return new KeySpec(Form.PATTERNS, use, from, 0, 1, token, otherToken, width);
    }

    /** The first half of what stands behind the first word {@code token} from argument {@code from} on: XREAD ... STREAMS keys ids. */
    public static KeySpec keysAfter(String token, int from, KeyUse use) {
        return new KeySpec(Form.HALF_AFTER_TOKEN, use, from, -1, 1, token);
    }

    /** One key at a fixed place, none when that is empty: MIGRATE ... "" ... KEYS. */
    public static KeySpec keyUnlessEmpty(int at, KeyUse use) {
        return new KeySpec(Form.RANGE_UNLESS_EMPTY, use, at, at, 1, "");
    }

    /** All that stands behind the option {@code token}, among options from argument {@code from} on: MIGRATE ... KEYS key key. */
    public static KeySpec keysOption(String token, int from, OptionWidth width, KeyUse use) {
        return new KeySpec(Form.ALL_AFTER_OPTION, use, from, -1, 1, token, "", width);
    }

    public KeyUse use() {
        return use;
    }

    /** What this call does with the key. */
    public KeyUse use(Call call) {
        return useOfCall == null ? use : useOfCall.of(call);
    }

    /** The use depends on the call. */
    public boolean varies() {
        return useOfCall != null;
    }

    /** Keys of this specification in the call; 0 also when the call is malformed, its handler then says how. */
    public int count(Call call) {
        return switch (form) {
            case RANGE -> {
                int end = last < 0 ? call.count() + last : last;
                yield at > end || at >= call.count() ? 0 : (Math.min(end, call.count() - 1) - at) / step + 1;
            }
            case NUMBERED -> {
                long named = at < call.count() ? call.longOr(at, 0) : 0;
                yield named > 0 && named <= call.count() - at - 1 ? (int) named : 0;
            }
            case AFTER_OPTION -> optionAt(call) > 0 ? 1 : 0;
            case ALL_AFTER_OPTION -> {
                int option = firstOptionAt(call);
                yield option == 0 ? 0 : call.count() - option - 1;
            }
            case RANGE_UNLESS_EMPTY -> at < call.count() && call.length(at) > 0 ? 1 : 0;
            case PATTERNS -> 0;
            case HALF_AFTER_TOKEN -> {
                int token = firstTokenAt(call);
                yield token == 0 ? 0 : (call.count() - token - 1) / 2;
            }
        };
    }

    /** Index of the argument that is key number {@code n}, from 0. */
    public int argument(Call call, int n) {
        return switch (form) {
            case RANGE, RANGE_UNLESS_EMPTY -> at + n * step;
            case NUMBERED -> at + 1 + n;
            case AFTER_OPTION -> optionAt(call) + 1;
            case ALL_AFTER_OPTION -> firstOptionAt(call) + 1 + n;
            case PATTERNS -> throw new IllegalStateException("keys that are no arguments");
            case HALF_AFTER_TOKEN -> firstTokenAt(call) + 1 + n;
        };
    }

    /** Redis takes the last of several. */
    private int optionAt(Call call) {
        int found = 0;
        for (int i = at; i < call.count() - 1; i++) {
            if (call.is(i, token)) {
                found = i++;
            } else {
                i += width.values(call, i);
            }
        }
        return found;
    }

    private int firstOptionAt(Call call) {
        for (int i = at; i < call.count(); i++) {
            if (call.is(i, token)) {
                return i;
            }
            i += width.values(call, i);
        }
        return 0;
    }

    /** Bits of the compartments where keys may lie that are no arguments. */
    int reach(Call call) {
        if (form != Form.PATTERNS) {
            return 0;
        }
        int bits = 0;
        for (int i = at, patterns = 0; i < call.count() - 1 && patterns < PATTERNS_MAX; i++) {
            if (call.is(i, token) || call.is(i, otherToken)) {
                bits |= call.reachOfPattern(++i);
                patterns++;
            } else {
                i += width.values(call, i);
            }
        }
        return bits;
    }

    private int firstTokenAt(Call call) {
        for (int i = at; i < call.count() - 1; i++) {
            if (call.is(i, token)) {
                return i;
            }
        }
        return 0;
    }

    /** True when the keys are no arguments. */
    public boolean isUnknown() {
        return form == Form.PATTERNS;
    }

    /** True when COMMAND INFO does not say where the keys are. */
    public boolean isShownUnknown() {
        return shownUnknown;
    }

    public String note() {
        return note;
    }

    /** True when ids of the same number stand behind the keys. */
    public boolean isHalf() {
        return form == Form.HALF_AFTER_TOKEN;
    }

    /** Single fixed key: the case worth a shortcut. */
    boolean isSingle() {
        return form == Form.RANGE && at == last;
    }

    /** An argument says how many keys follow it. */
    boolean isCounted() {
        return form == Form.NUMBERED;
    }

    public int first() {
        return form == Form.NUMBERED ? 0 : at;
    }

    /** As COMMAND INFO's old three numbers have it. */
    public int lastForCommandInfo() {
        return isRange() ? last : 0;
    }

    public int step() {
        return step;
    }

    public boolean isRange() {
        return form == Form.RANGE || form == Form.RANGE_UNLESS_EMPTY;
    }

    public boolean isNumbered() {
        return form == Form.NUMBERED;
    }

    /** The word before the key, as bytes; empty unless the key stands behind one. */
    public byte[] token() {
        return (isUnknown() ? "" : token).getBytes(StandardCharsets.US_ASCII);
    }

    /** Position as declared: of the key, of the number of keys, or where the search for the word begins. */
    public int position() {
        return reachesToTheEnd() ? -2 : at;
    }

    /** All arguments behind an option are keys. Redis searches such an option from the end, and warns that what it finds so may be incomplete. */
    public boolean reachesToTheEnd() {
        return form == Form.ALL_AFTER_OPTION;
    }
}
