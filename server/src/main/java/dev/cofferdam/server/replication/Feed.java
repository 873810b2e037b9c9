// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.replication;

import dev.cofferdam.keyspace.Effect;
import dev.cofferdam.memory.Account;
import dev.cofferdam.server.command.Call;
import org.jspecify.annotations.Nullable;

/**
 * What one executor of commands, the loop or a lane, has for the replicas: the effects of its commands, for those that follow and for those that are getting their
 * file.
 *
 * <p>Owns two buffers. The executor's, and the loop's when the lane is done. What always holds: who it is for was decided when it began, see {@link #aim}, so
 * that what a lane brings back goes to those that need it, whoever came meanwhile.
 */
final class Feed {
    /** For replicas that have their file. */
    final EffectCommands whole;
    /** For those of {@link #session}: only what their file will not have. */
    final EffectCommands late;
    boolean isFollowed;
    @Nullable Session session;
    /** A bit for each compartment whose part of the open unit is not complete. */
    int open;

    Feed(Account account, long mostBytes) {
        whole = new EffectCommands(account, mostBytes);
        late = new EffectCommands(account, mostBytes);
    }

    /** Between units. */
    void aim(boolean followed, @Nullable Session loading) {
        isFollowed = followed;
        session = loading;
    }

    void effect(Effect effect, int compartment, @Nullable Call cause) {
        if (isFollowed) {
            whole.effect(effect, cause);
        }
        Session loading = session;
        if (loading != null) {
            loading.tell(late, effect, compartment, cause);
        }
    }

    void asAsked(Call call) {
        if (isFollowed) {
            whole.asAsked(call);
        }
        if (session != null) {
            late.asAsked(call);
        }
    }

    void endCommand() {
        whole.endCommand();
        late.endCommand();
    }

    void endUnit() {
        whole.endUnit();
        late.endUnit();
    }

    boolean isEmpty() {
        return whole.units() == 0 && late.units() == 0 && !isLost();
    }

    boolean isLost() {
        return whole.isLost() || late.isLost();
    }

    void clear() {
        whole.clear();
        late.clear();
    }

    void close() {
        whole.close();
        late.close();
    }
}
