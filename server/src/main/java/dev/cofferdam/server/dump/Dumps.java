// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.dump;

import dev.cofferdam.keyspace.Key;
import dev.cofferdam.memory.Account;
import dev.cofferdam.resp.ReplyWriter;
import java.nio.charset.StandardCharsets;

/**
 * Values to dumps and back, for commands. Stateless; runs where the value's compartment is.
 *
 * <p>A value is made in two steps, {@link #measure} and {@link #restore}: what the first says, the second keeps to, so whoever admits what was measured makes the value
 * whole or not at all.
 */
public final class Dumps {
    /** Results of {@link #measure} that are no sizes: the bytes are damaged; there is no memory to unpack them. */
    public static final long DAMAGED = -1;
    public static final long NO_MEMORY = -2;

    private Dumps() {
    }

    /** Replies the value's dump; false, with no reply, when {@code connections} has no memory to put it together. */
    public static boolean write(Key key, ReplyWriter reply, Account connections) {
        try (Workspace work = new Workspace(connections)) {
            DumpOutput out = new DumpOutput(work);
            if (!out.isReady()) {
                return false;
            }
            out.begin(null);
            if (!new ValueWriter(out, work, false).write(key)) {
                return false;
            }
            long bytes = out.bytes() + RdbFormat.FOOTER_BYTES;
            reply.raw(("$" + bytes + "\r\n").getBytes(StandardCharsets.US_ASCII));
            out.begin(reply::raw);
            new ValueWriter(out, work, false).write(key);
            out.end();
            reply.raw(new byte[] {'\r', '\n'});
            return true;
        }
    }

    /** How long {@link #write} takes, in elements or pieces of 32 bytes. */
    public static long work(Key key) {
        return ValueWriter.work(key);
    }

    /** True when the dump's version and checksum are in order. */
    public static boolean isWhole(long dump, long length) {
        return RdbFormat.isWhole(dump, length);
    }

    /** What making the value can take under a key that is taken as absent, or one of the results above. The dump is whole. */
    public static long measure(Key absent, long dump, long length, Account connections) {
        try (Workspace work = new Workspace(connections)) {
            if (!work.isReady()) {
                return NO_MEMORY;
            }
            RdbInput in = new RdbInput(work, dump, dump + length - RdbFormat.FOOTER_BYTES);
            ValueMeasure measure = new ValueMeasure(absent);
            if (!new ValueReader(in).read(measure)) {
                return work.refusedBytes > 0 ? NO_MEMORY : DAMAGED;
            }
            return measure.bytes();
        }
    }

    /** Makes the value under a key that is absent, with room for a deadline if there will be one. The dump was measured, and what it takes was admitted. */
    public static boolean restore(Key key, boolean deadline, long dump, long length, Account connections) {
        try (Workspace work = new Workspace(connections)) {
            RdbInput in = new RdbInput(work, dump, dump + length - RdbFormat.FOOTER_BYTES);
            return work.isReady() && new ValueReader(in).read(new ValueBuilder(key, deadline));
        }
    }
}
