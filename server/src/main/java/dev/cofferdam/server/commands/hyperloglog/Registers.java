// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.commands.hyperloglog;

import static dev.cofferdam.server.commands.hyperloglog.SketchLayout.REGISTERS;

import dev.cofferdam.memory.Account;
import dev.cofferdam.memory.Mem;
import org.jspecify.annotations.Nullable;

/** The largest value of each register in several HyperLogLogs: their union. Owns one run of the connections' account, a byte a register; made per command. */
final class Registers implements AutoCloseable {
    private final Account account;
    private final long run;

    private Registers(Account account, long run) {
        this.account = account;
        this.run = run;
        Mem.fill(run, REGISTERS, (byte) 0);
    }

    /** Null when the account is refused the memory. */
    static @Nullable Registers open(Account account) {
        long run = account.takeRun(REGISTERS);
        return run == 0 ? null : new Registers(account, run);
    }

    @Override
    public void close() {
        account.returnRun(run, REGISTERS);
    }

    int value(int register) {
        return Mem.getByte(run + register);
    }

    private void raise(int register, int count) {
        if (count > Mem.getByte(run + register)) {
            Mem.putByte(run + register, (byte) count);
        }
    }

    /** Adds a HyperLogLog to the union; false when it is corrupt. */
    boolean add(long value, long length) {
        if (SketchLayout.isDense(value)) {
            for (int i = 0; i < REGISTERS; i++) {
                raise(i, SketchLayout.register(value, i));
            }
            return true;
        }
        if (length > SketchLayout.SPARSE_MAX_BYTES) {
            return false;
        }
        long end = value + length;
        int register = 0;
        for (long at = value + SketchLayout.HEAD_BYTES; at < end; at += SketchLayout.runBytes(at)) {
            int covered = SketchLayout.runLength(at, end);
            if (covered > REGISTERS - register) {
                return false;
            }
            int present = SketchLayout.runValue(at);
            for (int i = 0; present > 0 && i < covered; i++) {
                raise(register + i, present);
            }
            register += covered;
        }
        return register == REGISTERS;
    }

    long estimate() {
        return Estimate.ofBytes(run);
    }
}
