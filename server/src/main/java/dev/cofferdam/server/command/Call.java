// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.command;

import dev.cofferdam.keyspace.Compartment;
import dev.cofferdam.keyspace.EffectGroup;
import dev.cofferdam.keyspace.Key;
import dev.cofferdam.memory.Mem;
import dev.cofferdam.resp.NumberParser;
import dev.cofferdam.resp.ReplyWriter;
import dev.cofferdam.resp.RespParser;
import dev.cofferdam.server.Server;
import dev.cofferdam.server.client.Client;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * One command being executed: its arguments, where they are, who asked, and where the reply goes.
 *
 * <p>Owns a pool of {@link Key}s and what handlers keep from command to command ({@link PerCall}); reused from command to command, so a handler must not keep it. Used by the thread that executes
 * the command: the event loop, or the lane of the command's compartment. Argument bytes stay where they are until the command is over.
 *
 * <p>One file of more than 700 lines, because of its many short accessors: a handler finds all it may ask in one place. What a command leaves behind in a lane is in {@link LaneChanges}.
 */
public final class Call {
    private static final int STAYS = 0;
    /** Nothing has happened yet: the command begins anew in the lane. */
    private static final int BEGINS_IN_LANE = 1;
    /** A part is done, and must be followed by the rest. */
    private static final int GOES_ON_IN_LANE = 2;

    /** Keys kept for the next command; a command with more makes garbage once. */
    private static final int POOL_KEYS = 64;

    private final Server server;
    private final RespParser arguments;
    private final ReplyWriter reply;
    private final NumberParser parser = new NumberParser();
    /** By place, see {@link PerCall}. */
    final @Nullable Object[] reused = new Object[PerCall.PLACES];

    private @Nullable Client client;
    private @Nullable Command command;
    private int first;
    private int count;
    private Key[] keys = new Key[POOL_KEYS];
    private int keysUsed;
    /** Argument that the first pooled key was routed for before the command ran; 0 when none. */
    private int routedArgument;
    private boolean lane;
    private boolean ofScript;
    /** One of the plans below. */
    private int lanePlan;
    private boolean transaction;
    /** The command is one of a transaction that may go on in a lane; then what its commands so far have looked at counts too. */
    private boolean movable;
    private long lookedAt;
    /** Errors of a transaction's commands, which are counted as theirs. */
    private long innerErrors;
    private boolean script;
    private boolean rerun;
    private boolean blocked;
    private boolean errorIsCounted;
    private boolean dirty;
    private boolean reader;
    /** Compartments that a script in a lane took beyond those of its keys. */
    private int laneCompartments;
    private @Nullable EffectGroup laneEffects;
    /** Made when the call first runs in a lane. */
    private @Nullable LaneChanges laneChanges;
    private @Nullable CommandTally laneTally;

    /** Result of {@link #parseLong}. */
    public long number;
    /** Result of {@link #parseDouble}. */
    public double real;

    /** Of a command that is executed several times at once: how often it was. */
    public int executed;

    public Call(Server server, RespParser arguments, ReplyWriter reply) {
        this.server = server;
        this.arguments = arguments;
        this.reply = reply;
        for (int i = 0; i < keys.length; i++) {
            keys[i] = new Key();
        }
    }

    // ---------------------------------------------------------------- set-up, by the executor

    /** Points the call at arguments {@code first} to {@code first + count - 1} of the parser's table. */
    public void begin(Client caller, int firstArgument, int argumentCount) {
        client = caller;
        first = firstArgument;
        count = argumentCount;
        command = null;
        keysUsed = 0;
        routedArgument = 0;
        lanePlan = STAYS;
        transaction = false;
        script = false;
        rerun = false;
        blocked = false;
        dirty = false;
        reader = false;
        errorIsCounted = false;
        LaneChanges left = laneChanges;
        if (left != null) {
            left.clear(); // of a command that did not come to its end
        }
        laneCompartments = 0;
        if (keys.length > POOL_KEYS) {
            Key[] few = new Key[POOL_KEYS];
            System.arraycopy(keys, 0, few, 0, POOL_KEYS);
            keys = few;
        }
    }

