// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.client;

import dev.cofferdam.keyspace.Compartment;
import dev.cofferdam.server.acl.User;
import dev.cofferdam.server.pubsub.Subscriber;
import dev.cofferdam.server.pubsub.Tracker;
import dev.cofferdam.server.replication.ReplicaLink;
import org.jspecify.annotations.Nullable;

/**
 * A client as commands see it: who it is, which database and protocol it uses, its transaction and what it waits for.
 *
 * <p>Owns no memory off-heap; the subclass in {@code net} owns socket and buffers. Event loop only. Kept small: ten thousand idle ones shall cost
 * less than 20 MB with their sockets.
 */
public abstract class Client {
    /** A connection's objects on the Java heap, its channel and what the selector knows of it included: about so much. */
    private static final int OBJECTS_BYTES = 1024;
    private static final int AUTHENTICATED = 1;
    private static final int MULTI = 1 << 1;
    private static final int EXEC_FAILS = 1 << 2;
    private static final int WATCH_BROKEN = 1 << 3;
    private static final int CLOSE_AFTER_REPLY = 1 << 4;
    private static final int NO_EVICT = 1 << 5;
    private static final int REPLY_OFF = 1 << 6;
    private static final int REPLY_SKIP_NEXT = 1 << 7;
    private static final int REPLY_SKIP_THIS = 1 << 8;
    private static final int RESP3 = 1 << 9;
    private static final int NO_TOUCH = 1 << 10;
    private static final int SUBSCRIBED = 1 << 11;
    private static final int MONITOR = 1 << 12;
    private static final int TRACKING = 1 << 13;
    private static final int REPLICA = 1 << 14;

    private final long id;
    private int flags;
    private User user = User.NOBODY;
    private int database;
    private @Nullable String name;
    private @Nullable String libraryName;
    private @Nullable String libraryVersion;
    private @Nullable Compartment boundCompartment;
    private @Nullable Subscriber subscriber;
    private @Nullable Tracker tracker;
    private final long createdMillis;
    private long lastUseMillis;
    private String lastCommand = "NULL";
    long commands;

    @Nullable KeyLink watched;
    int watchedCount;
    @Nullable KeyLink waitsFor;
    long deadlineMillis;
    /** What {@code $} meant when a waiting XREAD began, in pairs by key: it runs again from its own arguments. */
    public long @Nullable [] awaitedIds;
    /** Bytes of the replication stream that a waiting WAIT wants to be acknowledged. */
    public long awaitedOffset;
    int timerPlace = -1;

    protected Client(long id, long nowMillis) {
        this.id = id;
        this.createdMillis = nowMillis;
        this.lastUseMillis = nowMillis;
    }

    /**
     * Sends the client a message it did not ask for just now: RESP that is ready. Behind the replies written so far; when one is just being written, behind
     * that. Parts of a message may come one by one. The bytes are taken or copied at once.
     */
    public abstract void deliver(long address, long length);

    /** As {@link #deliver}, but never before the reply of the command that is just being executed for this client. */
    public void deliverBehind(long address, long length) {
        deliver(address, length);
    }

    /** What is needed to have a replica at this connection's other end. */
    public abstract ReplicaLink replicaLink();

    /** The connection is no more. */
    public abstract boolean isClosed();

    /** Closes the connection soon: at once if nothing runs for it, else after the current command. */
    public abstract void close(String reason);

    /** Peer as "address:port". */
    public abstract String peer();

    /** Our end as "address:port". */
    public abstract String local();

    /** File descriptor, or -1. */
    public abstract int descriptor();

    /** Bytes received and not executed yet, without {@link #argumentBytes}. */
    public abstract long inputBytes();

    /** Of these, the whole arguments and the heads of a command that has not arrived whole. */
    public abstract long argumentBytes();

    /** Bytes of input buffer held. */
    public abstract long inputBufferBytes();

    /** Bytes of replies waiting for the reader. */
    public abstract long outputBytes();

