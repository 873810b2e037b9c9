// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.pubsub;

import dev.cofferdam.memory.Mem;
import dev.cofferdam.resp.NumberPrinter;
import dev.cofferdam.server.client.Client;
import java.nio.charset.StandardCharsets;

/**
 * One message on its way to many clients: put together once, sent to each.
 *
 * <p>Owns its buffer, taken with the first subscription. Event loop only; makes no garbage. A message that does not fit goes out in parts, its payload from
 * where it lies.
 *
 * <pre>
 *  | *3 or &gt;3 | "message" | channel | payload |
 * </pre>
 */
final class MessageBuffer {
    /** The largest message that is put together. */
    static final int BYTES = 8192;
    private static final int HEAD_MAX_BYTES = 512;
    private static final byte[] LINE_END = {'\r', '\n'};

    private final ListenerMemory memory;
    private long buffer;
    private long position;
    private long first;
    private long second;
    private long third;
    private int firstLength;
    private int secondLength;
    private int thirdLength;
    private byte[] head = {};
    private boolean whole;

    MessageBuffer(ListenerMemory memory) {
        this.memory = memory;
    }

    /** False when there is no memory for it. */
    boolean isReady() {
        if (buffer == 0) {
            buffer = memory.take(BYTES);
        }
        return buffer != 0;
    }

    /** The head of all messages of one kind, without its first byte. */
    static byte[] head(int parts, String kind) {
        return (parts + "\r\n$" + kind.length() + "\r\n" + kind + "\r\n").getBytes(StandardCharsets.US_ASCII);
    }

    /** A message of two strings, such as channel and payload. */
    void set(byte[] kind, long one, int oneLength, long two, int twoLength) {
        set(kind, one, oneLength, two, twoLength, 0, -1);
    }

    /** A message of three strings; the third's length is -1 when there is none. */
    void set(byte[] kind, long one, int oneLength, long two, int twoLength, long three, int threeLength) {
        head = kind;
        first = one;
        firstLength = oneLength;
        second = two;
        secondLength = twoLength;
        third = three;
        thirdLength = threeLength;
        whole = HEAD_MAX_BYTES + (long) oneLength + twoLength + Math.max(0, threeLength) <= BYTES;
        if (whole) {
            start(false);
            string(one, oneLength);
            string(two, twoLength);
            if (threeLength >= 0) {
                string(three, threeLength);
            }
        }
    }

    private void start(boolean push) {
        Mem.putByte(buffer, (byte) (push ? '>' : '*'));
        Mem.copyFrom(head, 0, buffer + 1, head.length);
        position = buffer + 1 + head.length;
    }

    private void string(long address, int length) {
        length(length);
        Mem.copy(address, position, length);
        position += length;
        end();
    }

    private void length(int length) {
        Mem.putByte(position++, (byte) '$');
        position += NumberPrinter.writeLong(position, length);
        end();
    }

    private void end() {
        Mem.copyFrom(LINE_END, 0, position, LINE_END.length);
        position += LINE_END.length;
    }

    void sendTo(Client client) {
        if (whole) {
            Mem.putByte(buffer, (byte) (client.resp3() ? '>' : '*'));
            client.deliver(buffer, position - buffer);
            return;
        }
        start(client.resp3());
        sendPart(client, first, firstLength);
        sendPart(client, second, secondLength);
        if (thirdLength >= 0) {
            sendPart(client, third, thirdLength);
        }
        client.deliver(buffer, position - buffer);
    }

    private void sendPart(Client client, long address, int length) {
        length(length);
        client.deliver(buffer, position - buffer);
        client.deliver(address, length);
        position = buffer;
        end();
    }
}
