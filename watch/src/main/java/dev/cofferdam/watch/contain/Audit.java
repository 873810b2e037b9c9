// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.contain;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import tools.jackson.databind.json.JsonMapper;

/**
 * Who did what, when and why: a line of JSON each, appended and never changed. Each line ends with a digest of itself and of the line before, so that one that
 * is changed, taken out or put in shows. Any thread, any number of processes (by a lock on the file).
 *
 * <p>A torn last line (the machine stopped while it was written) is no forgery: the next line is put on a line of its own, says so, and follows the last whole one.
 */
final class Audit {
    static final int DETAIL_MAX = 4_096;
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String FIRST = "0".repeat(Digest.LENGTH);
    private static final String MARK = ",\"hash\":\"";
    private static final int TAIL_LENGTH = MARK.length() + Digest.LENGTH + 2;
    /** A line is shorter: details are cut. Read back from the end to find the last one. */
    private static final int LINE_MAX = 128 << 10;

    private final Path file;

    Audit(Path file) {
        this.file = file;
    }

    /**
     * What reading the whole file found.
     *
     * @param firstBad the first line that does not fit, from 1; 0 when all fit
     */
    record Verdict(long lines, long firstBad, boolean torn) {
        String text() {
            return firstBad == 0
                    ? lines + " lines, all of one chain"
                    : "line " + firstBad + " of " + lines + " does not follow from the one before: the record was changed";
        }
    }

    /** Details are cut, not left out. */
    synchronized void append(long atMillis, String target, String who, String what, Map<String, String> details) throws IOException {
        try (RandomAccessFile out = new RandomAccessFile(file.toFile(), "rw"); FileLock lock = out.getChannel().lock()) {
            String tail = tail(out);
            String unended = tail.substring(tail.lastIndexOf('\n') + 1);
            boolean torn = !unended.isEmpty() && hashOf(unended).isEmpty();
            String previous = lastHash(torn || unended.isEmpty() ? tail : tail + "\n");
            Map<String, Object> line = new LinkedHashMap<>();
            line.put("at", atMillis);
            line.put("target", target);
            line.put("who", cut(who, 200));
            line.put("what", what);
            if (torn) {
                line.put("torn", "the line before was not finished");
            }
            details.forEach((name, value) -> line.put(name, cut(value, DETAIL_MAX)));
            line.put("previous", previous);
            String body = JSON.writeValueAsString(line);
            String whole = body.substring(0, body.length() - 1) + MARK + Digest.sha256(body) + "\"}\n";
            out.seek(out.length());
            out.write(((unended.isEmpty() ? "" : "\n") + whole).getBytes(StandardCharsets.UTF_8));
            out.getFD().sync();
        }
    }

    private static String cut(String text, int length) {
        return text.length() <= length ? text : text.substring(0, length) + "… (" + text.length() + ")";
    }

    private static String tail(RandomAccessFile in) throws IOException {
        byte[] bytes = new byte[(int) Math.min(LINE_MAX, in.length())];
        in.seek(in.length() - bytes.length);
        in.readFully(bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /** Of the last whole line; the digest of nothing when there is none. */
    private static String lastHash(String tail) {
        int end = tail.lastIndexOf('\n');
        while (end > 0) {
            int begin = tail.lastIndexOf('\n', end - 1) + 1;
            String hash = hashOf(tail.substring(begin, end));
            if (!hash.isEmpty()) {
                return hash;
            }
            end = begin - 1;
        }
        return FIRST;
    }

    private static String hashOf(String line) {
        int mark = line.length() - TAIL_LENGTH;
        boolean whole = mark > 0 && line.startsWith(MARK, mark) && line.endsWith("\"}");
        return whole ? line.substring(mark + MARK.length(), line.length() - 2) : "";
    }

    /** Reads all of it. */
    Verdict verify() throws IOException {
        if (!Files.exists(file)) {
            return new Verdict(0, 0, false);
        }
        String previous = FIRST;
        long number = 0;
        boolean pending = false;
        try (Stream<String> lines = Files.lines(file, StandardCharsets.UTF_8)) {
            for (String line : (Iterable<String>) lines::iterator) {
                number++;
                String hash = hashOf(line);
                if (hash.isEmpty()) {
                    // May be torn; that the next one follows the last whole line, and says so, decides.
                    if (pending) {
                        return new Verdict(number, number, false);
                    }
                    pending = true;
                    continue;
                }
                String body = line.substring(0, line.length() - TAIL_LENGTH) + "}";
                boolean follows = Digest.sha256(body).equals(hash) && body.endsWith("\"previous\":\"" + previous + "\"}");
                if (!follows || pending != body.contains(",\"torn\":\"")) {
                    return new Verdict(number, number, false);
                }
                pending = false;
                previous = hash;
            }
        } catch (UncheckedIOException e) {
            return new Verdict(number + 1, number + 1, false);
        }
        return new Verdict(number, 0, pending);
    }
}
