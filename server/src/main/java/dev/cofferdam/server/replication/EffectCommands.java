// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.replication;

import dev.cofferdam.keyspace.Effect;
import dev.cofferdam.keyspace.EffectKind;
import dev.cofferdam.memory.Account;
import dev.cofferdam.memory.Mem;
import dev.cofferdam.server.command.Call;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Effects as Redis's commands, which have the same outcome on a replica with the same keys: no chance, no clock, no condition is left in them.
 *
 * <p>What one command did to one key becomes one command where there is one: a run of pushes, a value and its deadline. The command that was asked (the
 * effect's cause) decides only between words for the same, so that the stream reads as Redis's own. Units are what stands between MULTI and EXEC when it is
 * more than one command; SELECT and these two are added when a unit is sent, see {@link #units}.
 *
 * <p>Owns its buffer. One thread at a time: the loop, or the lane whose effects it gets. What always holds: between units no command is open.
 */
final class EffectCommands {
    /** A run longer than this goes on in another command: a replica takes a million arguments, but not while others wait. */
    private static final int ARGUMENTS_MAX = 1000;
    private static final int NO_DATABASE = -1;
    private static final byte[] NO_VERB = {};
    private static final int UNITS_FIRST = 4;
    /** Start and end in the buffer, first and last database, number of commands. */
    private static final int UNIT_FIELDS = 5;

    private final CommandBuffer out;
    private long[] units = new long[UNITS_FIRST * UNIT_FIELDS];
    private int unitCount;

    private long unitStart;
    private int firstDatabase = NO_DATABASE;
    private int database = NO_DATABASE;
    private int commands;

    private byte[] verb = NO_VERB;
    private long keyAt;
    private int keyLength;
    /** Of an open SET. */
    private boolean keepsDeadline;
    private long deadline;
    /** Of an open XADD. */
    private long idAt;
    /** A stream that was created, whose first entry or group makes it on the replica too. */
    private boolean streamCreated;
    private long deliveredMillis;
    private long deliveries;
    /** The rest of the command's effects is in what was sent for it. */
    private boolean covered;
    private boolean unknown;

    EffectCommands(Account account, long mostBytes) {
        out = new CommandBuffer(account, mostBytes);
    }

    // ---------------------------------------------------------------- units

    /** What was begun since the last one is a unit. */
    void endUnit() {
        endCommand();
        if (commands > 0) {
            int at = unitCount * UNIT_FIELDS;
            if (at == units.length) {
                units = Arrays.copyOf(units, units.length * 2);
            }
            units[at] = unitStart;
            units[at + 1] = out.usedBytes();
            units[at + 2] = firstDatabase;
            units[at + 3] = database;
            units[at + 4] = commands;
            unitCount++;
        }
        unitStart = out.usedBytes();
        firstDatabase = NO_DATABASE;
        database = NO_DATABASE;
        commands = 0;
    }

    int units() {
        return unitCount;
    }

    /** What has no memory, or no command that says it. */
    boolean isLost() {
        return out.isLost() || unknown;
    }

    long address(int unit) {
        return out.address() + units[unit * UNIT_FIELDS];
    }

    long bytes(int unit) {
        return units[unit * UNIT_FIELDS + 1] - units[unit * UNIT_FIELDS];
    }

    int firstDatabase(int unit) {
        return (int) units[unit * UNIT_FIELDS + 2];
    }

    int lastDatabase(int unit) {
        return (int) units[unit * UNIT_FIELDS + 3];
    }

    /** Whether it is to stand between MULTI and EXEC. */
    boolean isMany(int unit) {
        return units[unit * UNIT_FIELDS + 4] > 1;
    }

    /** All units were sent. */
    void clear() {
        out.clear();
        unitCount = 0;
        unitStart = 0;
        unknown = false;
    }

    void close() {
        out.close();
    }

    // ---------------------------------------------------------------- commands

    /** The command that causes effects is over, or another one begins: nothing of it goes on. */
    void endCommand() {
        finish();
        covered = false;
        streamCreated = false;
    }

    /** A command that stands for itself, as it was asked. */
    void asAsked(Call call) {
        finish();
        select(call.client().database());
        copy(call);
    }

    private void copy(Call call) {
        out.begin(NO_VERB);
        for (int i = 0; i < call.count(); i++) {
            out.argument(call.address(i), call.length(i));
        }
        out.end();
        commands++;
    }

    private void select(int wanted) {
        if (firstDatabase == NO_DATABASE) {
            firstDatabase = wanted;
        } else if (database != wanted) {
            out.begin(Verbs.SELECT);
            out.argument(wanted);
            out.end();
        }
        database = wanted;
    }

    private void finish() {
        if (verb == Verbs.SET) {
            if (deadline > 0) {
                out.word(Verbs.PXAT);
                out.argument(deadline);
            } else if (keepsDeadline) {
                out.word(Verbs.KEEPTTL);
            }
        }
        if (verb != NO_VERB) {
            out.end();
            verb = NO_VERB;
        }
    }

    private void begin(byte[] word, Effect effect) {
        finish();
        select(effect.database);
        out.begin(word);
        commands++;
        verb = word;
    }

    private void keyOf(Effect effect) {
        out.argument(effect.key.address, effect.key.length);
        keyLength = effect.key.length;
        keyAt = out.position() - keyLength - 2;
    }

    private void beginWithKey(byte[] word, Effect effect) {
        begin(word, effect);
        keyOf(effect);
    }

    private boolean isOpen(byte[] word, Effect effect) {
        return verb == word && database == effect.database && !out.isLost() && effect.key.sameBytes(out.address() + keyAt, keyLength);
    }

    /** Goes on with the open command if it is that verb on that key, else begins it. */
    private void goOnOrBegin(byte[] word, Effect effect) {
        if (!isOpen(word, effect) || out.arguments() > ARGUMENTS_MAX) {
            beginWithKey(word, effect);
        }
    }

    private void first(Effect effect) {
        out.argument(effect.first.address, effect.first.length);
    }

    private void second(Effect effect) {
        out.argument(effect.second.address, effect.second.length);
    }

    // ---------------------------------------------------------------- effects

    /** @param cause the command that is just being executed; null when it is none, or not known */
    void effect(Effect effect, @Nullable Call cause) {
        boolean gone = effect.kind == EffectKind.EXPIRED || effect.kind == EffectKind.EVICTED;
        if (covered && !gone) {
            return;
        }
        if (!gone && effect.kind != EffectKind.DELETED && cause != null && Verbs.name(cause).equals("restore")) {
            restore(effect, cause);
            return;
        }
        if (streamCreated) {
            createdStream(effect);
        }
        switch (effect.kind) {
            case DELETED -> deleted(effect, cause);
            case EXPIRED, EVICTED -> {
                beginWithKey(Verbs.DEL, effect);
                finish();
            }
            case RENAMED -> renamed(effect);
            case COPIED -> copied(effect);
            case DEADLINE_SET -> deadlineSet(effect);
            case DEADLINE_REMOVED -> deadlineRemoved(effect);
            case CLEARED, DATABASE_CLEARED, DATABASES_SWAPPED -> {
                if (cause == null || !Verbs.isSentAsAsked(cause)) {
                    unknown = true; // one compartment of several, which a replica does not know
                }
            }
            case STRING_SET, NUMBER_SET -> stringSet(effect, cause);
            case STRING_WRITTEN -> stringWritten(effect, cause);
            case LIST_PUSHED -> {
                goOnOrBegin(effect.number == Effect.HEAD ? Verbs.LPUSH : Verbs.RPUSH, effect);
                first(effect);
            }
            case LIST_DROPPED -> {
                beginWithKey(effect.number == Effect.HEAD ? Verbs.LPOP : Verbs.RPOP, effect);
                out.argument(effect.count);
            }
            case LIST_SET -> {
                beginWithKey(Verbs.LSET, effect);
                out.argument(effect.number);
                first(effect);
            }
            case LIST_INSERTED -> listInserted(effect, cause);
            case LIST_REMOVED -> {
                beginWithKey(Verbs.LREM, effect);
                out.argument(effect.number == Effect.HEAD ? effect.count : -effect.count);
                first(effect);
            }
            case FIELD_SET -> {
                goOnOrBegin(Verbs.HSET, effect);
                first(effect);
                second(effect);
            }
            case FIELD_REMOVED -> several(Verbs.HDEL, effect);
            case MEMBER_ADDED -> several(Verbs.SADD, effect);
            case MEMBER_REMOVED -> several(Verbs.SREM, effect);
            case SCORE_SET -> {
                goOnOrBegin(Verbs.ZADD, effect);
                out.argument(effect.score());
                first(effect);
            }
            case SCORE_REMOVED -> several(Verbs.ZREM, effect);
            case RANKS_REMOVED -> ranksRemoved(effect, cause);
            case STREAM_CREATED -> {
                finish();
                select(effect.database);
                streamCreated = true;
            }
            case STREAM_FIELD -> streamField(effect);
            case STREAM_ADDED -> streamAdded(effect);
            case STREAM_REMOVED -> {
                goOnOrBegin(Verbs.XDEL, effect);
                out.id(effect.number, effect.count);
            }
            case STREAM_TRIMMED -> {
                beginWithKey(Verbs.XTRIM, effect);
                out.word(Verbs.MAXLEN);
                out.argument(effect.number);
            }
            case STREAM_STATE -> streamState(effect);
            case GROUP_SET -> groupSet(effect);
            case GROUP_REMOVED -> {
                group(Verbs.DESTROY, effect);
                finish();
            }
            case CONSUMER_CREATED -> consumer(Verbs.CREATECONSUMER, effect);
            case CONSUMER_REMOVED -> consumer(Verbs.DELCONSUMER, effect);
            case PENDING_TIMES -> {
                deliveredMillis = effect.number;
                deliveries = effect.count;
            }
            case PENDING_SET -> pendingSet(effect);
            case PENDING_REMOVED -> pendingRemoved(effect);
        }
    }

    private void several(byte[] word, Effect effect) {
        goOnOrBegin(word, effect);
        first(effect);
    }

    // ---------------------------------------------------------------- keys

    private void deleted(Effect effect, @Nullable Call cause) {
        byte[] pop = Verbs.pop(cause);
        if (pop != null) {
            beginWithKey(pop, effect);
            out.argument(Math.max(1, effect.count));
            return;
        }
        byte[] word = Verbs.name(cause).equals("unlink") ? Verbs.UNLINK : Verbs.DEL;
        if (verb == word && database == effect.database && out.arguments() <= ARGUMENTS_MAX) {
            keyOf(effect);
        } else {
            beginWithKey(word, effect);
        }
    }

    /** Only that the key is gone. */
    void deletion(Effect effect) {
        beginWithKey(Verbs.DEL, effect);
        finish();
    }

    /** The value that a key was copied or renamed to, which a replica does not have under the first name. */
    void value(Effect effect, Snapshot snapshot, int compartment) {
        finish();
        select((int) effect.number);
        out.begin(Verbs.RESTORE);
        first(effect);
        out.argument(snapshot.deadlineMillis(compartment, effect));
        if (!out.argument(writer -> snapshot.dump(compartment, effect, writer))) {
            unknown = true;
        }
        out.word(Verbs.REPLACE);
        out.word(Verbs.ABSTTL);
        out.end();
        commands++;
    }

    /** Of a move to another database the name stays, else the database does. */
    private void renamed(Effect effect) {
        if (effect.number == effect.database) {
            beginWithKey(Verbs.RENAME, effect);
            first(effect);
        } else {
            beginWithKey(Verbs.MOVE, effect);
            out.argument(effect.number);
        }
    }

    private void copied(Effect effect) {
        beginWithKey(Verbs.COPY, effect);
        first(effect);
        if (effect.number != effect.database) {
            out.word(Verbs.DB);
            out.argument(effect.number);
        }
    }

    private void deadlineSet(Effect effect) {
        if (isOpen(Verbs.SET, effect) && effect.number > 0) {
            deadline = effect.number;
            return;
        }
        beginWithKey(Verbs.PEXPIREAT, effect);
        out.argument(effect.number);
    }

    private void deadlineRemoved(Effect effect) {
        if (isOpen(Verbs.SET, effect)) {
            keepsDeadline = false;
            deadline = 0;
        } else if (verb != Verbs.MSET) {
            beginWithKey(Verbs.PERSIST, effect);
        }
    }

    /** The payload is what the client sent; its time becomes that of a clock. */
    private void restore(Effect effect, Call call) {
        begin(Verbs.RESTORE, effect);
        long time = call.longOr(2, 0);
        boolean absolute = time == 0;
        for (int i = 4; i < call.count(); i++) {
            absolute |= call.is(i, "ABSTTL");
        }
        out.argument(call.address(1), call.length(1));
        out.argument(absolute ? time : time + call.nowMillis());
        for (int i = 3; i < call.count(); i++) {
            out.argument(call.address(i), call.length(i));
        }
        if (!absolute) {
            out.word(Verbs.ABSTTL);
        }
        finish();
        covered = true;
    }

    // ---------------------------------------------------------------- strings, lists, sorted sets

    private void stringSet(Effect effect, @Nullable Call cause) {
        boolean number = effect.kind == EffectKind.NUMBER_SET;
        if (number && cause != null && Verbs.counts(cause)) {
            finish();
            select(effect.database);
            copy(cause);
            return;
        }
        if (Verbs.setsMany(cause)) {
            if (verb == Verbs.MSET && database == effect.database && out.arguments() <= ARGUMENTS_MAX) {
                keyOf(effect);
            } else {
                beginWithKey(Verbs.MSET, effect);
            }
        } else {
            beginWithKey(Verbs.SET, effect);
            keepsDeadline = !Verbs.endsDeadline(cause);
            deadline = 0;
        }
        if (number) {
            out.argument(effect.number);
        } else {
            first(effect);
        }
    }

    private void stringWritten(Effect effect, @Nullable Call cause) {
        if (Verbs.name(cause).equals("append")) {
            beginWithKey(Verbs.APPEND, effect);
        } else {
            beginWithKey(Verbs.SETRANGE, effect);
            out.argument(effect.number);
        }
        first(effect);
    }

    /** Redis has no command that inserts at an index; but what was asked finds the same place. */
    private void listInserted(Effect effect, @Nullable Call cause) {
        if (cause == null || !Verbs.name(cause).equals("linsert")) {
            unknown = true;
            return;
        }
        finish();
        select(effect.database);
        copy(cause);
    }

    private void ranksRemoved(Effect effect, @Nullable Call cause) {
        byte[] pop = Verbs.pop(cause);
        if (pop != null) {
            beginWithKey(pop, effect);
            out.argument(effect.count);
            return;
        }
        beginWithKey(Verbs.ZREMRANGEBYRANK, effect);
        out.argument(effect.number);
        out.argument(effect.number + effect.count - 1);
    }

    // ---------------------------------------------------------------- streams

    /** A stream without entries was made, and this follows. */
    private void createdStream(Effect next) {
        if (next.kind == EffectKind.STREAM_FIELD || next.kind == EffectKind.STREAM_ADDED) {
            streamCreated = false;
        } else if (next.kind == EffectKind.STREAM_STATE) {
            // Neither entry nor group has made it: a group does, and goes.
            streamCreated = false;
            emptyStream(next);
        }
    }

    private void emptyStream(Effect effect) {
        begin(Verbs.XGROUP, effect);
        out.word(Verbs.CREATE);
        keyOf(effect);
        out.argument(0);
        out.id(0, 0);
        out.word(Verbs.MKSTREAM);
        begin(Verbs.XGROUP, effect);
        out.word(Verbs.DESTROY);
        keyOf(effect);
        out.argument(0);
        finish();
    }

    private void streamField(Effect effect) {
        if (!isOpen(Verbs.XADD, effect)) {
            beginWithKey(Verbs.XADD, effect);
            idAt = out.reserveId();
        }
        first(effect);
        second(effect);
    }

    private void streamAdded(Effect effect) {
        if (isOpen(Verbs.XADD, effect)) {
            out.fillId(idAt, effect.number, effect.count);
            finish();
        }
    }

    private void streamState(Effect effect) {
        long state = effect.first.address;
        beginWithKey(Verbs.XSETID, effect);
        out.id(Mem.getLong(state), Mem.getLong(state + 8));
        out.word(Verbs.ENTRIESADDED);
        out.argument(Mem.getLong(state + 32));
        out.word(Verbs.MAXDELETEDID);
        out.id(Mem.getLong(state + 16), Mem.getLong(state + 24));
    }

    private void group(byte[] action, Effect effect) {
        begin(Verbs.XGROUP, effect);
        out.word(action);
        keyOf(effect);
        first(effect);
    }

    private void groupSet(Effect effect) {
        long state = effect.second.address;
        group(effect.number == 1 ? Verbs.CREATE : Verbs.SETID, effect);
        out.id(Mem.getLong(state), Mem.getLong(state + 8));
        if (streamCreated) {
            streamCreated = false;
            out.word(Verbs.MKSTREAM);
        }
        out.word(Verbs.ENTRIESREAD);
        out.argument(Mem.getLong(state + 16));
        finish();
    }

    private void consumer(byte[] action, Effect effect) {
        group(action, effect);
        second(effect);
        finish();
    }

    private void pendingSet(Effect effect) {
        beginWithKey(Verbs.XCLAIM, effect);
        first(effect);
        second(effect);
        out.argument(0);
        out.id(effect.number, effect.count);
        out.word(Verbs.TIME);
        out.argument(deliveredMillis);
        out.word(Verbs.RETRYCOUNT);
        out.argument(deliveries);
        out.word(Verbs.FORCE);
        out.word(Verbs.JUSTID);
    }

    private void pendingRemoved(Effect effect) {
        beginWithKey(Verbs.XACK, effect);
        first(effect);
        out.id(effect.number, effect.count);
    }
}
