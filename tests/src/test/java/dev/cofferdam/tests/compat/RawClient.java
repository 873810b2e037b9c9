// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.tests.compat;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** A connection that keeps replies as the bytes they are; knows of RESP only where a reply ends. Text is one character a byte. */
final class RawClient implements AutoCloseable {
    private static final int TIMEOUT_MILLIS = 20_000;

    private final Socket socket;
    private final InputStream in;

    RawClient(int port) throws IOException {
        socket = new Socket("127.0.0.1", port);
        socket.setSoTimeout(TIMEOUT_MILLIS);
        socket.setTcpNoDelay(true);
        in = new BufferedInputStream(socket.getInputStream());
    }

    Reply run(List<String> arguments) throws IOException {
        send(arguments);
        return next();
    }

    /** Sends a command without waiting for what comes back. */
    void send(List<String> arguments) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes(ascii("*" + arguments.size() + "\r\n"));
        for (String argument : arguments) {
            bytes.writeBytes(ascii("$" + argument.length() + "\r\n" + argument + "\r\n"));
        }
        socket.getOutputStream().write(bytes.toByteArray());
    }

    /** The next reply or message. */
    Reply next() throws IOException {
        return read();
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private Reply read() throws IOException {
        String head = line();
        long number = switch (head.charAt(0)) {
            case '$', '*', '=', '%', '~', '>', '!' -> Long.parseLong(head.substring(1));
            default -> -1;
        };
        return switch (head.charAt(0)) {
            case '$', '=', '!' -> Reply.leaf(number < 0 ? head : head + "\r\n" + body((int) number));
            case '*', '~', '>' -> Reply.of(head, readAll(number));
            case '%' -> Reply.of(head, readAll(2 * number));
            default -> Reply.leaf(head);
        };
    }

    private List<Reply> readAll(long count) throws IOException {
        List<Reply> parts = new java.util.ArrayList<>();
        for (long i = 0; i < count; i++) {
            parts.add(read());
        }
        return parts;
    }

    private String line() throws IOException {
        StringBuilder text = new StringBuilder();
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0) {
                throw new EOFException("connection closed after '" + text + "'");
            }
            if (c != '\r') {
                text.append((char) c);
            }
        }
        return text.toString();
    }

    private String body(int bytes) throws IOException {
        String text = new String(in.readNBytes(bytes), StandardCharsets.ISO_8859_1);
        line();
        return text;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
