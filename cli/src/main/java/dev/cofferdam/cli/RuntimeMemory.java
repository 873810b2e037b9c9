// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The memory the process needs beside maxmemory: what the Java runtime may take at most, worked out from its options. Immutable.
 *
 * <p>Resident memory is at most maxmemory and this, because every part is capped by an option of the launcher. The options come from
 * {@code /proc/self/cmdline}, which costs nothing, where the management beans would cost a megabyte of classes.
 *
 * @param heapBytes Java heap (-Xmx)
 * @param metaspaceBytes classes (MaxMetaspaceSize); includes the compressed class space
 * @param codeBytes compiled code (ReservedCodeCacheSize)
 * @param directBytes buffers at the edge of the socket (MaxDirectMemorySize)
 * @param baseBytes the Java virtual machine itself: libraries, archives of classes, collector, threads; measured
 * @param uncapped parts without a cap, empty when started by the launcher
 */
record RuntimeMemory(long heapBytes, long metaspaceBytes, long codeBytes, long directBytes, long baseBytes, List<String> uncapped) {
    /** Resident libjvm and system libraries, class archive, card table, symbols and the stacks of a dozen threads. See docs/internals/decisions.md. */
    static final long BASE_BYTES = 40L << 20;

    static RuntimeMemory ofThisProcess() {
        try {
            return of(List.of(Files.readString(Path.of("/proc/self/cmdline"), StandardCharsets.ISO_8859_1).split("\0")));
        } catch (IOException e) {
            return of(List.of()); // not Linux: nothing is known to be capped
        }
    }

    static RuntimeMemory of(List<String> options) {
        long heap = 0;
        long metaspace = 0;
        long code = 0;
        long direct = 0;
        for (String option : options) {
            if (option.startsWith("-Xmx")) {
                heap = bytes(option.substring(4));
            } else if (option.startsWith("-XX:MaxMetaspaceSize=")) {
                metaspace = bytes(after(option));
            } else if (option.startsWith("-XX:ReservedCodeCacheSize=")) {
                code = bytes(after(option));
            } else if (option.startsWith("-XX:MaxDirectMemorySize=")) {
                direct = bytes(after(option));
            }
        }
        List<String> uncapped = new ArrayList<>();
        note(uncapped, heap, "-Xmx");
        note(uncapped, metaspace, "-XX:MaxMetaspaceSize");
        note(uncapped, code, "-XX:ReservedCodeCacheSize");
        note(uncapped, direct, "-XX:MaxDirectMemorySize");
        return new RuntimeMemory(heap == 0 ? Runtime.getRuntime().maxMemory() : heap, metaspace, code, direct, BASE_BYTES,
                List.copyOf(uncapped));
    }

    private static void note(List<String> uncapped, long bytes, String option) {
        if (bytes == 0) {
            uncapped.add(option);
        }
    }

    private static String after(String option) {
        return option.substring(option.indexOf('=') + 1);
    }

    /** A size as the java command takes it: 64m is 64 * 1024 * 1024. */
    private static long bytes(String text) {
        int shift = switch (text.isEmpty() ? ' ' : Character.toLowerCase(text.charAt(text.length() - 1))) {
            case 'k' -> 10;
            case 'm' -> 20;
            case 'g' -> 30;
            default -> 0;
        };
        try {
            return Long.parseLong(shift == 0 ? text : text.substring(0, text.length() - 1)) << shift;
        } catch (NumberFormatException e) {
            return 0; // the virtual machine has refused it before us
        }
    }

    long totalBytes() {
        return heapBytes + metaspaceBytes + codeBytes + directBytes + baseBytes;
    }
}