    /** Bytes held for a transaction's commands. */
    public abstract long queueBytes();

    /** The queue of the open transaction, made when first asked for; null when there is no memory for it. */
    public abstract @Nullable CommandQueue commandQueue();

    /** Gives the queue's memory back. */
    public abstract void dropCommandQueue();

    /** Commands queued by MULTI; -1 outside. */
    public abstract int queuedCommands();

    /** All it holds: buffers, what is watched and listened to, and values that are being sent to it. */
    public long memoryBytes() {
        long bytes = OBJECTS_BYTES + inputBufferBytes() + outputBytes() + queueBytes() + (long) watchedCount * KeyLink.BYTES;
        Subscriber listening = subscriber;
        Tracker tracking = tracker;
        return bytes + (listening == null ? 0 : listening.bytes()) + (tracking == null ? 0 : tracking.bytes());
    }

    public long id() {
        return id;
    }

    public int database() {
        return database;
    }

    public void setDatabase(int number) {
        database = number;
    }

    /** Empty when it has none. */
    public String name() {
        return name == null ? "" : name;
    }

    public void setName(String newName) {
        name = newName.isEmpty() ? null : newName;
    }

    public String libraryName() {
        return libraryName == null ? "" : libraryName;
    }

    public void setLibraryName(String value) {
        libraryName = value;
    }

    public String libraryVersion() {
        return libraryVersion == null ? "" : libraryVersion;
    }

    public void setLibraryVersion(String value) {
        libraryVersion = value;
    }

    /** The compartment chosen by COMPARTMENT USE, or null. */
    public @Nullable Compartment boundCompartment() {
        return boundCompartment;
    }

    public void bindTo(@Nullable Compartment compartment) {
        boundCompartment = compartment;
    }

    public long createdMillis() {
        return createdMillis;
    }

    public long lastUseMillis() {
        return lastUseMillis;
    }

    /** Full name of the last command, "NULL" before the first. */
    public String lastCommand() {
        return lastCommand;
    }

    /** A command of this client runs. */
    public void used(String commandName, long nowMillis) {
        lastCommand = commandName;
        lastUseMillis = nowMillis;
        commands++;
    }

    /** As above, of so many commands. */
    public void used(String commandName, long nowMillis, int times) {
        used(commandName, nowMillis);
        commands += times - 1;
    }

    /** A command of this client is looked at, and perhaps refused. */
    public void tried(String commandName) {
        lastCommand = commandName;
    }

    public void touched(long nowMillis) {
        lastUseMillis = nowMillis;
    }

    private boolean has(int flag) {
        return (flags & flag) != 0;
    }

    private void set(int flag, boolean value) {
        flags = value ? flags | flag : flags & ~flag;
    }

    public boolean isAuthenticated() {
        return has(AUTHENTICATED);
    }

    public void setAuthenticated(boolean value) {
        set(AUTHENTICATED, value);
    }

    /** Authenticated, and as somebody who may do everything: nothing needs to be checked. */
    public boolean isTrusted() {
        return has(AUTHENTICATED) && user.isUnrestricted();
    }

    /** Who it is: the default user until it says otherwise. */
    public User user() {
        return user;
    }

    public void setUser(User value) {
        user = value;
    }

    public boolean resp3() {
        return has(RESP3);
    }

    public void setResp3(boolean value) {
        set(RESP3, value);
    }

    /** In a transaction, or subscribed to something: a command may have to be kept or refused. The usual false costs one test. */
    public boolean hasMode() {
        return (flags & (MULTI | SUBSCRIBED)) != 0;
    }

    /** Listens to a channel or pattern. */
    public boolean isSubscribed() {
        return has(SUBSCRIBED);
    }

    public void setSubscribed(boolean value) {
        set(SUBSCRIBED, value);
    }

    /** Sees all commands. */
    public boolean isMonitor() {
        return has(MONITOR);
    }

