// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.resp.client;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Reads replies of RESP2 and RESP3 from a stream.
 *
 * <p>Owns a buffer of fixed size and reads no further than the stream has. One thread. A reply never costs more memory than its limit, whatever lengths the
 * sender claims: a count is checked against what may still come before anything is made, and long strings grow as their bytes arrive.
 *
 * <p>Streamed strings and aggregates of RESP3 ({@code $?}, {@code *?}) are refused: no server sends them.
 */
final class ReplyReader {
    /** What the smallest element costs on our heap, near enough. */
    private static final int ELEMENT_BYTES = 32;
    private static final int DEPTH_MAX = 64;
    private static final int BUFFER_BYTES = 8 * 1024;
    private static final int LINE_MAX_BYTES = 64 * 1024;
    /** Longer strings are not believed before their bytes are there. */
    private static final int TRUSTED_BYTES = 64 * 1024;

    private final InputStream in;
    private final long replyMaxBytes;
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private int position;
    private int limit;
    private long left;

    ReplyReader(InputStream in, long replyMaxBytes) {
        this.in = in;
        this.replyMaxBytes = replyMaxBytes;
    }

    /** The next reply; waits for it as the stream does. */
    Reply read() throws IOException {
        left = replyMaxBytes;
        return read(0);
    }

    private Reply read(int depth) throws IOException {
        if (depth > DEPTH_MAX) {
            throw new ProtocolException("a reply nested more than " + DEPTH_MAX + " deep");
        }
        charge(ELEMENT_BYTES);
        int kind = next();
        return switch (kind) {
            case '+' -> new Reply.Status(line());
            case '-' -> new Reply.Failure(line());
            case ':' -> new Reply.Whole(number(line()));
            case '$' -> bulk();
            case '*', '~' -> items(depth, 1);
            case '%' -> items(depth, 2);
            case '>' -> new Reply.Push(elements(length(), depth));
            case '_' -> nothing();
            case ',' -> new Reply.Real(real(line()));
            case '#' -> flag(line());
            case '(' -> new Reply.BigNumber(line());
            case '=' -> verbatim();
            case '!' -> failure();
            case '|' -> attributesThen(depth);
            default -> throw new ProtocolException("no RESP: a reply that begins with byte " + kind
                    + (kind > ' ' && kind < 127 ? " ('" + (char) kind + "')" : ""));
        };
    }

    private Reply nothing() throws IOException {
        line();
        return Reply.NOTHING;
    }

    private Reply bulk() throws IOException {
        long length = length();
        return length < 0 ? Reply.NOTHING : new Reply.Bulk(bytes(length));
    }

    private Reply items(int depth, int elementsEach) throws IOException {
        long count = length();
        return count < 0 ? Reply.NOTHING : new Reply.Items(elements(Math.multiplyExact(count, elementsEach), depth));
    }

    private Reply failure() throws IOException {
        return new Reply.Failure(new String(bytes(length()), StandardCharsets.UTF_8));
    }

    /** {@code txt:} or {@code mkd:} stands before the text. */
    private Reply verbatim() throws IOException {
        byte[] bytes = bytes(length());
        if (bytes.length < 4 || bytes[3] != ':') {
            throw new ProtocolException("a verbatim string without its format");
        }
        return new Reply.Bulk(Arrays.copyOfRange(bytes, 4, bytes.length));
    }

    /** Attributes speak about the reply that follows them; nobody here asks. */
    private Reply attributesThen(int depth) throws IOException {
        elements(Math.multiplyExact(length(), 2), depth);
        return read(depth + 1);
    }

    private List<Reply> elements(long count, int depth) throws IOException {
        if (count < 0) {
            throw new ProtocolException("an aggregate of " + count + " elements");
        }
        if (count > left / ELEMENT_BYTES) {
            throw tooLarge();
        }
        List<Reply> elements = new ArrayList<>((int) Math.min(count, 1024));
        for (long i = 0; i < count; i++) {
            elements.add(read(depth + 1));
        }
        return elements;
    }

    private long length() throws IOException {
        long length = number(line());
        if (length < -1 || length > Integer.MAX_VALUE - 8) {
            throw new ProtocolException("a length of " + length);
        }
        return length;
    }

    private byte[] bytes(long length) throws IOException {
        if (length < 0) {
            throw new ProtocolException("a length of " + length);
        }
        charge(length);
        int total = (int) length;
        byte[] bytes = new byte[Math.min(total, TRUSTED_BYTES)];
        int filled = 0;
        while (filled < total) {
            if (filled == bytes.length) {
                bytes = Arrays.copyOf(bytes, (int) Math.min(total, 2L * bytes.length));
            }
            filled += take(bytes, filled);
        }
        if (next() != '\r' || next() != '\n') {
            throw new ProtocolException("a string of " + length + " bytes that does not end there");
        }
        return bytes;
    }

    /** Copies what is there, or what the next read brings, into the rest of {@code bytes}. */
    private int take(byte[] bytes, int at) throws IOException {
        if (position == limit) {
            fill();
        }
        int count = Math.min(limit - position, bytes.length - at);
        System.arraycopy(buffer, position, bytes, at, count);
        position += count;
        return count;
    }

    private String line() throws IOException {
        StringBuilder text = null;
        while (true) {
            for (int i = position; i < limit; i++) {
                if (buffer[i] == '\n') {
                    String end = new String(buffer, position, i - position, StandardCharsets.UTF_8);
                    position = i + 1;
                    return withoutReturn(text == null ? end : text.append(end).toString());
                }
            }
            text = text == null ? new StringBuilder() : text;
            text.append(new String(buffer, position, limit - position, StandardCharsets.UTF_8));
            if (text.length() > LINE_MAX_BYTES) {
                throw new ProtocolException("a line of more than " + LINE_MAX_BYTES + " bytes");
            }
            fill();
        }
    }

    private static String withoutReturn(String line) throws ProtocolException {
        if (!line.endsWith("\r")) {
            throw new ProtocolException("a line that ends without a carriage return");
        }
        return line.substring(0, line.length() - 1);
    }

    private static long number(String line) throws ProtocolException {
        try {
            return Long.parseLong(line);
        } catch (NumberFormatException e) {
            throw new ProtocolException("'" + line + "' where a whole number should be");
        }
    }

    private static double real(String line) throws ProtocolException {
        try {
            return switch (line) {
                case "inf" -> Double.POSITIVE_INFINITY;
                case "-inf" -> Double.NEGATIVE_INFINITY;
                case "nan", "-nan" -> Double.NaN;
                default -> Double.parseDouble(line);
            };
        } catch (NumberFormatException e) {
            throw new ProtocolException("'" + line + "' where a number should be");
        }
    }

    private static Reply flag(String line) throws ProtocolException {
        return switch (line) {
            case "t" -> new Reply.Flag(true);
            case "f" -> new Reply.Flag(false);
            default -> throw new ProtocolException("'" + line + "' where t or f should be");
        };
    }

    private int next() throws IOException {
        if (position == limit) {
            fill();
        }
        return buffer[position++] & 0xff;
    }

    private void fill() throws IOException {
        int count = in.read(buffer, 0, buffer.length);
        if (count < 0) {
            throw new EOFException("the server closed the connection");
        }
        position = 0;
        limit = count;
    }

    private void charge(long bytes) throws ProtocolException {
        left -= bytes;
        if (left < 0) {
            throw tooLarge();
        }
    }

    private ProtocolException tooLarge() {
        return new ProtocolException("a reply that takes more than the limit of " + replyMaxBytes + " bytes");
    }
}
