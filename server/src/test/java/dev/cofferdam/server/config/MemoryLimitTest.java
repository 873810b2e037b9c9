// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MemoryLimitTest {
    private static final long GB = 1L << 30;
    @TempDir Path root;

    @Test
    void halfOfTheHostButNoMoreThanAGigabyte() throws IOException {
        write("proc/meminfo", "MemTotal:       16777216 kB\nMemFree: 1 kB\n");
        assertThat(limit().defaultBytes()).isEqualTo(GB);
        write("proc/meminfo", "MemTotal:       1048576 kB\n");
        assertThat(limit().defaultBytes()).isEqualTo(GB / 2);
    }

    @Test
    void aGroupOfVersionTwoOrOneOfItsParentsIsTheLimit() throws IOException {
        write("proc/meminfo", "MemTotal:       16777216 kB\n");
        write("proc/self/cgroup", "0::/a/b\n");
        write("sys/fs/cgroup/a/b/memory.max", "max\n");
        write("sys/fs/cgroup/a/memory.max", "536870912\n");
        assertThat(limit().defaultBytes()).isEqualTo(GB / 4);
    }

    @Test
    void aGroupOfVersionOneIsTheLimitAlsoWhenItIsMountedAsTheRoot() throws IOException {
        write("proc/meminfo", "MemTotal:       16777216 kB\n");
        write("proc/self/cgroup", "3:cpu,cpuacct:/docker/1\n2:memory:/docker/1\n");
        write("sys/fs/cgroup/memory/memory.limit_in_bytes", "268435456\n");
        assertThat(limit().availableBytes()).isEqualTo(GB / 4);
    }

    @Test
    void withoutAnyOfTheFilesThereIsADefault() {
        assertThat(limit().defaultBytes()).isEqualTo(GB);
    }

    private MemoryLimit limit() {
        return new MemoryLimit(root);
    }

    private void write(String file, String text) throws IOException {
        Path path = root.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, text);
    }
}
