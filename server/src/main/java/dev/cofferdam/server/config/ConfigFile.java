// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.config;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/**
 * Reads files in the syntax of redis.conf: a directive a line, quoted words, lines that begin with {@code #}, and {@code include}.
 *
 * <p>Owns the statements and problems found so far; one thread. A bad line is noted and the rest is read, so that a reader of the report sees all of them.
 */
final class ConfigFile {
    /** An include inside an include inside ...: more is taken for a circle. */
    private static final int INCLUDE_DEPTH_MAX = 16;

    private final List<Statement> statements;
    private final List<String> problems;

    ConfigFile(List<Statement> statements, List<String> problems) {
        this.statements = statements;
        this.problems = problems;
    }

    void read(Path file) {
        read(file, "", 0);
    }

    void read(InputStream stream, String name) {
        try {
            readLines(new String(stream.readAllBytes(), StandardCharsets.ISO_8859_1), name, Path.of(""), 0);
        } catch (IOException e) {
            problems.add(name + ": cannot be read: " + e.getMessage());
        }
    }

    private void read(Path file, String includedAt, int depth) {
        try {
            Path folder = file.toAbsolutePath().getParent();
            readLines(Files.readString(file, StandardCharsets.ISO_8859_1), file.toString(), folder == null ? Path.of("/") : folder, depth);
        } catch (NoSuchFileException e) {
            problems.add(includedAt + "can't open config file '" + file + "': no such file");
        } catch (IOException e) {
            problems.add(includedAt + "can't open config file '" + file + "': "
                    + (Files.isDirectory(file) ? "it is a directory" : e.getMessage()));
        }
    }

    private void readLines(String text, String source, Path folder, int depth) {
        String[] lines = text.split("\n", -1);
        for (int i = 0; i < lines.length; i++) {
            String line = lines[i].strip();
            if (line.isEmpty() || line.charAt(0) == '#') {
                continue;
            }
            List<String> words = Words.split(line);
            if (words == null || words.isEmpty()) {
                problems.add(source + ":" + (i + 1) + ": the quotes do not balance: " + line);
            } else if (words.getFirst().equalsIgnoreCase("include")) {
                include(new Statement(source, i + 1, words), folder, depth);
            } else {
                statements.add(new Statement(source, i + 1, words));
            }
        }
    }

    /** Reads the files that the include names; a pattern in the last part of the path may name none. Relative paths begin at the including file's folder. */
    private void include(Statement statement, Path folder, int depth) {
        if (statement.values().size() != 1) {
            problems.add(statement.place() + ": 'include' takes one file, not " + statement.values().size());
            return;
        }
        if (depth >= INCLUDE_DEPTH_MAX) {
            problems.add(statement.place() + ": files include each other more than " + INCLUDE_DEPTH_MAX + " deep; is there a circle?");
            return;
        }
        String name = new String(statement.values().getFirst().getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
        Path path = folder.resolve(name);
        Path last = path.getFileName();
        if (last == null || !name.contains("*")) {
            read(path, statement.place() + ": ", depth + 1);
            return;
        }
        Path parent = path.getParent();
        try (DirectoryStream<Path> matches = Files.newDirectoryStream(parent == null ? folder : parent, last.toString())) {
            TreeSet<Path> sorted = new TreeSet<>();
            matches.forEach(sorted::add);
            for (Path match : sorted) {
                read(match, statement.place() + ": ", depth + 1);
            }
        } catch (IOException e) {
            problems.add(statement.place() + ": cannot list " + path.getParent() + ": " + e.getMessage());
        }
    }

    static List<Statement> statementsOf(Path file, List<String> problems) {
        List<Statement> statements = new ArrayList<>();
        new ConfigFile(statements, problems).read(file);
        return statements;
    }
}
