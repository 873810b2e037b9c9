// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.pubsub;

import dev.cofferdam.memory.Mem;
import dev.cofferdam.resp.NumberPrinter;
import dev.cofferdam.server.client.Client;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Tells one client, or whom it redirects to, which keys are out of date: a push in RESP3, a message of a channel in RESP2.
 *
 * <p>Owns its buffer, which goes out in pieces. Event loop only; makes no garbage. What always holds: a message never comes before the reply of the command that is
 * just being executed for its receiver.
 *
 * <pre>
 *  RESP3  &gt;2 "invalidate" | *n key ... or null |
 *  RESP2  *3 "message" "__redis__:invalidate" | *n key ... or null |
 * </pre>
 */
final class InvalidationMessage {
    private static final int BUFFER_BYTES = 4096;
    private static final int LENGTH_MAX_BYTES = 32;
    private static final byte[] PUSH = bytes(">2\r\n$10\r\ninvalidate\r\n");
    private static final byte[] MESSAGE = bytes("*3\r\n$7\r\nmessage\r\n$20\r\n__redis__:invalidate\r\n");
    private static final byte[] BROKEN = bytes(">2\r\n$21\r\ntracking-redir-broken\r\n:");
    private static final byte[] NULL_3 = bytes("_\r\n");
    private static final byte[] NULL_2 = bytes("$-1\r\n");
    private static final byte[] LINE_END = bytes("\r\n");

    private final ListenerMemory memory;
    private long buffer;
    private int used;
    private @Nullable Client receiver;

    InvalidationMessage(ListenerMemory memory) {
        this.memory = memory;
    }

    private static byte[] bytes(String ascii) {
        return ascii.getBytes(StandardCharsets.US_ASCII);
    }

    /** False when there is no memory for it. */
    boolean isReady() {
        if (buffer == 0) {
            buffer = memory.take(BUFFER_BYTES);
        }
        return buffer != 0;
    }

    /** Nobody tracks any more. */
    void close() {
        if (buffer != 0) {
            memory.giveBack(buffer, BUFFER_BYTES);
            buffer = 0;
        }
    }

    /** That one key is out of date. */
    void sendKey(Tracker tracker, long key, int length) {
        if (begin(tracker)) {
            array(1);
            key(key, length);
            end();
        }
    }

    /** That everything is out of date. */
    void sendAll(Tracker tracker) {
        if (begin(tracker)) {
            put(tracker.client.resp3() ? NULL_3 : NULL_2);
            end();
        }
    }

    /** Begins a message, to be followed by {@link #array}, keys and {@link #end}; false when there is nobody who could understand it. */
    boolean begin(Tracker tracker) {
        used = 0;
        Client target = tracker.target();
        if (target != null && target.isClosed()) {
            tellBroken(tracker, target);
            return false;
        }
        Client to = target == null ? tracker.client : target;
        receiver = to;
        if (to.resp3()) {
            put(PUSH);
            return true;
        }
        if (target != null && target.isSubscribed()) {
            put(MESSAGE);
            return true;
        }
        return false;
    }

    private void tellBroken(Tracker tracker, Client target) {
        tracker.broken = true;
        if (tracker.client.resp3()) {
            receiver = tracker.client;
            put(BROKEN);
            used += NumberPrinter.writeLong(buffer + used, target.id());
            put(LINE_END);
            end();
        }
    }

    void array(int keys) {
        head('*', keys);
    }

    void key(long address, int length) {
        head('$', length);
        if (length > BUFFER_BYTES - used - LINE_END.length) {
            flush();
        }
        if (length > BUFFER_BYTES - LINE_END.length) {
            Objects.requireNonNull(receiver).deliverBehind(address, length);
        } else {
            Mem.copy(address, buffer + used, length);
            used += length;
        }
        put(LINE_END);
    }

    void end() {
        flush();
    }

    private void head(char type, int number) {
        if (BUFFER_BYTES - used < LENGTH_MAX_BYTES) {
            flush();
        }
        Mem.putByte(buffer + used++, (byte) type);
        used += NumberPrinter.writeLong(buffer + used, number);
        put(LINE_END);
    }

    private void put(byte[] bytes) {
        if (BUFFER_BYTES - used < bytes.length) {
            flush();
        }
        Mem.copyFrom(bytes, 0, buffer + used, bytes.length);
        used += bytes.length;
    }

    private void flush() {
        if (used > 0) {
            Objects.requireNonNull(receiver).deliverBehind(buffer, used);
            used = 0;
        }
    }
}
