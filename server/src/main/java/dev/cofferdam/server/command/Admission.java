// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.command;

import dev.cofferdam.keyspace.Compartment;
import dev.cofferdam.keyspace.Keyspace;
import dev.cofferdam.server.Server;
import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Asks the compartments of a command, or of a whole transaction, for the memory it may need, before anything is changed: all of them agree, or
 * the command is refused and nothing happened.
 *
 * <p>Owns the sums per compartment of the command at hand. One executor's: the event loop's, a script's, or that of a transaction in a lane; one command at a time (a
 * transaction counts as one).
 */
public final class Admission {
    /** Below this share of its max a compartment is not full by itself: what is missing belongs to others. */
    private static final double WITHIN_REACH = 0.85;
    private static final String OUT_OF_REACH = " (the rest is reserved for or used by other compartments)";
    /** What a key may need beside its arguments: entry header, index slot, a packed value written anew or unpacked. */
    private static final long KEY_BYTES = 4096;
    /** What an argument may need beside its bytes when it becomes a node of a large value. */
    private static final long ARGUMENT_BYTES = 64;

    private final Server server;
    private final Keyspace keyspace;
    private final long[] growBytes = new long[Keyspace.COMPARTMENTS_MAX];
    private final long[] headroomBytes = new long[Keyspace.COMPARTMENTS_MAX];
    /** Of a transaction that runs: what is set aside for it. The sums above then are what its commands needed so far. */
    private final long[] admittedBytes = new long[Keyspace.COMPARTMENTS_MAX];
    /** The transaction that runs was let in because it needs nothing; what a command of it needs all the same is asked for when it runs. */
    private boolean withoutGrowth;
    /** Bits of the compartments asked, which hear {@link Compartment#endCommand()} afterwards. */
    private int asked;
    private boolean lenient;
    /** It asks in a lane: what compartments have lent is recalled by the loop only. */
    private boolean inLane;

    Admission(Server server) {
        this.server = server;
        keyspace = server.keyspace();
    }

    /** The one-command case. Answers the compartment that refuses, or null. End with {@link #end()} in either case. */
    @Nullable
    Compartment admit(Call call) {
        if (call.command().singleKey() > 0) {
            return admitSingleKey(call);
        }
        begin();
        add(call);
        return decide();
    }

    /** What most commands need, without sums: one key, so one compartment. */
    private @Nullable Compartment admitSingleKey(Call call) {
        Command command = call.command();
        Compartment home = call.compartmentOf(command.singleKey());
        asked = 1 << home.id();
        Sizer bound = command.bound();
        boolean grows = command.memory() == Memory.GROWS;
        long bytes = bound != null ? bound.bytes(call) : KEY_BYTES + (grows ? argumentBytes(call, 1, call.count()) : 0);
        return grows && bytes > 0 ? growth(home, bytes) : headroom(home, bytes);
    }

    /** For a command that is executed so many times in a row; as {@link #admit} otherwise. */
    @Nullable
    Compartment admitRepeated(Call call, RepeatHandler repeated, int times) {
        Compartment home = call.compartmentOf(1);
        asked = 1 << home.id();
        long bytes = repeated.bound(call, times);
        return call.command().memory() == Memory.GROWS ? growth(home, bytes) : headroom(home, bytes);
    }

    private @Nullable Compartment growth(Compartment home, long bytes) {
        return admits(home, bytes) || inLane && LaneRoom.recalled(server, home, bytes) && admits(home, bytes) ? null : home;
    }

    private boolean admits(Compartment home, long bytes) {
        return lenient ? home.admitHeadroom(bytes) : home.admit(bytes);
    }

    /** What takes no more than an idle command's allowance is never refused: it moves or frees, and the stock holds pages for that. */
    private @Nullable Compartment headroom(Compartment home, long bytes) {
        return home.admitHeadroom(bytes) || bytes <= KEY_BYTES
                || inLane && LaneRoom.recalled(server, home, bytes) && home.admitHeadroom(bytes)
                        ? null
                        : home;
    }

    /** For scripts that are allowed to run when memory is full: what grows may use what is kept free for moves, to its end. */
    public void setLenient(boolean value) {
        lenient = value;
    }

    /** For a transaction in a lane. */
    void setInLane() {
        inLane = true;
    }

    /** What another one has set aside for a transaction, and what that has used of it, is this one's from here on. */
    void takeOver(Admission other) {
        System.arraycopy(other.growBytes, 0, growBytes, 0, growBytes.length);
        System.arraycopy(other.headroomBytes, 0, headroomBytes, 0, headroomBytes.length);
        System.arraycopy(other.admittedBytes, 0, admittedBytes, 0, admittedBytes.length);
        withoutGrowth = other.withoutGrowth;
        asked = other.asked;
        other.asked = 0;
    }

