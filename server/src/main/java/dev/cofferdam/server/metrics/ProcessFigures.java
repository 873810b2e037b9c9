// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.metrics;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** What the operating system says about this process: resident memory and processor time, from /proc. Owns nothing; any thread. Zeros where there is no /proc. */
public final class ProcessFigures {
    private static final int PAGE_BYTES = 4096;
    private static final double TICKS_PER_SECOND = 100;
    /** Positions in /proc/.../stat, counted behind the parenthesis that ends the command's name. */
    private static final int USER_TICKS = 11;
    private static final int SYSTEM_TICKS = 12;

    private ProcessFigures() {
    }

    /** Resident memory, files mapped into it included. */
    public static long residentBytes() {
        String[] words = words("/proc/self/statm");
        return words.length < 2 ? 0 : Long.parseLong(words[1]) * PAGE_BYTES;
    }

    public static double userSeconds() {
        return ticks("/proc/self/stat", USER_TICKS);
    }

    public static double systemSeconds() {
        return ticks("/proc/self/stat", SYSTEM_TICKS);
    }

    /** Processor time of the thread that asks. */
    public static double threadUserSeconds() {
        return ticks("/proc/thread-self/stat", USER_TICKS);
    }

    public static double threadSystemSeconds() {
        return ticks("/proc/thread-self/stat", SYSTEM_TICKS);
    }

    /** How many files and connections the process may have open; a very large number where nobody says. */
    public static long openFilesMax() {
        for (String line : read("/proc/self/limits").split("\n")) {
            if (line.startsWith("Max open files")) {
                String soft = line.substring("Max open files".length()).strip().split(" ")[0];
                return soft.equals("unlimited") ? Long.MAX_VALUE : Long.parseLong(soft);
            }
        }
        return Long.MAX_VALUE;
    }

    private static double ticks(String file, int position) {
        String text = read(file);
        String[] words = text.substring(text.lastIndexOf(')') + 1).strip().split(" ");
        return words.length <= position ? 0 : Long.parseLong(words[position]) / TICKS_PER_SECOND;
    }

    private static String[] words(String file) {
        return read(file).strip().split(" ");
    }

    private static String read(String file) {
        try {
            return Files.readString(Path.of(file), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return "";
        }
    }
}
