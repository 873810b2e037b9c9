// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.replication;

import dev.cofferdam.keyspace.Compartment;
import dev.cofferdam.keyspace.Effect;
import dev.cofferdam.keyspace.EffectKind;
import dev.cofferdam.keyspace.Key;
import dev.cofferdam.keyspace.KeyWalk;
import dev.cofferdam.keyspace.Keyspace;
import dev.cofferdam.memory.Slice;
import dev.cofferdam.resp.ReplyWriter;
import dev.cofferdam.server.CompatibleVersion;
import dev.cofferdam.server.Server;
import dev.cofferdam.server.dump.Dumps;
import dev.cofferdam.server.dump.RdbWriter;
import dev.cofferdam.server.net.EventLoop;
import org.jspecify.annotations.Nullable;

/**
 * The whole keyspace as an RDB file, written slice by slice while commands go on.
 *
 * <p>No copy is kept of what changes meanwhile, and nothing is forked. Keys are written in an order that does not depend on the tables' sizes ({@link KeyWalk}), each as
 * it is when the walk comes by. Who listens to effects asks of each what becomes of it ({@link #passage}): what happens to a key that was written is sent behind the
 * file, what happens to one that is still to come is not, for the file will have it. So the file together with what was forwarded until its end is the keyspace at its end;
 * the file alone has each key whole, but not all of one moment.
 *
 * <p>Owns what was written and not taken yet, and the walk; {@code connections} pays. Event loop, except {@link #passage} and what belongs to it, which are for the owner of
 * the compartment in which the effect is told, and a large value, which is written in its compartment's lane. What always holds: a compartment that is in its lane is left alone, and what goes wrong ends
 * the snapshot ({@link #failure}), never a command.
 */
public final class Snapshot implements AutoCloseable {
    /** Values of more elements, or pieces of 32 bytes, are written in their lane: some milliseconds. */
    static final long LANE_WORK = 20_000;
    /** Between two looks at the clock: keys, or elements of values. */
    private static final int CLOCK_KEYS = 8;
    private static final int CLOCK_WORK = 200;

    private final Server server;
    private final Keyspace keyspace;
    private final KeyWalk walk;
    private final SnapshotBuffer buffer;
    private final RdbWriter writer;
    private boolean inLane;
    private boolean ended;
    private boolean closed;
    private long keys;
    private long takenBytes;
    private volatile @Nullable String failure;

    private Snapshot(Server server) {
        this.server = server;
        keyspace = server.keyspace();
        walk = new KeyWalk(keyspace);
        buffer = new SnapshotBuffer(server.connections());
        writer = new RdbWriter(server.connections());
    }

    /**
     * Begins one, between commands: what is told of any key from now on is to be asked about. Functions are in it as they are now: all changes of them are forwarded.
     *
     * @param replicationId 40 characters that the file shall name with {@code offset}, or empty
     * @return one that may have failed already, for want of memory
     */
    public static Snapshot begin(Server server, String replicationId, long offset) {
        Snapshot snapshot = new Snapshot(server);
        server.keyspace().recallFor(server.connections(), 2L * server.arena().pageBytes());
        if (!snapshot.buffer.isReady() || !snapshot.writer.begin(snapshot.buffer)) {
            snapshot.fail("no memory to begin: " + snapshot.connections());
        } else {
            snapshot.writeHead(replicationId, offset);
            snapshot.checkRoom("the functions");
        }
        return snapshot;
    }

    private void writeHead(String replicationId, long offset) {
        writer.note("redis-ver", CompatibleVersion.REDIS);
        writer.note("redis-bits", "64");
        writer.note("ctime", Long.toString(keyspace.nowMillis() / 1000));
        writer.note("used-mem", Long.toString(server.arena().ownedBytes()));
        if (!replicationId.isEmpty()) {
            writer.note("repl-id", replicationId);
            writer.note("repl-offset", Long.toString(offset));
        }
        writer.note("aof-base", "0");
        server.scripting().eachLibrary(writer::library);
        for (int database = 0; database < Compartment.DATABASES; database++) {
            long expiring = 0;
            for (int i = 0; i < keyspace.compartmentCount(); i++) {
                expiring += keyspace.compartment(i).expiringCount(database);
            }
            if (keyspace.keyCount(database) > 0) {
                writer.size(database, keyspace.keyCount(database), expiring);
            }
        }
    }

