// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.replication;

import dev.cofferdam.server.client.Client;
import org.jspecify.annotations.Nullable;

/** A client that is one of our replicas, or has said something only replicas say. Owns nothing; event loop. */
public final class Replica {
    /** Where it is on its way. */
    public enum State {
        /** Has not asked for anything yet. */
        ANNOUNCED("wait_bgsave"),
        /** Waits for a snapshot to begin. */
        WAITING("wait_bgsave"),
        /** Gets the file, or has got it and not said so. */
        LOADING("send_bulk"),
        /** Gets what happens. */
        ONLINE("online");

        private final String redisName;

        State(String redisName) {
            this.redisName = redisName;
        }

        /** In INFO and in Redis's monitors. */
        public String redisName() {
            return redisName;
        }
    }

    final Client client;
    final ReplicaLink link;
    State state = State.ANNOUNCED;
    /** Understands a file that ends with a mark. */
    boolean takesMark;
    /** Wants the file and no stream behind it. */
    boolean fileOnly;
    /** There is no room for its file. */
    boolean isRefused;
    /** Asked by PSYNC. */
    boolean saysOffset;
    int port;
    String address = "";
    long acknowledged;
    long acknowledgedMillis;
    @Nullable Session session;

    Replica(Client client, ReplicaLink link) {
        this.client = client;
        this.link = link;
    }

    /** REPLCONF listening-port. */
    public void listensOn(int value) {
        port = value;
    }

    /** REPLCONF ip-address. */
    public void isAt(String value) {
        address = value;
    }

    /** REPLCONF capa eof. */
    public void takesMark() {
        takesMark = true;
    }

    /** REPLCONF rdb-only. */
    public void wantsFileOnly(boolean value) {
        fileOnly = value;
    }

    /** In the middle of what only replicas do. */
    boolean isFollowing() {
        return state != State.ANNOUNCED;
    }

    public State state() {
        return state;
    }

    /** As it says, or as its connection is. */
    public String address() {
        String peer = client.peer();
        return address.isEmpty() ? peer.substring(0, Math.max(0, peer.lastIndexOf(':'))) : address;
    }

    public int port() {
        return port;
    }

    /** What it says it has, in bytes of the stream. */
    public long acknowledged() {
        return acknowledged;
    }

    /** Seconds since it last said so. */
    public long lagSeconds(long nowMillis) {
        return acknowledgedMillis == 0 ? 0 : Math.max(0, nowMillis - acknowledgedMillis) / 1000;
    }
}
