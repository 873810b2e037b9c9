// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.statuspage;

import dev.cofferdam.watch.statuspage.StatusIncident.Update;
import dev.cofferdam.watch.statuspage.StatusWord.Impact;
import dev.cofferdam.watch.statuspage.StatusWord.Phase;
import dev.cofferdam.watch.web.Json;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.zip.CRC32C;
import tools.jackson.databind.JsonNode;

/**
 * What was published, on disk: a line {@code cofferdam-status 1 <bytes> <crc32c>}, then JSON. Replaced as a whole by a rename, so that it is the old or the new
 * one after a kill; one that is damaged is put aside and named.
 */
final class StatusFile {
    private static final String FORMAT = "cofferdam-status 1";

    private final Path file;

    StatusFile(Path file) {
        this.file = file;
    }

    List<StatusIncident> read() throws IOException {
        if (!Files.exists(file)) {
            return List.of();
        }
        try {
            return parsed(Files.readAllBytes(file));
        } catch (RuntimeException e) {
            Path aside = file.resolveSibling(file.getFileName() + ".damaged");
            Files.move(file, aside, StandardCopyOption.REPLACE_EXISTING);
            throw new IOException(file + " is damaged (" + e.getMessage() + "); it is now " + aside, e);
        }
    }

    void write(List<StatusIncident> incidents) throws IOException {
        byte[] json = Json.bytes(Json.members("incidents", incidents.stream().map(StatusFile::members).toList()));
        byte[] head = (FORMAT + ' ' + json.length + ' ' + crc(json) + '\n').getBytes(StandardCharsets.US_ASCII);
        Files.createDirectories(Objects.requireNonNull(file.toAbsolutePath().getParent()));
        Path other = file.resolveSibling(file.getFileName() + ".new");
        try (FileChannel out = FileChannel.open(other, StandardOpenOption.CREATE, StandardOpenOption.WRITE,
                StandardOpenOption.TRUNCATE_EXISTING)) {
            ByteBuffer[] parts = {ByteBuffer.wrap(head), ByteBuffer.wrap(json)};
            while (parts[1].hasRemaining()) {
                out.write(parts);
            }
            out.force(true);
        }
        Files.move(other, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private static Object members(StatusIncident one) {
        return Json.members("id", one.id(), "incident", one.incident(), "name", one.name(), "impact", StatusWord.of(one.impact()),
                "components",
                one.components(), "updates", one.updates().stream().map(update -> Json.members("id", update.id(), "t", update.atMillis(),
                        "status", StatusWord.of(update.phase()), "body", update.body(), "author", update.author()))
                    .toList());
    }

    private static List<StatusIncident> parsed(byte[] bytes) {
        int end = 0;
        while (end < bytes.length && bytes[end] != '\n') {
            end++;
        }
        byte[] json = Arrays.copyOfRange(bytes, Math.min(bytes.length, end + 1), bytes.length);
        String head = new String(bytes, 0, end, StandardCharsets.US_ASCII);
        if (!head.equals(FORMAT + ' ' + json.length + ' ' + crc(json))) {
            throw new IllegalArgumentException("its first line is '" + head + "', not that of what follows");
        }
        List<StatusIncident> incidents = new ArrayList<>();
        for (JsonNode one : Json.object(json).path("incidents")) {
            List<Update> updates = new ArrayList<>();
            for (JsonNode update : one.path("updates")) {
                updates.add(new Update(update.path("id").asString(""), update.path("t").asLong(0),
                        word(Phase.class, update.path("status").asString("")), update.path("body").asString(""),
                        update.path("author").asString("")));
            }
            List<String> components = new ArrayList<>();
            one.path("components").forEach(component -> components.add(component.asString("")));
            incidents.add(new StatusIncident(one.path("id").asString(""), one.path("incident").asString(""), one.path("name").asString(""),
                    word(Impact.class, one.path("impact").asString("")), List.copyOf(components), List.copyOf(updates)));
        }
        return incidents;
    }

    private static <E extends Enum<E>> E word(Class<E> type, String word) {
        E found = StatusWord.find(type, word);
        if (found == null) {
            throw new IllegalArgumentException("'" + word + "' is no " + type.getSimpleName());
        }
        return found;
    }

    private static String crc(byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        return Long.toHexString(crc.getValue());
    }
}