    // ---------------------------------------------------------------- writing

    /**
     * Goes on for about {@code budgetNanos}, or as long as the output takes bytes. Between commands.
     *
     * @return true when the output has taken all of it
     */
    public boolean advance(long budgetNanos, SnapshotOutput out) {
        if (inLane || closed || failure != null) {
            return false;
        }
        long until = server.clock().monotonicNanos() + budgetNanos;
        walk.resume();
        do {
            long before = buffer.bytes();
            buffer.drainTo(out);
            takenBytes += before - buffer.bytes();
            if (!buffer.isEmpty()) {
                return false;
            }
            if (ended) {
                return true;
            }
        } while (write(until) && server.clock().monotonicNanos() < until);
        return false;
    }

    /** Writes keys until there is a page of them, or it is time; false when there is something to wait for. */
    private boolean write(long until) {
        keyspace.recallFor(server.connections(), server.arena().pageBytes());
        if (!buffer.isReady()) {
            return false;
        }
        Compartment home = firstHere();
        if (home == null) {
            return endIfComplete();
        }
        long enough = server.arena().pageBytes();
        long work = 0;
        while (true) {
            if (walk.isBetweenPlaces() && (buffer.bytes() >= enough || work >= CLOCK_WORK && server.clock().monotonicNanos() >= until)) {
                return true;
            }
            work = work >= CLOCK_WORK ? 0 : work;
            if (!walk.next(home)) {
                return true;
            }
            long own = RdbWriter.work(walk.key());
            if (own > LANE_WORK && walk.isAlone() && writesInLane(home)) {
                return false;
            }
            if (!writer.key(walk.key())) {
                fail("no memory to put a value together: " + connections());
                return false;
            }
            if (!checkRoom("a value")) {
                return false;
            }
            walk.pass();
            keys++;
            work += own + CLOCK_WORK / CLOCK_KEYS;
        }
    }

    private boolean checkRoom(String what) {
        if (buffer.isOverflowed()) {
            fail("no memory to keep " + what + " until it is sent, " + buffer.droppedBytes() + " bytes too few: " + connections());
        }
        return failure == null;
    }

    /** A compartment that has keys left and is not in its lane. */
    private @Nullable Compartment firstHere() {
        for (int i = 0; i < keyspace.compartmentCount(); i++) {
            if (!walk.isComplete(i) && !keyspace.compartment(i).isInLane()) {
                return keyspace.compartment(i);
            }
        }
        return null;
    }

    private boolean endIfComplete() {
        if (!isComplete()) {
            return false;
        }
        writer.end();
        ended = true;
        return checkRoom("the end");
    }

    // ---------------------------------------------------------------- large values

    /** Has the key at hand written in its compartment's lane; false where there are no lanes. */
    private boolean writesInLane(Compartment home) {
        EventLoop loop = server.loop();
        if (loop == null) {
            return false;
        }
        inLane = true;
        loop.readInLane(home.id(), this::writeLarge, this::largeWritten);
        return true;
    }

    private void writeLarge() {
        try {
            if (!writer.key(walk.key())) {
                fail("no memory to put a value together: " + connections());
            }
        } catch (RuntimeException | AssertionError | OutOfMemoryError e) {
            fail("a value could not be written: " + e); // the compartment must come back
        }
    }

    private void largeWritten() {
        inLane = false;
        if (closed) {
            close();
        } else if (failure == null && checkRoom("a value")) {
            walk.pass();
            keys++;
        }
    }

    // ---------------------------------------------------------------- what happens meanwhile