    /** The arguments from {@code from} on as a call of their own: the command that COMMAND GETKEYS asks about. Allocates. */
    public Call tail(int from) {
        Call tail = new Call(server, arguments, reply);
        tail.begin(client(), first + from, count - from);
        return tail;
    }

    /** Points the call at one of the commands that repeat it, {@code steps} behind the one it is at. */
    public void beginRepetition(int steps) {
        begin(client(), first + steps * count, count);
    }

    public void setCommand(@Nullable Command found) {
        command = found;
        reader = found != null && found.reads();
    }

    /** The command being executed. Only valid once it was found. */
    public Command command() {
        Command found = command;
        if (found == null) {
            throw new IllegalStateException("no command yet");
        }
        return found;
    }

    /** Null while unknown. */
    public @Nullable Command commandOrNull() {
        return command;
    }

    /** The command runs as part of EXEC. */
    public void setTransaction(boolean value) {
        transaction = value;
    }

    public boolean inTransaction() {
        return transaction;
    }

    /** The command is one of a script. */
    public void setScript(boolean value) {
        script = value;
    }

    public boolean inScript() {
        return script;
    }

    /** All commands of this object are a script's. */
    public void setOfScript() {
        ofScript = true;
    }

    boolean isOfScript() {
        return ofScript;
    }

    /** What a script that is this command, in a lane, adds to the statistics. */
    public CommandTally laneTally() {
        CommandTally tally = laneTally;
        if (tally == null) {
            tally = new CommandTally();
            laneTally = tally;
        }
        return tally;
    }

    /** What this call's commands add in a lane is that of the command they are a part of. */
    void shareTally(Call outer) {
        laneTally = outer.laneTally();
    }

    @Nullable
    CommandTally laneTallyOrNull() {
        return laneTally;
    }

    /** The error this command is about to reply is that of another one, which was counted: a script's. */
    public void noteCountedError() {
        errorIsCounted = true;
    }

    /** So many errors among the command's replies are those of its transaction's commands. */
    void addInnerErrors(long errors) {
        innerErrors += errors;
    }

    /** How many of the errors were counted already; asked once. */
    long takeInnerErrors() {
        long errors = innerErrors;
        innerErrors = 0;
        return errors;
    }

    boolean isErrorCounted() {
        return errorIsCounted;
    }

    /** The command runs in a compartment's lane. */
    public void setLane(boolean value) {
        lane = value;
    }

    public boolean isInLane() {
        return lane;
    }

    /** The command was blocked and runs again because a key became ready. */
    public void setRerun(boolean value) {
        rerun = value;
    }

    public boolean isRerun() {
        return rerun;
    }

    /** True when the handler returned because it wants to run in the lane. */
    public boolean wantsLane() {
        return lanePlan != STAYS;
    }

    /** True when that command has done a part of its work, so that the rest must follow in the lane whatever becomes of its client. */
    public boolean hasBegun() {
        return lanePlan == GOES_ON_IN_LANE;
    }

    /** True when the handler's client now waits for a key, and no reply was written. */
    public boolean isBlocked() {
        return blocked;
    }

    /** True when the command changed data. */
    public boolean isDirty() {
        return dirty;
    }

    /**
     * Routes a key before the command runs: gives its compartment, and the hash for the touch pass. {@code before} is the call before it in the batch, whose key is
     * often the same: then that one's route is taken.
     */
    void routeFirst(int argument, @Nullable Call before) {
        Key key = keys[0];
        key.set(client().database(), address(argument), length(argument));
        if (before == null || before.routedArgument == 0 || !key.routeAs(before.keys[0])) {
            server.keyspace().route(key);
        }
        keysUsed = 1;
        routedArgument = argument;
    }

    /** The key that {@link #routeFirst} routed, or null. */
    @Nullable
    Key routedFirst() {
        return routedArgument == 0 ? null : keys[0];
    }

    /** The same where there is one. */
    Key routedKey() {
        return keys[0];
    }