    /** Bits of the compartments that have set something aside. */
    int asked() {
        return asked;
    }

    /** Starts a sum. */
    void begin() {
        Arrays.fill(growBytes, 0, keyspace.compartmentCount(), 0);
        Arrays.fill(headroomBytes, 0, keyspace.compartmentCount(), 0);
        asked = 0;
    }

    /** Adds what a call may need to the sums of its compartments. */
    void add(Call call) {
        Command command = call.command();
        if (!command.writes() || command.keySpecs() == 0) {
            return;
        }
        if (command.memory() == Memory.MOVES && spansCompartments(call)) {
            addMove(call);
            return;
        }
        boolean grows = command.memory() == Memory.GROWS;
        long[] sums = grows ? growBytes : headroomBytes;
        Sizer bound = command.bound();
        if (bound != null) {
            addToEach(call, sums, bound.bytes(call));
        } else if (command.singleKey() > 0) {
            int home = call.compartmentOf(command.singleKey()).id();
            asked |= 1 << home;
            sums[home] += KEY_BYTES + (grows ? argumentBytes(call, 1, call.count()) : 0);
        } else {
            addByKey(call, sums, grows);
        }
    }

    /** A move from one compartment to another makes those grow that something is put into; where it is taken from may be full. */
    private void addMove(Call call) {
        Command command = call.command();
        Sizer bound = command.bound();
        long bytes = bound != null ? bound.bytes(call) : KEY_BYTES + argumentBytes(call, 1, call.count());
        for (int s = 0; s < command.keySpecs(); s++) {
            KeySpec spec = command.keySpec(s);
            for (int n = 0, keys = spec.count(call); n < keys; n++) {
                int home = call.compartmentOf(spec.argument(call, n)).id();
                asked |= 1 << home;
                if (spec.use().takesAway()) {
                    headroomBytes[home] += KEY_BYTES;
                } else {
                    growBytes[home] += bytes;
                }
            }
        }
    }

    private static boolean spansCompartments(Call call) {
        Command command = call.command();
        if (command.singleKey() > 0) {
            return false;
        }
        int first = -1;
        for (int s = 0; s < command.keySpecs(); s++) {
            KeySpec spec = command.keySpec(s);
            for (int n = 0, keys = spec.count(call); n < keys; n++) {
                int home = call.compartmentOf(spec.argument(call, n)).id();
                if (first >= 0 && home != first) {
                    return true;
                }
                first = home;
            }
        }
        return false;
    }

    /** Arguments behind a key up to the next one count for that key's compartment. */
    private void addByKey(Call call, long[] sums, boolean grows) {
        Command command = call.command();
        for (int s = 0; s < command.keySpecs(); s++) {
            KeySpec spec = command.keySpec(s);
            int keys = spec.count(call);
            for (int n = 0; n < keys; n++) {
                int argument = spec.argument(call, n);
                int end = n + 1 < keys ? spec.argument(call, n + 1) : call.count();
                int home = call.compartmentOf(argument).id();
                asked |= 1 << home;
                sums[home] += KEY_BYTES + (grows ? argumentBytes(call, argument, end) : 0);
            }
        }
    }

    /** Of several compartments, those that only give something away do not grow. */
    private void addToEach(Call call, long[] sums, long bytes) {
        Command command = call.command();
        boolean several = command.keySpecs() > 1 && spansCompartments(call);
        int seen = 0;
        for (int s = 0; s < command.keySpecs(); s++) {
            KeySpec spec = command.keySpec(s);
            if (several && !spec.use().adds()) {
                continue;
            }
            for (int n = 0, keys = spec.count(call); n < keys; n++) {
                int home = call.compartmentOf(spec.argument(call, n)).id();
                if ((seen & 1 << home) == 0) {
                    seen |= 1 << home;
                    sums[home] += bytes;
                }
            }
        }
        asked |= seen;
        if (several) {
            addHeadroomToGivers(call, seen);
        }
    }

    private void addHeadroomToGivers(Call call, int growing) {
        Command command = call.command();
        for (int s = 0; s < command.keySpecs(); s++) {
            KeySpec spec = command.keySpec(s);
            for (int n = 0, keys = spec.count(call); n < keys; n++) {
                int home = call.compartmentOf(spec.argument(call, n)).id();
                if ((growing & 1 << home) == 0) {
                    asked |= 1 << home;
                    headroomBytes[home] = Math.max(headroomBytes[home], KEY_BYTES);
                }
            }
        }
    }

