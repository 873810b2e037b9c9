// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.detect;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.zip.CRC32C;

/**
 * A detector's memory as bytes, so that a restart of the watcher forgets nothing: some 30 kB. No state of its own.
 *
 * <pre>
 *   0   4  "CWDS"
 *   4   4  version
 *   8   4  length of the body
 *  12   4  CRC-32C of the body
 *  16   .  body: the detectors, each in the order it writes itself
 * </pre>
 *
 * <p>What is damaged, of another version or of the future is not half read: the detector begins anew, and the caller learns why.
 */
public final class DetectorState {
    private static final int MAGIC = 0x43574453;
    private static final int VERSION = 2;
    /** Had no word of what is coming down or warming up. */
    private static final int VERSION_OLDEST = 1;
    private static final int HEADER_BYTES = 16;
    /** No state is larger; a longer file is none of ours. */
    static final int BYTES_MAX = 1 << 20;

    private DetectorState() {
    }

    /**
     * A detector that goes on where the saved one stood, or a new one.
     *
     * @param trouble why it is a new one, in a sentence; empty when it is not, and when nothing was saved yet
     */
    public record Restored(TargetDetector detector, String trouble) {
    }

    public static byte[] save(TargetDetector detector) {
        ByteArrayOutputStream body = new ByteArrayOutputStream(32 << 10);
        try {
            DataOutputStream out = new DataOutputStream(body);
            detector.write(out);
            detector.writeLate(out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        byte[] bytes = body.toByteArray();
        return ByteBuffer.allocate(HEADER_BYTES + bytes.length).putInt(MAGIC).putInt(VERSION).putInt(bytes.length).putInt(checksum(bytes))
            .put(bytes)
            .array();
    }

    public static Restored restore(byte[] saved, DetectorOptions options) {
        TargetDetector detector = new TargetDetector(options);
        try {
            DataInputStream in = new DataInputStream(new ByteArrayInputStream(body(saved)));
            detector.read(in);
            if (version(saved) >= VERSION) {
                detector.readLate(in);
            }
            return new Restored(detector, "");
        } catch (IOException | RuntimeException e) {
            return new Restored(new TargetDetector(options), "what was learned is lost, learning begins anew: " + e.getMessage());
        }
    }

    private static byte[] body(byte[] saved) throws IOException {
        if (saved.length < HEADER_BYTES) {
            throw new IOException("the state ends after " + saved.length + " bytes");
        }
        ByteBuffer header = ByteBuffer.wrap(saved);
        if (header.getInt() != MAGIC) {
            throw new IOException("this is no state of a detector");
        }
        int version = header.getInt();
        if (version < VERSION_OLDEST || version > VERSION) {
            throw new IOException("the state is of version " + version + ", this is version " + VERSION);
        }
        int length = header.getInt();
        int checksum = header.getInt();
        if (length != saved.length - HEADER_BYTES) {
            throw new IOException("the state holds " + (saved.length - HEADER_BYTES) + " of " + length + " bytes");
        }
        byte[] body = Arrays.copyOfRange(saved, HEADER_BYTES, saved.length);
        if (checksum(body) != checksum) {
            throw new IOException("the state's checksum is wrong");
        }
        return body;
    }

    /** Of a state whose body was taken. */
    private static int version(byte[] saved) {
        return ByteBuffer.wrap(saved).getInt(4);
    }

    private static int checksum(byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        return (int) crc.getValue();
    }

    /** Replaces the file in one step: a crash leaves the old one or the new one. */
    public static void save(TargetDetector detector, Path file) throws IOException {
        Path beside = file.resolveSibling(file.getFileName() + ".new");
        Files.write(beside, save(detector));
        Files.move(beside, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }

    public static Restored load(Path file, DetectorOptions options) {
        try {
            if (Files.size(file) > BYTES_MAX) {
                return new Restored(new TargetDetector(options),
                        "what was learned is lost, learning begins anew: " + file + " is too large");
            }
            return restore(Files.readAllBytes(file), options);
        } catch (NoSuchFileException e) {
            return new Restored(new TargetDetector(options), "");
        } catch (IOException e) {
            return new Restored(new TargetDetector(options), "what was learned is lost, learning begins anew: " + e);
        }
    }
}
