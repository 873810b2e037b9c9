// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.series;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One file of samples of one step, as long as it will ever be: the place of a sample is its time modulo the length. See {@link SeriesLayout}.
 *
 * <p>Owns the file and a lock on it. One thread at a time. Always holds: a slot is written whole in one call, so that a process killed between two calls loses
 * nothing, and one killed within loses that slot. Nothing is forced to the disk: a power failure may cost the last half minute, as gaps.
 */
final class SeriesRing implements AutoCloseable {
    private static final int CHUNK_SLOTS = 4096;

    private final FileChannel file;
    private final int stepSeconds;
    private final int slots;
    /** Step of the last slot written; -1 when there is none. */
    private long newest;
    private @Nullable SeriesPoint current;
    private long damaged;

    private SeriesRing(FileChannel file, int stepSeconds, int slots) {
        this.file = file;
        this.stepSeconds = stepSeconds;
        this.slots = slots;
    }

    /** Opens or makes the file. One that is of another kind or version is set aside under another name, the last such only; a damaged header is written anew. */
    static SeriesRing open(Path path, int stepSeconds, int slots) throws IOException {
        FileChannel file = channel(path);
        try {
            if (!accept(file, stepSeconds, slots)) {
                file.close();
                Files.move(path, path.resolveSibling(path.getFileName() + ".unreadable"), StandardCopyOption.REPLACE_EXISTING);
                file = channel(path);
                accept(file, stepSeconds, slots);
            }
            SeriesRing ring = new SeriesRing(file, stepSeconds, slots);
            ring.newest = ring.findNewest();
            return ring;
        } catch (IOException | RuntimeException e) {
            file.close();
            throw e;
        }
    }

    private static FileChannel channel(Path path) throws IOException {
        FileChannel file = FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        try {
            if (file.tryLock() != null) {
                return file;
            }
        } catch (OverlappingFileLockException e) {
            // Held by this very process: the same answer.
        }
        file.close();
        throw new IOException(path + " is in use by another watch; give this one a folder of its own");
    }

    /** Whether the file is ours, now with a header and of full length (a hole as yet: disk is taken as it fills). */
    private static boolean accept(FileChannel file, int stepSeconds, int slots) throws IOException {
        ByteBuffer wanted = SeriesLayout.header(stepSeconds, slots);
        if (file.size() >= SeriesLayout.HEADER_BYTES) {
            ByteBuffer found = ByteBuffer.allocate(SeriesLayout.HEADER_BYTES);
            readFully(file, found, 0);
            boolean ours = found.flip().equals(wanted);
            if (!ours && (SeriesLayout.isHeader(found) || file.size() != SeriesLayout.fileBytes(slots))) {
                return false;
            }
        }
        writeFully(file, wanted, 0);
        if (file.size() < SeriesLayout.fileBytes(slots)) {
            writeFully(file, ByteBuffer.allocate(1), SeriesLayout.fileBytes(slots) - 1);
        }
        return true;
    }

    /** Puts a sample where it belongs, together with what is there of the same step already: also from before a restart. */
    void add(SeriesPoint sample) throws IOException {
        long step = stepAt(sample.atMillis());
        SeriesPoint there = current;
        if (there == null || step != newest) {
            if (step < newest - 1) {
                // The clock was ahead and was set back: what it wrote there did not happen yet. One step is no more than a clock being trimmed.
                forget(step + 1, newest);
            }
            there = read(step);
        }
        SeriesPoint now = (there == null ? sample : there.merge(sample)).at(step * stepSeconds * 1000);
        writeFully(file, SeriesLayout.slot(step, now), SeriesLayout.offset(step, slots));
        current = now;
        newest = step;
    }

