// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.command;

import dev.cofferdam.keyspace.Compartment;
import dev.cofferdam.keyspace.EffectGroup;
import dev.cofferdam.keyspace.Keyspace;

/**
 * Which compartments are with their lane right now: the loop must not touch those.
 *
 * <p>Owns one bit per compartment. Event loop only: it hands compartments over and takes them back.
 */
public final class Lanes {
    /** Hears which compartments change hands. */
    public interface Watcher {
        /** Before they do; {@code executor} groups the effects from then on. */
        void handedOver(int compartments, EffectGroup executor);

        /** After they are back; what the lane did is done. */
        void tookBack(int compartments);
    }

    public static final Watcher NOBODY = new Watcher() {
        @Override
        public void handedOver(int compartments, EffectGroup executor) {
            // Nobody wants to know.
        }

        @Override
        public void tookBack(int compartments) {
            // Nobody wants to know.
        }
    };

    private final Keyspace keyspace;
    private Watcher watcher = NOBODY;
    private int busy;
    /** The lane of scripts that name no key is in use. */
    private boolean keylessBusy;
    /** The lane of commands that use files is in use. */
    private boolean filesBusy;

    public Lanes(Keyspace keyspace) {
        this.keyspace = keyspace;
    }

    public boolean anyBusy() {
        return busy != 0;
    }

    public boolean isBusy(int compartment) {
        return (busy & 1 << compartment) != 0;
    }

    public boolean isAnyBusy(int compartments) {
        return (busy & compartments) != 0;
    }

    public boolean isKeylessBusy() {
        return keylessBusy;
    }

    /** True when the lane is in use that the command, which needs no compartment, has asked for. */
    public boolean isBusyWithout(Command command) {
        return command.usesFiles() ? filesBusy : keylessBusy;
    }

    public void setFilesBusy(boolean value) {
        filesBusy = value;
    }

    /** True when there is one compartment only and it, or a script that names no key, is away: what Redis has as its only state. */
    public boolean isAllBusy() {
        return (busy != 0 || keylessBusy) && keyspace.compartmentCount() == 1;
    }

    public void setKeylessBusy(boolean value) {
        keylessBusy = value;
    }

    /** True when the call needs a compartment that is away. */
    public boolean isBusy(Call call) {
        return (busy & compartmentsOf(call)) != 0;
    }

    /** Bits of the compartments the call's keys lie in; those of all its commands for EXEC, all there are for a command on the whole keyspace that names no pattern. */
    public int compartmentsOf(Call call) {
        Command command = call.command();
        if (command.visitorPattern() > 0 && command.visitorPattern() < call.count()) {
            return call.reachOfGlob(command.visitorPattern());
        }
        if (command.wholeKeyspace()) {
            return all();
        }
        if (command.name().equals("exec")) {
            return call.server().transactions().compartmentsOf(call.client());
        }
        int bits = 0;
        for (int s = 0; s < command.keySpecs(); s++) {
            KeySpec spec = command.keySpec(s);
            bits |= spec.reach(call);
            for (int n = 0, keys = spec.count(call); n < keys; n++) {
                bits |= 1 << call.compartmentOf(spec.argument(call, n)).id();
            }
        }
        return bits;
    }

    /** Bits of all compartments. */
    int all() {
        return (int) ((1L << keyspace.compartmentCount()) - 1);
    }

    public void setWatcher(Watcher value) {
        watcher = value;
    }

    /** @param executor groups the effects of what the lane does */
    public void handOver(int compartments, EffectGroup executor) {
        watcher.handedOver(compartments, executor);
        busy |= compartments;
        mark(compartments, true, executor);
    }

    public void takeBack(int compartments) {
        busy &= ~compartments;
        mark(compartments, false, keyspace.effectGroup());
        watcher.tookBack(compartments);
    }

    private void mark(int compartments, boolean inLane, EffectGroup executor) {
        for (int left = compartments; left != 0; left &= left - 1) {
            Compartment compartment = keyspace.compartment(Integer.numberOfTrailingZeros(left));
            compartment.setInLane(inLane);
            compartment.follow(executor);
        }
    }
}