    private static long argumentBytes(Call call, int from, int to) {
        long sum = ARGUMENT_BYTES * (to - from);
        for (int i = from; i < to; i++) {
            sum += call.length(i);
        }
        return sum;
    }

    /** Asks; answers the compartment that refuses, or null. */
    @Nullable
    Compartment decide() {
        for (int left = asked; left != 0; left &= left - 1) {
            int i = Integer.numberOfTrailingZeros(left);
            Compartment home = keyspace.compartment(i);
            Compartment refusing = growBytes[i] > 0 ? growth(home, growBytes[i] + headroomBytes[i]) : headroom(home, headroomBytes[i]);
            if (refusing != null) {
                return refusing;
            }
        }
        return null;
    }

    /** Asks for the headroom of what was refused as growth, and turned out to need nothing. */
    void decideWithoutGrowth() {
        for (int i = 0; i < keyspace.compartmentCount(); i++) {
            if ((asked & 1 << i) != 0) {
                keyspace.compartment(i).admitHeadroom(KEY_BYTES);
            }
        }
    }

    /** The transaction that was let in begins to run: each of its commands comes to {@link #admitNext} first. */
    void beginTransaction(boolean needsNothing) {
        withoutGrowth = needsNothing;
        for (int i = 0; i < keyspace.compartmentCount(); i++) {
            admittedBytes[i] = needsNothing ? 0 : growBytes[i] + headroomBytes[i];
            growBytes[i] = 0;
            headroomBytes[i] = 0;
        }
    }

    /**
     * Before a command of a transaction: many needs depend on what is there (APPEND, SUNIONSTORE, SORT ... STORE), and commands of the transaction before it may have changed
     * that since the whole was admitted. What goes beyond is asked for now. Answers the compartment that refuses; then the command must not run, and
     * those behind it are not worse off.
     */
    @Nullable
    Compartment admitNext(Call call) {
        if (withoutGrowth && needsNothing(call)) {
            return null;
        }
        add(call);
        Compartment refusing = null;
        for (int left = asked; left != 0; left &= left - 1) {
            int i = Integer.numberOfTrailingZeros(left);
            long excess = growBytes[i] + headroomBytes[i] - admittedBytes[i];
            if (excess > 0) {
                Compartment home = keyspace.compartment(i);
                if (refusing == null) {
                    refusing = growBytes[i] > 0 ? growth(home, excess) : headroom(home, excess);
                }
                if (refusing != null) {
                    growBytes[i] -= Math.min(excess, growBytes[i]);
                    headroomBytes[i] = Math.min(headroomBytes[i], admittedBytes[i]);
                } else if (excess > home.quickAdmissionBytes()) {
                    admittedBytes[i] += excess; // set aside; less than that was only seen to be there, and is asked for again with the next
                }
            }
        }
        return refusing;
    }

    /** True when the call says that this time it needs no byte. Asked after a refusal only. */
    static boolean needsNothing(Call call) {
        Command command = call.command();
        Sizer need = command.need();
        if (need != null) {
            return need.bytes(call) <= 0;
        }
        return command.memory() != Memory.GROWS && (command.memory() != Memory.MOVES || !spansCompartments(call));
    }

    /** The command, or transaction, is over. */
    void end() {
        end(asked);
        asked = 0;
    }

    /** A script's command inside a transaction is over: what was set aside stays so until that ends, which in a lane it does for all compartments it has. */
    void handTo(Admission transaction) {
        transaction.asked |= asked;
        asked = 0;
    }

    /** As above, in a lane. */
    void leaveToLane() {
        asked = 0;
    }

    /** As above, for the compartments whose bits are set. */
    void end(int compartments) {
        for (int left = compartments; left != 0; left &= left - 1) {
            keyspace.compartment(Integer.numberOfTrailingZeros(left)).endCommand();
        }
    }

    /** The reply of a full compartment: what libraries look for first, then place, numbers and way out. */
    static String refusal(Compartment compartment) {
        compartment.countRefusedCommand();
        if (compartment.isFrozen()) {
            return "OOM command not allowed when used memory > 'maxmemory'."; // Redis's own words: there is nothing to add
        }
        double used = compartment.usedBytes() / 1048576.0;
        double max = compartment.account().maxBytes() / 1048576.0;
        return String.format(Locale.ROOT,
                "OOM command not allowed when used memory > 'maxmemory'. Compartment '%s' is full: %.1f of %.1f MB%s, policy %s;"
                        + " see COMPARTMENT INFO %s",
                compartment.name(), used, max, used < max * WITHIN_REACH ? OUT_OF_REACH : "", compartment.full(), compartment.name());
    }
}