    /** What is remembered from a time until before another, oldest first, gaps left out. */
    void collect(long fromMillis, long toMillis, List<SeriesPoint> into) throws IOException {
        long first = Math.max(stepAt(fromMillis), newest - slots + 1);
        long last = Math.min(stepAt(toMillis - 1), newest);
        ByteBuffer chunk = ByteBuffer.allocate(CHUNK_SLOTS * SeriesLayout.SLOT_BYTES);
        for (long step = first; step <= last;) {
            long untilWrap = slots - Math.floorMod(step, (long) slots);
            int count = (int) Math.min(Math.min(CHUNK_SLOTS, untilWrap), last - step + 1);
            readFully(file, chunk.clear().limit(count * SeriesLayout.SLOT_BYTES), SeriesLayout.offset(step, slots));
            for (int i = 0; i < count; i++) {
                SeriesPoint point = pointIn(chunk, i * SeriesLayout.SLOT_BYTES, step + i);
                if (point != null) {
                    into.add(point);
                }
            }
            step += count;
        }
    }

    int stepSeconds() {
        return stepSeconds;
    }

    /** How far back it reaches from its newest sample. */
    long spanMillis() {
        return (long) slots * stepSeconds * 1000;
    }

    /** Begin of the newest step, or -1 when there is none. */
    long newestMillis() {
        return newest < 0 ? -1 : newest * stepSeconds * 1000;
    }

    /** Slots found damaged since it was opened; one that is read twice counts twice. */
    long damaged() {
        return damaged;
    }

    private long stepAt(long millis) {
        return Math.max(0, Math.floorDiv(millis, stepSeconds * 1000L));
    }

    private @Nullable SeriesPoint read(long step) throws IOException {
        ByteBuffer slot = ByteBuffer.allocate(SeriesLayout.SLOT_BYTES);
        readFully(file, slot, SeriesLayout.offset(step, slots));
        return pointIn(slot, 0, step);
    }

    private @Nullable SeriesPoint pointIn(ByteBuffer bytes, int offset, long step) {
        if (!SeriesLayout.isWritten(bytes, offset)) {
            return null;
        }
        SeriesPoint point = SeriesLayout.point(bytes, offset, stepSeconds);
        if (point == null) {
            damaged++;
            return null;
        }
        return SeriesLayout.stepOf(bytes, offset) == step ? point : null;
    }

    private void forget(long first, long last) throws IOException {
        ByteBuffer nothing = ByteBuffer.allocate(SeriesLayout.SLOT_BYTES);
        for (long step = Math.max(first, last - slots + 1); step <= last; step++) {
            writeFully(file, nothing.clear(), SeriesLayout.offset(step, slots));
        }
    }

    /** Reads the whole ring once, 10 ms for the longest: what is newest must be known to tell a clock that was set back. */
    private long findNewest() throws IOException {
        long found = -1;
        ByteBuffer chunk = ByteBuffer.allocate(CHUNK_SLOTS * SeriesLayout.SLOT_BYTES);
        for (int slot = 0; slot < slots; slot += CHUNK_SLOTS) {
            int count = Math.min(CHUNK_SLOTS, slots - slot);
            readFully(file, chunk.clear().limit(count * SeriesLayout.SLOT_BYTES), SeriesLayout.offset(slot, slots));
            for (int i = 0; i < count; i++) {
                int offset = i * SeriesLayout.SLOT_BYTES;
                if (SeriesLayout.stepOf(chunk, offset) > found && pointIn(chunk, offset, SeriesLayout.stepOf(chunk, offset)) != null) {
                    found = SeriesLayout.stepOf(chunk, offset);
                }
            }
        }
        return found;
    }

    private static void readFully(FileChannel file, ByteBuffer into, long position) throws IOException {
        while (into.hasRemaining()) {
            int count = file.read(into, position + into.position());
            if (count < 0) {
                throw new EOFException("shorter than it was made");
            }
        }
    }

    private static void writeFully(FileChannel file, ByteBuffer from, long position) throws IOException {
        while (from.hasRemaining()) {
            file.write(from, position + from.position());
        }
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
