// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.incident;

import dev.cofferdam.watch.text.Printable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The incidents on the disk: one file each, {@code <id>.jsonl}, to which turns are only ever added ({@link IncidentCodec}). Owns a folder.
 * Under the book's lock.
 *
 * <p>A turn is one write, so a killed watch leaves whole lines behind and at most one torn one, which is cut off when the file is read. A
 * disk that refuses costs the record, never the incident: the lines come again with the next turn, and {@link #trouble()} says so. Ids begin
 * with their date, so the order of names is the order of time.
 */
final class IncidentStore {
    static final Pattern ID = Pattern.compile("[0-9]{8}-[0-9]{6}-[a-z2-7]{4}");
    private static final String ENDING = ".jsonl";
    /** A file of that size is none of ours. */
    private static final long FILE_BYTES_MAX = 16L << 20;

    private final Path folder;
    private final IncidentOptions options;
    private String trouble = "";
    private long failedWrites;
    private long damagedLines;
    private long deletedIncidents;

    IncidentStore(Path folder, IncidentOptions options) {
        this.folder = folder;
        this.options = options;
    }

    /** Why the record is not complete, in a sentence; empty when it is. */
    String trouble() {
        return trouble;
    }

    long failedWrites() {
        return failedWrites;
    }

    long damagedLines() {
        return damagedLines;
    }

    long deletedIncidents() {
        return deletedIncidents;
    }

    /** Adds what is new of this incident. */
    void append(LiveIncident live, boolean turn) {
        boolean force = switch (options.force()) {
            case NEVER -> false;
            case TURNS -> turn;
            case ALWAYS -> true;
        };
        Path file = file(live.id);
        boolean first = live.linesStored == 0;
        try {
            if (first) {
                Files.createDirectories(folder);
            }
            write(file, IncidentCodec.encode(live), force);
            if (first && force) {
                forceFolder();
            }
            live.linesStored = live.timeline.size();
            live.attributionStored = live.attribution;
            live.storedMillis = live.figures.lastMillis;
            trouble = "";
        } catch (IOException e) {
            failedWrites++;
            trouble = "The record of incidents cannot be written: " + reason(e);
        }
    }

    private static void write(Path file, byte[] line, boolean force) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.READ)) {
            long end = channel.size();
            ByteBuffer bytes = ByteBuffer.wrap(line);
            try {
                long at = end;
                while (bytes.hasRemaining()) {
                    at += channel.write(bytes, at);
                }
                if (force) {
                    channel.force(true);
                }
            } catch (IOException e) {
                // Half a line would swallow the next one.
                channel.truncate(end);
                throw e;
            }
        }
    }

    private void forceFolder() throws IOException {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    /** Everything there is, what was last touched last; what is damaged is left out and counted. */
    List<LiveIncident> readAll() {
        List<LiveIncident> all = new ArrayList<>();
        for (String id : ids()) {
            LiveIncident live = read(id);
            if (live != null) {
                all.add(live);
            }
        }
        // Two of one onset have names in the order of chance.
        all.sort(Comparator.comparingLong(live -> live.figures.lastMillis));
        return all;
    }

    @Nullable
    LiveIncident read(String id) {
        if (!ID.matcher(id).matches()) {
            return null;
        }
        try {
            Path file = file(id);
            if (Files.size(file) > FILE_BYTES_MAX) {
                return null;
            }
            byte[] bytes = Files.readAllBytes(file);
            int whole = bytes.length;
            while (whole > 0 && bytes[whole - 1] != '\n') {
                whole--;
            }
            if (whole < bytes.length) {
                damagedLines++;
                cut(file, whole);
            }
            LiveIncident live = null;
            for (String line : new String(bytes, 0, whole, StandardCharsets.UTF_8).split("\n")) {
                IncidentCodec.Turn turn = IncidentCodec.decode(line);
                if (turn != null && turn.id().equals(id)) {
                    live = IncidentCodec.apply(live, turn);
                } else if (!line.isEmpty()) {
                    damagedLines++;
                }
            }
            return live;
        } catch (NoSuchFileException e) {
            return null;
        } catch (IOException e) {
            trouble = "The record of incident " + id + " cannot be read: " + reason(e);
            return null;
        }
    }

    private static void cut(Path file, long bytes) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.truncate(bytes);
        }
    }

    boolean exists(String id) {
        return Files.exists(file(id));
    }

    void delete(String id) {
        try {
            Files.deleteIfExists(file(id));
        } catch (IOException e) {
            trouble = "The record of incident " + id + " cannot be deleted: " + reason(e);
        }
    }

    /** Deletes the oldest until number and size are within bounds; never one of these. */
    void prune(Set<String> live) {
        List<String> ids = ids();
        long bytes = 0;
        int kept = ids.size();
        for (String id : ids) {
            bytes += size(id);
        }
        for (String id : ids) {
            if (kept <= options.keptIncidents() && bytes <= options.keptBytes()) {
                return;
            }
            if (!live.contains(id)) {
                bytes -= size(id);
                kept--;
                deletedIncidents++;
                delete(id);
            }
        }
    }

    private long size(String id) {
        try {
            return Files.size(file(id));
        } catch (IOException e) {
            return 0;
        }
    }

    private List<String> ids() {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString())
                .filter(name -> name.endsWith(ENDING))
                .map(name -> name.substring(0, name.length() - ENDING.length()))
                .filter(id -> ID.matcher(id).matches())
                .sorted()
                .toList();
        } catch (IOException | UncheckedIOException e) {
            trouble = "The record of incidents cannot be read: " + e.getClass().getSimpleName();
            return List.of();
        }
    }

    private Path file(String id) {
        return folder.resolve(id + ENDING);
    }

    private static String reason(IOException e) {
        return e.getClass().getSimpleName() + (e.getMessage() == null ? "" : ": " + Printable.text(e.getMessage(), 200));
    }
}