    /** The compartment of a key argument, without looking the key up. */
    public Compartment compartmentOf(int argument) {
        int used = keysUsed;
        Compartment home = routed(argument).compartment();
        keysUsed = used;
        return home;
    }

    /** The hash of a key argument, without looking the key up. */
    public long hashOf(int argument) {
        int used = keysUsed;
        long hash = routed(argument).hash;
        keysUsed = used;
        return hash;
    }

    // ---------------------------------------------------------------- arguments

    /** Arguments, the command's name included. */
    public int count() {
        return count;
    }

    public long address(int i) {
        return arguments.address(first + i);
    }

    public int length(int i) {
        return arguments.length(first + i);
    }

    /** True when the argument is the word, in any case. {@code upperCaseToken} is ASCII in capitals. */
    public boolean is(int i, String upperCaseToken) {
        int length = length(i);
        if (length != upperCaseToken.length()) {
            return false;
        }
        long address = address(i);
        for (int k = 0; k < length; k++) {
            int c = Mem.getByte(address + k);
            if (c >= 'a' && c <= 'z') {
                c -= 32;
            }
            if (c != upperCaseToken.charAt(k)) {
                return false;
            }
        }
        return true;
    }

    /** The beginning of an argument as text: what a message shows of it, however long it is. */
    public String text(int i, int lengthMax) {
        return new String(Mem.bytes(address(i), Math.min(length(i), lengthMax)), StandardCharsets.ISO_8859_1);
    }

    /** The argument as text, one character a byte; for names and errors, not for data. */
    public String text(int i) {
        return new String(Mem.bytes(address(i), length(i)), StandardCharsets.ISO_8859_1);
    }

    /** Sets {@link #number}, or replies that the argument is no integer and answers false. */
    public boolean parseLong(int i) {
        if (tryLong(i)) {
            return true;
        }
        reply.error("ERR value is not an integer or out of range");
        return false;
    }

    /** As {@link #parseLong} with an error text of the command's own. */
    public boolean parseLong(int i, String error) {
        if (tryLong(i)) {
            return true;
        }
        reply.error(error);
        return false;
    }

    /** Sets {@link #number} when the argument is an integer; replies nothing. */
    public boolean tryLong(int i) {
        if (!parser.parseLong(address(i), length(i))) {
            return false;
        }
        number = parser.integer;
        return true;
    }

    /** The argument as an integer, or {@code otherwise}; leaves {@link #number} alone. */
    public long longOr(int i, long otherwise) {
        return parser.parseLong(address(i), length(i)) ? parser.integer : otherwise;
    }

    /** Sets {@link #real}, or replies that the argument is no number and answers false. Infinities are numbers, NaN is none. */
    public boolean parseDouble(int i) {
        return parseDouble(i, "ERR value is not a valid float");
    }

    public boolean parseDouble(int i, String error) {
        if (tryDouble(i)) {
            return true;
        }
        reply.error(error);
        return false;
    }

    /** Sets {@link #real} when the argument is a number; replies nothing. */
    public boolean tryDouble(int i) {
        return tryDouble(address(i), length(i));
    }

    /** As above, for a part of an argument. */
    public boolean tryDouble(long address, int length) {
        if (!parser.parseDouble(address, length)) {
            return false;
        }
        real = parser.real;
        return true;
    }

    /** Sets {@link #number} to the milliseconds of a blocking command's timeout in seconds (0: none), or replies what is wrong with it. */
    public boolean parseTimeout(int i) {
        if (!tryDouble(i)) {
            reply.error("ERR timeout is not a float or out of range");
            return false;
        }
        double millis = Math.ceil(real * 1000);
        // Beyond a long Redis's own sum turns negative, and so does its answer.
        if (real < 0 || millis >= Long.MAX_VALUE) {
            reply.error("ERR timeout is negative");
            return false;
        }
        if (millis > Long.MAX_VALUE - server.nowMillis()) {
            reply.error("ERR timeout is out of range");
            return false;
        }
        number = (long) millis;
        return true;
    }

