// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.replication;

/** A replica's connection: bytes that leave at once, a file put aside, and the stream, which waits for the file's end. Event loop. */
public interface ReplicaLink {
    /** What is delivered to the client from here on waits for {@link #release}. */
    void hold();

    /** Sends bytes ahead of what is held; they are copied. */
    void send(long address, long length);

    /** Puts bytes aside until their number is known; false when there is no memory for them. */
    boolean putAside(long address, long length);

    long asideBytes();

    /** Sends what was put aside. */
    void sendAside();

    /** What was held follows, and nothing is held any more. */
    void release();

    /** Sends what is left; a client that closes after its replies is closed then. */
    void finish();

    /** Bytes that the replica has not read. */
    long unsentBytes();

    /** Gives back what was put aside. */
    void close();
}
