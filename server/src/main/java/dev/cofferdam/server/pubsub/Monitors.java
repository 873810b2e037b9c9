// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.pubsub;

import dev.cofferdam.memory.Mem;
import dev.cofferdam.resp.NumberPrinter;
import dev.cofferdam.server.acl.Secrets;
import dev.cofferdam.server.client.Client;
import dev.cofferdam.server.command.Call;
import dev.cofferdam.server.command.Flag;
import java.util.Arrays;

/**
 * Clients that see every command (MONITOR), and the line they see.
 *
 * <p>Owns a buffer while there are such clients; a line goes out in pieces of it, so a long command is never held twice. Event loop only. What always holds: passwords
 * are not shown.
 */
public final class Monitors {
    private static final int BUFFER_BYTES = 4096;
    /** The longest form of one byte. */
    private static final int QUOTED_MAX_BYTES = 4;
    private static final int HEAD_MAX_BYTES = 256;
    private static final char[] HEX = "0123456789abcdef".toCharArray();
    private static final String REDACTED = '"' + Secrets.REDACTED + '"';

    private final ListenerMemory memory;
    private Client[] clients = {};
    private long buffer;
    private long position;

    Monitors(ListenerMemory memory) {
        this.memory = memory;
    }

    public boolean isEmpty() {
        return clients.length == 0;
    }

    /** False when there is no memory. */
    public boolean add(Client client) {
        if (buffer == 0) {
            buffer = memory.take(BUFFER_BYTES);
            if (buffer == 0) {
                return false;
            }
        }
        client.setMonitor(true);
        clients = Arrays.copyOf(clients, clients.length + 1);
        clients[clients.length - 1] = client;
        return true;
    }

    /** The client is gone, or begins anew. */
    public void remove(Client client) {
        if (!client.isMonitor()) {
            return;
        }
        client.setMonitor(false);
        // A new array: a line may just be on its way along the old one.
        clients = Arrays.stream(clients).filter(other -> other != client).toArray(Client[]::new);
    }

    /** Shows the command, which was just executed. */
    public void show(Call call) {
        if (!call.command().has(Flag.ADMIN) && !call.command().has(Flag.SKIP_MONITOR)) {
            show(call, false);
        }
    }

    /** Shows a command that runs a script, before the script's own commands are shown. */
    public void showScript(Call call) {
        if (!isEmpty()) {
            show(call, false);
        }
    }

    /** Shows a script's command. */
    public void showOfScript(Call call) {
        if (!call.command().has(Flag.ADMIN) && !call.command().has(Flag.SKIP_MONITOR)) {
            show(call, true);
        }
    }

    private void show(Call call, boolean ofScript) {
        position = buffer;
        byteOf('+');
        long micros = call.nowMillis() * 1000;
        position += NumberPrinter.writeLong(position, micros / 1_000_000);
        byteOf('.');
        long fraction = micros % 1_000_000;
        for (long digit = 100_000; digit > 0; digit /= 10) {
            byteOf((char) ('0' + fraction / digit % 10));
        }
        text(" [");
        position += NumberPrinter.writeLong(position, call.client().database());
        byteOf(' ');
        String peer = ofScript ? "lua" : call.client().peer();
        text(peer.length() <= HEAD_MAX_BYTES ? peer : "?:0");
        byteOf(']');
        for (int i = 0; i < call.count(); i++) {
            flushUnless(QUOTED_MAX_BYTES + REDACTED.length());
            byteOf(' ');
            if (Secrets.isSecret(call, i)) {
                text(REDACTED);
            } else {
                quoted(call.address(i), call.length(i));
            }
        }
        flushUnless(2);
        text("\r\n");
        flush();
    }

    private void quoted(long address, int length) {
        byteOf('"');
        for (int i = 0; i < length; i++) {
            flushUnless(QUOTED_MAX_BYTES + 1);
            int c = Mem.getUnsignedByte(address + i);
            switch (c) {
                case '\\', '"' -> escaped((char) c);
                case '\n' -> escaped('n');
                case '\r' -> escaped('r');
                case '\t' -> escaped('t');
                case 7 -> escaped('a');
                case '\b' -> escaped('b');
                default -> {
                    if (c >= ' ' && c < 127) {
                        byteOf((char) c);
                    } else {
                        escaped('x');
                        byteOf(HEX[c >> 4]);
                        byteOf(HEX[c & 15]);
                    }
                }
            }
        }
        byteOf('"');
    }

    private void escaped(char c) {
        byteOf('\\');
        byteOf(c);
    }

    private void flushUnless(int room) {
        if (buffer + BUFFER_BYTES - position < room) {
            flush();
        }
    }

    private void flush() {
        for (Client client : clients) {
            client.deliver(buffer, position - buffer);
        }
        position = buffer;
    }

    private void text(String ascii) {
        for (int i = 0; i < ascii.length(); i++) {
            byteOf(ascii.charAt(i));
        }
    }

    private void byteOf(char c) {
        Mem.putByte(position++, (byte) c);
    }
}
