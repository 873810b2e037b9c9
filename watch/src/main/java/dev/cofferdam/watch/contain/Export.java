// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.contain;

import dev.cofferdam.memory.Clock;
import dev.cofferdam.resp.client.Reply;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Values written to a file before they are deleted: a line of JSON each, with key and DUMP in base64 and when it would have expired. One thread.
 *
 * <p>Always holds: what {@link #take} said was exported is in the file, before it is deleted.
 */
final class Export implements AutoCloseable {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    /** Values on their way at once. */
    private static final long FETCH_BYTES = 4 << 20;
    /** Largest value; a reply is not longer than 8 MB. */
    private static final long VALUE_MAX_BYTES = 4 << 20;
    private static final int RESTORE_BATCH = 100;

    private final BufferedWriter out;
    private final Clock clock;
    private long leftBytes;

    /** Appends to the file, whose folder must be there. */
    Export(Path file, long maxBytes, Clock clock) throws IOException {
        this.out = Files.newBufferedWriter(file, StandardCharsets.US_ASCII, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        this.leftBytes = maxBytes;
        this.clock = clock;
    }

    /** Writes as many of the keys, from the first on, as there is room for, and answers how many. A key that is gone counts. */
    int take(Nodes.Session session, int database, List<String> keys) throws IOException {
        List<Reply> sizes = session.ask(keys.stream().map(key -> Command.of("MEMORY", "USAGE", key, "SAMPLES", "5")).toList());
        int taken = 0;
        while (taken < keys.size()) {
            int end = taken;
            long bytes = 0;
            while (end < keys.size() && (end == taken || bytes + NodeFacts.whole(sizes.get(end), 0) <= FETCH_BYTES)) {
                bytes += NodeFacts.whole(sizes.get(end++), 0);
            }
            if (bytes > leftBytes || bytes > VALUE_MAX_BYTES) {
                break;
            }
            int written = write(session, database, keys.subList(taken, end));
            taken += written;
            if (taken < end) {
                break;
            }
        }
        out.flush();
        return taken;
    }

    private int write(Nodes.Session session, int database, List<String> keys) throws IOException {
        List<Command> commands = new ArrayList<>();
        for (String key : keys) {
            commands.add(Command.of("PTTL", key));
            commands.add(Command.of("DUMP", key));
        }
        List<Reply> replies = session.ask(commands);
        long now = clock.wallMillis();
        for (int i = 0; i < keys.size(); i++) {
            Reply dump = replies.get(2 * i + 1);
            if (dump instanceof Reply.Failure) {
                return i;
            }
            if (dump instanceof Reply.Bulk bulk) {
                long ttl = NodeFacts.whole(replies.get(2 * i), -1);
                String line = JSON.createObjectNode().put("database", database)
                    .put("key", Base64.getEncoder().encodeToString(keys.get(i).getBytes(StandardCharsets.ISO_8859_1)))
                    .put("expiresAtMillis", ttl < 0 ? 0 : now + ttl).put("dump", Base64.getEncoder().encodeToString(bulk.bytes()))
                    .toString();
                if (line.length() > leftBytes) {
                    return i;
                }
                leftBytes -= line.length();
                out.write(line);
                out.write('\n');
            }
        }
        return keys.size();
    }

    /** Puts back what is in a file: keys that exist again are left as they are, those whose time is over stay away. Answers how many came back. */
    static long restore(Path file, Nodes.Session session, Clock clock) throws IOException {
        long restored = 0;
        try (Stream<String> lines = Files.lines(file, StandardCharsets.US_ASCII)) {
            List<Command> batch = new ArrayList<>();
            for (String line : (Iterable<String>) lines::iterator) {
                JsonNode entry = JSON.readTree(line);
                long expires = entry.path("expiresAtMillis").asLong();
                if (expires == 0 || expires > clock.wallMillis()) {
                    batch.add(Command.of("SELECT", Integer.toString(entry.path("database").asInt())));
                    batch.add(Command.of("RESTORE", decode(entry, "key"), Long.toString(expires), decode(entry, "dump"), "ABSTTL"));
                }
                if (batch.size() >= RESTORE_BATCH) {
                    restored += send(session, batch);
                }
            }
            return restored + send(session, batch);
        }
    }

    /** SELECT and RESTORE in turn: every other reply counts. */
    private static long send(Nodes.Session session, List<Command> batch) throws IOException {
        long restored = 0;
        List<Reply> replies = batch.isEmpty() ? List.of() : session.ask(batch);
        for (int i = 1; i < replies.size(); i += 2) {
            restored += replies.get(i).isFailure() ? 0 : 1;
        }
        batch.clear();
        return restored;
    }

    private static String decode(JsonNode entry, String name) {
        return new String(Base64.getDecoder().decode(entry.path(name).asString()), StandardCharsets.ISO_8859_1);
    }

    @Override
    public void close() throws IOException {
        out.close();
    }
}
