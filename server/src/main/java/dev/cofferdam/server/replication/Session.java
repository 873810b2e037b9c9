// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.replication;

import dev.cofferdam.keyspace.Effect;
import dev.cofferdam.server.command.Call;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One snapshot on its way to the replicas that asked before it began.
 *
 * <p>Owns the snapshot. Event loop, but for {@link #tell}. What always holds: the file and what was told to {@link #tell} until its end are the keyspace at its
 * end.
 */
final class Session implements SnapshotOutput {
    /** A replica that has so much unread holds the file's walk back. */
    private static final long WINDOW_BYTES = 1 << 20;

    final Snapshot snapshot;
    final List<Replica> replicas = new ArrayList<>();
    /** Ends the file for who understands that. */
    final String mark;
    /** The stream's offset that the file belongs to. */
    final long beganAt;
    /** What the stream behind the file has selected; -1 before its first command. */
    int database = -1;
    /** Bytes of the stream behind the file so far. */
    long streamBytes;
    /** The file is out, or given up: everything is forwarded. Written by the loop; a lane that sees it late asks the snapshot, which then says the same. */
    volatile boolean over;

    Session(Snapshot snapshot, long offset, String mark) {
        this.snapshot = snapshot;
        this.beganAt = offset;
        this.mark = mark;
    }

    /** The owner thread of the compartment. */
    void tell(EffectCommands late, Effect effect, int compartment, @Nullable Call cause) {
        if (over) {
            late.effect(effect, cause);
            return;
        }
        switch (snapshot.passage(compartment, effect)) {
            case FORWARDED -> late.effect(effect, cause);
            case DELETION_FORWARDED -> late.deletion(effect);
            case VALUE_FORWARDED -> late.value(effect, snapshot, compartment);
            case DROPPED -> {
            }
        }
    }

    @Override
    public long roomBytes() {
        long most = 0;
        for (Replica replica : replicas) {
            if (replica.takesMark) {
                most = Math.max(most, replica.link.unsentBytes());
            }
        }
        return WINDOW_BYTES - most;
    }

    @Override
    public void write(long address, long length) {
        for (int i = replicas.size() - 1; i >= 0; i--) {
            Replica replica = replicas.get(i);
            if (replica.takesMark) {
                replica.link.send(address, length);
            } else if (!replica.isRefused && !replica.link.putAside(address, length)) {
                replica.isRefused = true;
            }
        }
    }
}