    // ---------------------------------------------------------------- keys

    /** Routes and looks up the key at argument {@code i}; counts as a use. Valid until the command ends. */
    public Key key(int i) {
        Key key = routed(i);
        countLookup(client().isNoTouch() ? lookUpUntouched(key) : key.compartment().locate(key), key);
        return key;
    }

    /** CLIENT NO-TOUCH: no command but TOUCH counts as a use. */
    private boolean lookUpUntouched(Key key) {
        return command().name().equals("touch") ? key.compartment().locate(key) : key.compartment().peek(key);
    }

    /** INFO's hits and misses are those of reading commands. */
    private void countLookup(boolean found, Key key) {
        if (reader && !lane) {
            server.statistics().countLookup(found);
            if (!found && server.keyNews().isHeard()) {
                server.keyNews().missed(key);
            }
        }
    }

    /** As {@link #key}, but no use in eviction's eyes: TTL, OBJECT, EXISTS and the like. */
    public Key peek(int i) {
        Key key = routed(i);
        countLookup(key.compartment().peek(key), key);
        return key;
    }

    /** As {@link #peek}, also when the key's time is over, and not counted. */
    public Key peekAnyway(int i) {
        Key key = routed(i);
        key.compartment().peekAnyway(key);
        return key;
    }

    /** As {@link #key} with one object for all arguments: for loops over many keys. Valid until the next call of this method. */
    public Key eachKey(int i) {
        if (routedArgument == 0 && keysUsed == 0) {
            keysUsed = 1;
        }
        routedArgument = 0;
        Key key = keys[0];
        key.set(client().database(), address(i), length(i));
        server.keyspace().route(key);
        countLookup(client().isNoTouch() ? lookUpUntouched(key) : key.compartment().locate(key), key);
        return key;
    }

    /** As {@link #eachKey}, but no use in eviction's eyes. */
    public Key eachPeek(int i) {
        if (routedArgument == 0 && keysUsed == 0) {
            keysUsed = 1;
        }
        routedArgument = 0;
        Key key = keys[0];
        key.set(client().database(), address(i), length(i));
        countLookup(server.keyspace().route(key).peek(key), key);
        return key;
    }

    /** What {@link #eachKey} found, as an object that stays: for the few that a command over many keys goes on with. Valid until the command ends. */
    public Key kept(Key found) {
        Key key = pooledKey();
        key.set(found.database, found.address, found.length);
        server.keyspace().route(key).peek(key);
        return key;
    }

    /** Bits of the compartments of all keys that a pattern stands for: what is before the first star begins them. None without a star. */
    int reachOfPattern(int i) {
        int star = CallText.indexOf('*', address(i), CallText.lengthToNul(address(i), length(i)));
        return star < 0 ? 0 : server.keyspace().reach(client().database(), address(i), star);
    }

    /** Bits of the compartments of all keys that a glob may match: what is before the first special character begins them. */
    int reachOfGlob(int i) {
        long pattern = address(i);
        int literal = 0;
        while (literal < length(i) && "*?[\\".indexOf(Mem.getByte(pattern + literal)) < 0) {
            literal++;
        }
        return server.keyspace().reach(client().database(), pattern, literal);
    }

    /**
     * Looks a key up whose name the command made itself; counts as a use. It must lie in a compartment of the command's ({@link KeySpec#keysLike}). The object and
     * the name's bytes are the caller's.
     */
    public boolean lookUp(Key key, long nameAddress, int nameLength) {
        key.set(client().database(), nameAddress, nameLength);
        server.keyspace().route(key);
        boolean found = client().isNoTouch() ? key.compartment().peek(key) : key.compartment().locate(key);
        if (!lane) {
            server.statistics().countLookup(found);
            if (!found && server.keyNews().isHeard()) {
                server.keyNews().missed(key);
            }
        }
        return found;
    }

    /** As {@link #lookUp}, but no use in eviction's eyes, and not counted: for sizers. */
    public boolean lookAt(Key key, long nameAddress, int nameLength) {
        key.set(client().database(), nameAddress, nameLength);
        return server.keyspace().route(key).peek(key);
    }

