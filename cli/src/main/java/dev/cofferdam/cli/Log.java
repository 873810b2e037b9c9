// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.cli;

import dev.cofferdam.memory.Clock;
import dev.cofferdam.server.Events;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/**
 * The log, in the format that tools for Redis read: {@code 4711:M 22 Nov 2026 21:00:00.000 * text}.
 *
 * <p>Owns the stream. Any thread. The mark before the text is the level: {@code .} debug, {@code -} verbose, {@code *} notice, {@code #} warning.
 */
final class Log implements Events {
    /** From the least to the most important. */
    enum Level {
        DEBUG('.'), VERBOSE('-'), NOTICE('*'), WARNING('#');

        private final char mark;

        Level(char mark) {
            this.mark = mark;
        }

        static Level named(String name) {
            return valueOf(name.toUpperCase(Locale.ROOT));
        }
    }

    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("dd MMM yyyy HH:mm:ss.SSS", Locale.ROOT)
        .withZone(ZoneId.systemDefault());

    private final PrintStream out;
    private final Clock clock;
    private final long pid;
    private volatile Level least;

    Log(PrintStream out, Clock clock, long pid, Level least) {
        this.out = out;
        this.clock = clock;
        this.pid = pid;
        this.least = least;
    }

    /** The stream a logfile directive asks for: the file, appended to, or {@code standardOutput} when it is empty. */
    static PrintStream stream(String logfile, PrintStream standardOutput) throws IOException {
        return logfile.isEmpty() ? standardOutput : new PrintStream(new FileOutputStream(logfile, true), true, StandardCharsets.UTF_8);
    }

    void setLevel(Level level) {
        least = level;
    }

    /** What the server reports: one event a line. */
    @Override
    public void log(String line) {
        write(Level.NOTICE, line);
    }

    void notice(String text) {
        write(Level.NOTICE, text);
    }

    void warning(String text) {
        write(Level.WARNING, text);
    }

    private void write(Level level, String text) {
        if (level.compareTo(least) >= 0) {
            out.println(pid + ":M " + TIME.format(Instant.ofEpochMilli(clock.wallMillis())) + " " + level.mark + " " + text);
        }
    }
}