    public void setMonitor(boolean value) {
        set(MONITOR, value);
    }

    /** Gets everything that happens to the keys. */
    public boolean isReplica() {
        return has(REPLICA);
    }

    public void setReplica(boolean value) {
        set(REPLICA, value);
    }

    /** Its subscriptions; null while it has none. */
    public @Nullable Subscriber subscriber() {
        return subscriber;
    }

    public void setSubscriber(@Nullable Subscriber value) {
        subscriber = value;
    }

    /** Has the server watch over its cache. */
    public boolean isTracking() {
        return has(TRACKING);
    }

    /** How it does so; null while it does not. */
    public @Nullable Tracker tracker() {
        return tracker;
    }

    public void setTracker(@Nullable Tracker value) {
        tracker = value;
        set(TRACKING, value != null);
    }

    public boolean inMulti() {
        return has(MULTI);
    }

    public void setMulti(boolean value) {
        set(MULTI, value);
        if (!value) {
            set(EXEC_FAILS, false);
            set(WATCH_BROKEN, false);
        }
    }

    /** A command could not be queued, so EXEC will refuse. */
    public void failExec() {
        if (has(MULTI)) {
            set(EXEC_FAILS, true);
        }
    }

    public boolean execFails() {
        return has(EXEC_FAILS);
    }

    public void markWatchBroken() {
        set(WATCH_BROKEN, true);
    }

    public boolean isWatchBroken() {
        return has(WATCH_BROKEN);
    }

    public void clearWatchBroken() {
        set(WATCH_BROKEN, false);
    }

    public int watchedKeys() {
        return watchedCount;
    }

    public boolean isBlocked() {
        return waitsFor != null;
    }

    /** When the wait for a key ends, in milliseconds since 1970; 0 for never or not waiting. */
    public long deadlineMillis() {
        return deadlineMillis;
    }

    public boolean closesAfterReply() {
        return has(CLOSE_AFTER_REPLY);
    }

    /** No further command is executed; the connection closes when the replies are sent. */
    public void closeAfterReply() {
        set(CLOSE_AFTER_REPLY, true);
    }

    public boolean isNoEvict() {
        return has(NO_EVICT);
    }

    public void setNoEvict(boolean value) {
        set(NO_EVICT, value);
    }

    public boolean isNoTouch() {
        return has(NO_TOUCH);
    }

    public void setNoTouch(boolean value) {
        set(NO_TOUCH, value);
    }

    public boolean repliesOff() {
        return has(REPLY_OFF);
    }

    /** CLIENT REPLY ON or OFF. */
    public void setRepliesOff(boolean value) {
        set(REPLY_OFF, value);
        if (!value) {
            set(REPLY_SKIP_NEXT, false);
            set(REPLY_SKIP_THIS, false);
        }
    }

    /** CLIENT REPLY SKIP: neither this command nor the next is answered. */
    public void skipNextReply() {
        if (!has(REPLY_OFF)) {
            set(REPLY_SKIP_NEXT, true);
        }
    }

    /** True when the reply of the command that just ran is dropped; moves on the skipping of the next one. */
    public boolean dropsThisReply() {
        boolean drops = has(REPLY_OFF) || has(REPLY_SKIP_THIS) || has(REPLY_SKIP_NEXT);
        set(REPLY_SKIP_THIS, has(REPLY_SKIP_NEXT));
        set(REPLY_SKIP_NEXT, false);
        return drops;
    }

    /** True when any reply rule but "on" is in force; the usual false costs one test. */
    public boolean hasReplyRule() {
        return (flags & (REPLY_OFF | REPLY_SKIP_NEXT | REPLY_SKIP_THIS)) != 0;
    }

    /** As a new connection: RESET. Who it is then, access control says. */
    public void reset() {
        flags &= CLOSE_AFTER_REPLY | REPLICA;
        database = 0;
        name = null;
        boundCompartment = null;
    }
}
