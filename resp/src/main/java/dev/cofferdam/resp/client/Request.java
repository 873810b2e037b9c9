// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.resp.client;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * One command for a server: its name and arguments, as bytes.
 *
 * <p>Holds the arrays it is given without copying them, so a large value may be sent many times and is never there twice. One thread while it is put together.
 */
public final class Request {
    private final List<byte[]> words = new ArrayList<>();

    private Request() {
    }

    /** A command all of whose words are text: {@code Request.of("SET", "key", "value")}. */
    public static Request of(String... words) {
        if (words.length == 0) {
            throw new IllegalArgumentException("a request needs the name of a command");
        }
        Request request = new Request();
        for (String word : words) {
            request.and(word);
        }
        return request;
    }

    /** Adds text, as UTF-8. */
    public Request and(String word) {
        return and(word.getBytes(StandardCharsets.UTF_8));
    }

    public Request and(long number) {
        return and(Long.toString(number));
    }

    /** Adds bytes as they are; they must not change until the request was sent. */
    public Request and(byte[] word) {
        words.add(word);
        return this;
    }

    /** How many words, the command's name among them. */
    public int count() {
        return words.size();
    }

    /** One of the words, not a copy; 0 is the command's name. */
    public byte[] word(int index) {
        return words.get(index);
    }

    /** Bytes on the wire, near enough to bound what is on its way. */
    int sizeBytes() {
        int bytes = 16;
        for (byte[] word : words) {
            bytes += word.length + 16;
        }
        return bytes;
    }

    void writeTo(OutputStream out) throws IOException {
        header(out, '*', words.size());
        for (byte[] word : words) {
            header(out, '$', word.length);
            out.write(word);
            out.write('\r');
            out.write('\n');
        }
    }

    private static void header(OutputStream out, char kind, int count) throws IOException {
        out.write(kind);
        out.write(Integer.toString(count).getBytes(StandardCharsets.US_ASCII));
        out.write('\r');
        out.write('\n');
    }

    /** The command's name, for messages; never its arguments, which may be secrets. */
    @Override
    public String toString() {
        return new String(words.getFirst(), StandardCharsets.UTF_8);
    }
}