    /** What becomes of an effect that is being told. The compartment's owner thread, once for each effect, within the sink's call. */
    public Passage passage(int compartment, Effect effect) {
        EffectKind kind = effect.kind;
        if (kind == EffectKind.RENAMED || kind == EffectKind.COPIED) {
            return twoKeys(compartment, effect);
        }
        if (kind == EffectKind.CLEARED || kind == EffectKind.DATABASE_CLEARED) {
            cleared(compartment, kind == EffectKind.CLEARED ? -1 : effect.database);
            return Passage.FORWARDED;
        }
        if (kind == EffectKind.DATABASES_SWAPPED) {
            fail("SWAPDB gave its keys other places");
            return Passage.FORWARDED;
        }
        return hasPassed(compartment, effect.database, effect.key) ? Passage.FORWARDED : Passage.DROPPED;
    }

    private Passage twoKeys(int compartment, Effect effect) {
        boolean source = hasPassed(compartment, effect.database, effect.key);
        boolean target = hasPassed(compartment, (int) effect.number, effect.first);
        if (target) {
            return source ? Passage.FORWARDED : Passage.VALUE_FORWARDED;
        }
        return source && effect.kind == EffectKind.RENAMED ? Passage.DELETION_FORWARDED : Passage.DROPPED;
    }

    /** True when what happens to a key of this name has to be forwarded. The compartment's owner thread. */
    public boolean hasPassed(int compartment, int database, Slice key) {
        return walk.hasPassed(compartment, database, key.address, key.length);
    }

    /**
     * A compartment has no key left in a database, or in none for -1: all that come will be forwarded. {@link #passage} does it for the compartment that tells; one that had
     * none tells nothing, so who forwards FLUSHDB or FLUSHALL says it of each. The compartment's owner thread.
     */
    public void cleared(int compartment, int database) {
        walk.complete(compartment, database);
    }

    /** When the value that a {@link Passage#VALUE_FORWARDED} effect is about expires, or 0. Within the sink's call. */
    public long deadlineMillis(int compartment, Effect effect) {
        Key source = source(compartment, effect);
        return source.exists() ? source.compartment().expiresAtMillis(source) : 0;
    }

    /**
     * Writes the value that a {@link Passage#VALUE_FORWARDED} effect is about as a bulk string, as DUMP does. Within the sink's call.
     *
     * @return false, with nothing written and the snapshot at its end, when there is no memory for it
     */
    public boolean dump(int compartment, Effect effect, ReplyWriter to) {
        Key source = source(compartment, effect);
        if (!source.exists() || !Dumps.write(source, to, server.connections())) {
            fail("no memory to put a value together: " + connections());
        }
        return failure == null;
    }

    /** RENAMED is told before the value goes, COPIED when it is there twice: in both cases it is under the first key. */
    private Key source(int compartment, Effect effect) {
        return walk.peek(compartment, effect.database, effect.key.address, effect.key.length);
    }

    // ---------------------------------------------------------------- facts

    /** Why there will be no whole file, or null: {@link #advance} does nothing more. */
    public @Nullable String failure() {
        return failure;
    }

    private void fail(String reason) {
        failure = reason;
    }

    private String connections() {
        return "'connections' uses " + server.connections().usedBytes() + " of " + server.connections().maxBytes() + " bytes";
    }

    /** True when {@link #advance} has something to do, if its output takes it. Else it waits for a lane, whose end is a turn of the loop. */
    public boolean isReady() {
        return failure == null && !closed && !inLane && (ended || !buffer.isEmpty() || firstHere() != null || isComplete());
    }

    private boolean isComplete() {
        for (int i = 0; i < keyspace.compartmentCount(); i++) {
            if (!walk.isComplete(i)) {
                return false;
            }
        }
        return true;
    }

    /** Keys written so far. */
    public long keys() {
        return keys;
    }

    /** Bytes the output has taken so far. */
    public long takenBytes() {
        return takenBytes;
    }

    /** Gives back all memory; at once, or when a lane that writes a value for it is done. */
    @Override
    public void close() {
        closed = true;
        if (!inLane) {
            buffer.close();
            writer.close();
        }
    }
}
