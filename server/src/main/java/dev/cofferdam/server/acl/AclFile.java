// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.acl;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The file of users (aclfile): a line "user name rules" for each.
 *
 * <p>Owns nothing. A file with one mistake changes nothing, and every mistake is told. Written beside its place first, so that a crash leaves the old one. What
 * is done to the disk ({@link #contents}, {@link #write}) needs no users and may be done by any thread; what is done to users is the thread's that owns them.
 */
final class AclFile {
    /** What a file may have at most: more would not fit as rules either. */
    private static final long MAX_BYTES = 2 * AclLimits.RULES_MAX_BYTES;

    private final String name;
    private final Users into;
    private final StringBuilder problems = new StringBuilder();
    private final Set<String> seen = new HashSet<>();

    private AclFile(String name, Users into) {
        this.name = name;
        this.into = into;
    }

    /** Reads the file into an empty table; answers what is wrong with it, or null. {@code name} as messages show it. */
    static @Nullable String read(Path path, String name, Users into) {
        return contents(path, name).into(into);
    }

    /**
     * What was read.
     *
     * @param name the file's, as messages show it
     * @param text all of it; empty when it could not be read
     * @param problem why it could not be read, or null
     */
    record Contents(String name, String text, @Nullable String problem) {
        /** Makes the users in an empty table; answers what is wrong with the file, or null. */
        @Nullable
        String into(Users users) {
            return problem != null ? problem : parse(name, text, users);
        }
    }

    /** Any thread: reads the file. */
    static Contents contents(Path path, String name) {
        try {
            if (Files.size(path) > MAX_BYTES) {
                return new Contents(name, "",
                        "Error loading ACLs, opening file '" + name + "': it has " + Files.size(path) + " bytes, " + MAX_BYTES
                                + " is the most");
            }
            return new Contents(name, Files.readString(path, StandardCharsets.ISO_8859_1), null);
        } catch (IOException e) {
            return new Contents(name, "", "Error loading ACLs, opening file '" + name + "': "
                    + (e instanceof NoSuchFileException ? "No such file or directory" : String.valueOf(e.getMessage())));
        }
    }

    private static @Nullable String parse(String name, String text, Users into) {
        AclFile file = new AclFile(name, into);
        String[] lines = text.split("\n", -1);
        for (int i = 0; i < lines.length; i++) {
            file.readLine(lines[i].strip(), i + 1);
        }
        return file.problems.isEmpty()
                ? null
                : file.problems.append("WARNING: ACL errors detected, no change to the previously active ACL rules was performed")
                    .toString();
    }

    private void readLine(String line, int number) {
        if (line.isEmpty()) {
            return;
        }
        List<String> words = List.of(line.split(" ", -1));
        if (!words.getFirst().equals("user") || words.size() < 2) {
            problems.append(name).append(':').append(number).append(" should start with user keyword followed by the username. ");
        } else if (Bytes.hasBlank(words.get(1))) {
            problems.append('\'').append(name).append(':').append(number).append(": username '").append(words.get(1))
                .append("' contains invalid characters. ");
        } else if (!seen.add(words.get(1))) {
            problems.append("WARNING: Duplicate user '").append(words.get(1)).append("' found on line ").append(number).append(". ");
        } else {
            readUser(words.get(1), words.subList(2, words.size()), number);
        }
    }

    private void readUser(String user, List<String> written, int number) {
        List<String> stripped = new ArrayList<>();
        written.forEach(word -> stripped.add(word.strip()));
        if (RuleWords.of(stripped).unmatched >= 0) {
            problems.append(name).append(':').append(number).append(": Unmatched parenthesis in selector definition.");
            return;
        }
        if (user.equals(Users.DEFAULT)) {
            into.clearDefault();
        }
        Users.Change change = into.plan(user, stripped);
        if (change.rules() == null) {
            problems.append(name).append(':').append(number).append(": ").append(change.problem().replace("Error in ACL SETUSER modifier",
                    "Error in applying operation"))
                .append(". ");
        } else {
            into.put(user, change.rules());
        }
    }

    /** All users as the file has them. */
    static String text(Users users) {
        StringBuilder text = new StringBuilder();
        users.all().forEach(user -> text.append(users.line(user)).append('\n'));
        return text.toString();
    }

    /** Any thread: writes the file and waits until it is on the disk; answers what went wrong, or null. */
    static @Nullable String write(Path path, String text) {
        Path temporary = path.resolveSibling(path.getFileName() + ".tmp-" + ProcessHandle.current().pid());
        try {
            Files.writeString(temporary, text, StandardCharsets.ISO_8859_1);
            try (FileChannel channel = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
                channel.force(true);
            }
            Files.move(temporary, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            return null;
        } catch (IOException e) {
            try {
                Files.deleteIfExists(temporary);
            } catch (IOException second) {
                e.addSuppressed(second);
            }
            return e.getClass().getSimpleName() + " " + e.getMessage();
        }
    }
}
