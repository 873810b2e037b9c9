// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Finds the process that listens on a port, by /proc; for the message when the port is taken. Stateless. */
final class PortOwner {
    private static final String LISTENING = "0A";

    private PortOwner() {
    }

    /** {@code redis-server (pid 4711)}, or null when it cannot be seen: another user's process, or no /proc. */
    static @Nullable String of(int port) {
        Set<String> sockets = new HashSet<>();
        collect(Path.of("/proc/net/tcp"), port, sockets);
        collect(Path.of("/proc/net/tcp6"), port, sockets);
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
            for (Path process : processes) {
                if (!sockets.isEmpty() && holds(process, sockets)) {
                    String name = Files.readString(process.resolve("comm"), StandardCharsets.ISO_8859_1).strip();
                    return name + " (pid " + process.getFileName() + ")";
                }
            }
        } catch (IOException e) {
            // Falls through: processes come and go.
        }
        return null;
    }

    private static void collect(Path table, int port, Set<String> sockets) {
        try {
            for (String line : Files.readAllLines(table, StandardCharsets.ISO_8859_1)) {
                String[] words = line.strip().split("\\s+");
                if (words.length > 9 && words[3].equals(LISTENING) && words[1].endsWith(String.format(":%04X", port))) {
                    sockets.add("socket:[" + words[9] + "]");
                }
            }
        } catch (IOException e) {
            // No such table: nothing is found in it.
        }
    }

    private static boolean holds(Path process, Set<String> sockets) {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(process.resolve("fd"))) {
            for (Path file : files) {
                if (Files.isSymbolicLink(file) && sockets.contains(Files.readSymbolicLink(file).toString())) {
                    return true;
                }
            }
        } catch (IOException e) {
            // Not ours to look into, or gone.
        }
        return false;
    }
}
