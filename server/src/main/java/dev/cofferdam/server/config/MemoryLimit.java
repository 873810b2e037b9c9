// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * How much memory the machine or the container has, and what is taken of it when nobody says. Reads files of the Linux kernel below a root, so that tests can
 * bring their own.
 */
public final class MemoryLimit {
    /** The most that is taken without being asked. */
    private static final long DEFAULT_MAX_BYTES = 1L << 30;

    private final Path root;

    public MemoryLimit(Path root) {
        this.root = root;
    }

    public static MemoryLimit ofThisMachine() {
        return new MemoryLimit(Path.of("/"));
    }

    /** The smaller of 1 GB and half of what there is. */
    public long defaultBytes() {
        return Math.min(DEFAULT_MAX_BYTES, availableBytes() / 2);
    }

    /** The smallest of the host's memory and the limits of the control groups (version 2 and 1) the process is in. */
    public long availableBytes() {
        long bytes = hostBytes();
        for (String line : lines("proc/self/cgroup")) {
            // "0::/path" is version 2, "7:memory:/path" version 1.
            String[] parts = line.split(":", 3);
            if (parts.length == 3 && parts[0].equals("0") && parts[1].isEmpty()) {
                bytes = Math.min(bytes, smallestAbove("sys/fs/cgroup", parts[2], "memory.max"));
            } else if (parts.length == 3 && List.of(parts[1].split(",")).contains("memory")) {
                bytes = Math.min(bytes, smallestAbove("sys/fs/cgroup/memory", parts[2], "memory.limit_in_bytes"));
            }
        }
        return bytes;
    }

    /** Memory of the machine, whatever the container may use of it. */
    public long hostBytes() {
        for (String line : lines("proc/meminfo")) {
            if (line.startsWith("MemTotal:")) {
                return Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024;
            }
        }
        return 2 * DEFAULT_MAX_BYTES; // no /proc: not Linux, then 1 GB is the default
    }

    /** The smallest limit of a group and those it lies in; inside a container its own group is often mounted as the root. */
    private long smallestAbove(String mount, String group, String file) {
        long smallest = Long.MAX_VALUE;
        String at = group;
        while (true) {
            smallest = Math.min(smallest, number(mount + at + "/" + file));
            int slash = at.lastIndexOf('/');
            if (slash < 0 || at.isEmpty()) {
                return smallest;
            }
            at = at.substring(0, slash);
        }
    }

    private long number(String file) {
        List<String> lines = lines(file.replace("//", "/"));
        try {
            return lines.isEmpty() ? Long.MAX_VALUE : Long.parseLong(lines.getFirst().strip());
        } catch (NumberFormatException e) {
            return Long.MAX_VALUE; // "max"
        }
    }

    private List<String> lines(String file) {
        try {
            return Files.readAllLines(root.resolve(file));
        } catch (IOException e) {
            return List.of();
        }
    }
}