    /** A key of another database (MOVE, COPY ... DB): routed and looked up. */
    public Key key(int i, int database) {
        Key key = pooledKey();
        key.set(database, address(i), length(i));
        server.keyspace().route(key).locate(key);
        return key;
    }

    private Key routed(int i) {
        if (i == routedArgument && keys[0].database == client().database()) {
            return keys[0];
        }
        Key key = pooledKey();
        key.set(client().database(), address(i), length(i));
        server.keyspace().route(key);
        return key;
    }

    private Key pooledKey() {
        if (keysUsed == keys.length) {
            Key[] more = new Key[keys.length * 2];
            System.arraycopy(keys, 0, more, 0, keys.length);
            for (int i = keys.length; i < more.length; i++) {
                more[i] = new Key();
            }
            keys = more;
        }
        return keys[keysUsed++];
    }

    /** True when the key is absent or of the type; otherwise replies WRONGTYPE and answers false. */
    public boolean typeIs(Key key, ValueType type) {
        if (key.entry == 0 || ValueType.of(key.kind()) == type) {
            return true;
        }
        reply.error("WRONGTYPE Operation against a key holding the wrong kind of value");
        return false;
    }

    /** To be called after each modification of a key: watching and blocked clients, the count of changes. {@code event} as in keyspace notifications. */
    public void changed(Key key, String event) {
        dirty = true;
        if (!lane) {
            server.changed(client(), key, event);
            return;
        }
        laneChanges().add(key, server.keyNews().isHeard() ? event : null);
    }

    /** As {@link #changed(Key, String)}, by so many equal commands in a row of which nobody hears one by one. */
    public void changed(Key key, int times) {
        dirty = true;
        server.changed(key.hash);
        server.statistics().changes += times - 1;
    }

    /** The script that this call runs has read something, for a client that tracks: as Redis does, the keys it was called with count as read. */
    public void noteScriptReads() {
        if (lane) {
            laneChanges().addRead();
        } else {
            server.tracking().remember(this);
        }
    }

    private LaneChanges laneChanges() {
        LaneChanges changes = laneChanges;
        if (changes == null) {
            changes = new LaneChanges();
            laneChanges = changes;
        }
        return changes;
    }

    /** After {@link #changed}: a second event of the same change, for who listens to the key. */
    public void tellAlso(Key key, String event) {
        if (!lane && server.keyNews().isHeard()) {
            server.keyNews().changedAlso(key, event);
        }
    }

    /** A command that also writes has read the key: tells who listens for misses when it is absent, as reading commands do by themselves. */
    public void tellIfMissed(Key key) {
        if (!reader && !lane && !key.exists() && server.keyNews().isHeard()) {
            server.keyNews().missed(key);
        }
    }

    /** Everything in a database changed at once (FLUSHDB); -1 for all databases. */
    public void databaseChanged(int database) {
        databasesChanged(database < 0 ? Server.ALL_DATABASES : 1 << database);
    }

    /** Everything in the databases of these bits changed at once (SWAPDB). */
    public void databasesChanged(int databases) {
        dirty = true;
        if (lane) {
            laneChanges().addDatabases(databases);
        } else {
            server.databasesChanged(databases);
        }
    }

    /** Replies that a compartment is full, with its numbers and the way out. */
    public void replyFull(Compartment compartment) {
        reply.error(Admission.refusal(compartment));
    }

    /** Event loop, after the lane and while the arguments are where they were: does for what changed there what {@link #changed} does here. */
    public void tellLaneChanges() {
        LaneChanges changes = laneChanges;
        if (changes != null) {
            changes.tell(this);
        }
    }

    // ---------------------------------------------------------------- surroundings

    public ReplyWriter reply() {
        return reply;
    }

    public Client client() {
        Client caller = client;
        if (caller == null) {
            throw new IllegalStateException("call was not begun");
        }
        return caller;
    }

    public Server server() {
        return server;
    }

