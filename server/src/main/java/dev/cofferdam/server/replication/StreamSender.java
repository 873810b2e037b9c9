// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.replication;

import dev.cofferdam.memory.Account;
import dev.cofferdam.memory.Mem;
import dev.cofferdam.server.client.Client;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Predicate;

/**
 * Puts units on their way to replicas: with SELECT where the database changes, between MULTI and EXEC where they are more than one command.
 *
 * <p>Owns a small buffer for what stands around units, and knows which database those that follow have selected. Event loop.
 */
final class StreamSender {
    private static final int BUFFER_BYTES = 4096;
    /** Of a PING with a payload, apart from that. */
    private static final int PADDED_PING_BYTES = "*2\r\n$4\r\nPING\r\n$0000000000\r\n\r\n".length();
    private static final byte[] MULTI = "*1\r\n$5\r\nMULTI\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] EXEC = "*1\r\n$4\r\nEXEC\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] PING = "*1\r\n$4\r\nPING\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] GETACK = "*3\r\n$8\r\nREPLCONF\r\n$6\r\nGETACK\r\n$1\r\n*\r\n".getBytes(StandardCharsets.US_ASCII);

    private final Account account;
    private long buffer;
    private int database = -1;

    StreamSender(Account account) {
        this.account = account;
    }

    /** False when there is no memory for the little it needs. */
    boolean isReady() {
        if (buffer == 0) {
            buffer = account.takeRun(BUFFER_BYTES);
        }
        return buffer != 0;
    }

    void close() {
        if (buffer != 0) {
            account.returnRun(buffer, BUFFER_BYTES);
            buffer = 0;
        }
        database = -1;
    }

    /** Somebody has joined who has selected another one. */
    void forgetDatabase() {
        database = -1;
    }

    /** Sends all units; answers the bytes that each got. */
    long send(EffectCommands units, List<Replica> replicas, Predicate<Replica> who) {
        long bytes = 0;
        for (int i = 0; i < units.units(); i++) {
            bytes += send(units, i, database, replicas, who);
            database = units.lastDatabase(i);
        }
        return bytes;
    }

    /** The same for those of a session, which has a database of its own. */
    long sendLate(EffectCommands units, Session session) {
        long bytes = 0;
        for (int i = 0; i < units.units(); i++) {
            bytes += send(units, i, session.database, session.replicas, each -> !each.fileOnly);
            session.database = units.lastDatabase(i);
        }
        return bytes;
    }

    private long send(EffectCommands units, int unit, int selected, List<Replica> replicas, Predicate<Replica> who) {
        int before = 0;
        if (units.firstDatabase(unit) != selected) {
            String number = Integer.toString(units.firstDatabase(unit));
            before += put(before, ("*2\r\n$6\r\nSELECT\r\n$" + number.length() + "\r\n" + number + "\r\n")
                .getBytes(StandardCharsets.US_ASCII));
        }
        boolean many = units.isMany(unit);
        if (many) {
            before += put(before, MULTI);
        }
        deliver(buffer, before, replicas, who);
        deliver(units.address(unit), units.bytes(unit), replicas, who);
        if (many) {
            put(0, EXEC);
            deliver(buffer, EXEC.length, replicas, who);
        }
        return before + units.bytes(unit) + (many ? EXEC.length : 0);
    }

    private int put(int at, byte[] bytes) {
        Mem.copyFrom(bytes, 0, buffer + at, bytes.length);
        return bytes.length;
    }

    /** From the last on: a replica that is cut leaves the list. */
    private static int deliver(long address, long length, List<Replica> replicas, Predicate<Replica> who) {
        int count = 0;
        for (int i = replicas.size() - 1; length > 0 && i >= 0; i--) {
            if (i < replicas.size() && who.test(replicas.get(i))) {
                replicas.get(i).client.deliver(address, length);
                count++;
            }
        }
        return count;
    }

    // ---------------------------------------------------------------- what is no effect

    /** Bytes that mean nothing, so that all have the same number. */
    void pad(long bytes, List<Replica> replicas, Predicate<Replica> who) {
        long left = bytes;
        if (left >= PADDED_PING_BYTES + 1_000_000_000L) {
            throw new IllegalStateException("streams differ by " + bytes + " bytes");
        }
        if (left > PADDED_PING_BYTES) {
            long payload = left - PADDED_PING_BYTES;
            String number = Long.toString(payload);
            int head = put(0, ("*2\r\n$4\r\nPING\r\n$" + number + "\r\n").getBytes(StandardCharsets.US_ASCII));
            deliver(buffer, head, replicas, who);
            Mem.fill(buffer, BUFFER_BYTES, (byte) ' ');
            for (long rest = payload; rest > 0; rest -= BUFFER_BYTES) {
                deliver(buffer, Math.min(rest, BUFFER_BYTES), replicas, who);
            }
            put(0, new byte[] {'\r', '\n'});
            deliver(buffer, 2, replicas, who);
            left -= head + payload + 2;
        }
        Mem.fill(buffer, BUFFER_BYTES, (byte) '\n');
        deliver(buffer, left, replicas, who);
    }

    /** Answers the bytes each got, 0 when there was nobody. */
    long ping(List<Replica> replicas, Predicate<Replica> who) {
        return sendWords(PING, replicas, who);
    }

    /** As {@link #ping}: asks how far each is. */
    long getAck(List<Replica> replicas, Predicate<Replica> who) {
        return sendWords(GETACK, replicas, who);
    }

    private long sendWords(byte[] words, List<Replica> replicas, Predicate<Replica> who) {
        put(0, words);
        return deliver(buffer, words.length, replicas, who) > 0 ? words.length : 0;
    }

    /** A line of the handshake, which is no part of the stream. */
    void line(Client client, String text) {
        byte[] bytes = (text + "\r\n").getBytes(StandardCharsets.US_ASCII);
        put(0, bytes);
        client.deliver(buffer, bytes.length);
    }

    /** Keeps a replica that waits from giving up. */
    void newline(Client client) {
        if (isReady()) {
            put(0, new byte[] {'\n'});
            client.deliver(buffer, 1);
        }
    }

    void ahead(ReplicaLink link, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        put(0, bytes);
        link.send(buffer, bytes.length);
    }
}