    /** The time all commands of a batch see. */
    public long nowMillis() {
        return server.nowMillis();
    }

    /** Seeded at start; not for secrets. */
    public Random random() {
        return server.random();
    }

    // ---------------------------------------------------------------- long and waiting commands

    /**
     * True when a command that will look at so many elements must not run here: the handler then returns at once, having changed and replied
     * nothing, and runs again in the compartment's lane, where this answers false.
     */
    public boolean heavy(long elements) {
        if (rerun || !mayMove()) {
            return false;
        }
        if (elements <= server.settings().laneThresholdElements() - lookedAt) {
            lookedAt += movable ? elements : 0;
            return false;
        }
        lanePlan = BEGINS_IN_LANE;
        return true;
    }

    /**
     * For sizers of results that take as long to measure as to make: true when this one, of so many elements, is to be measured now. A long command that is alone
     * measures in its lane; a transaction is then admitted there.
     */
    public boolean measuresHere(long elements) {
        if (elements <= server.settings().laneThresholdElements() || transaction && !mayMove()) {
            return true;
        }
        if (transaction) {
            lanePlan = BEGINS_IN_LANE;
        }
        return false;
    }

    /** All commands of this object are of transactions that may go on in a lane. */
    void setMovable() {
        movable = true;
    }

    /** True when the command may ask for the lane. */
    public boolean mayMove() {
        return !lane && (!transaction || movable);
    }

    /** A transaction begins. */
    void forgetLooks() {
        lookedAt = 0;
    }

    /** The handler returns, having changed and replied nothing, and runs again in the lane of its compartments. From within a transaction only if it {@link #mayMove}. */
    public void moveToLane() {
        lanePlan = BEGINS_IN_LANE;
    }

    /** As above, of a command that is not to begin anew there but to go on: it must come to its end, whatever becomes of its client. */
    void goOnInLane() {
        lanePlan = GOES_ON_IN_LANE;
    }

    /** Event loop: the lane of this call got more compartments, to be given back with the others. */
    public void addLaneCompartments(int compartments) {
        laneCompartments |= compartments;
    }

    /** The group of the effects of this call's lane, which compartments that come later follow too. */
    public void setLaneEffects(EffectGroup effects) {
        laneEffects = effects;
    }

    public @Nullable EffectGroup laneEffects() {
        return laneEffects;
    }

    public int laneCompartments() {
        return laneCompartments;
    }

    /** Takes over what a script's command changed in a lane. */
    public void adoptLaneChanges(Call inner) {
        LaneChanges changes = inner.laneChanges;
        if (changes != null) {
            laneChanges().adopt(changes);
        }
        dirty |= inner.dirty;
    }

    /** As {@link #heavy}, for a command that changes so many keys: while somebody listens to keys, more than the lane can remember change on the loop. */
    public boolean heavyChanges(long changedKeys) {
        return (changedKeys <= LaneChanges.KEYS_MAX || !server.keyNews().isHeard()) && heavy(changedKeys);
    }

    /**
     * Makes the client wait until one of the keys becomes ready; the same command then runs again. Answers false when it must not wait (inside
     * MULTI): the handler then replies what an empty result is.
     *
     * @param type what the keys must hold for the command to go on
     * @param firstKey argument of the first key; the others follow directly
     * @param timeoutMillis 0 for no limit; when it passes, the reply is a nil array
     */
    public boolean block(ValueType type, int firstKey, int keyCount, long timeoutMillis) {
        if (transaction) {
            return false;
        }
        if (!rerun && !server.blocking().block(this, type, firstKey, keyCount, timeoutMillis)) {
            return true;
        }
        blocked = true;
        return true;
    }

    /** Makes the client wait until replicas say more; the command runs again whenever one does. False inside of MULTI, where nobody waits. */
    public boolean blockForReplicas(long timeoutMillis) {
        if (transaction) {
            return false;
        }
        if (!rerun) {
            server.blocking().blockForReplicas(client(), timeoutMillis == 0 ? 0 : nowMillis() + timeoutMillis);
        }
        blocked = true;
        return true;
    }
}
