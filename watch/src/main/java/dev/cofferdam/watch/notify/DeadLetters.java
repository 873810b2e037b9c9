// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.notify;

import dev.cofferdam.watch.text.Words;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * Messages that nobody got, one JSON line each in {@code dead-letters.jsonl}, so that somebody can find out what was not told and why. Any
 * thread, under its own lock. At {@link #FILE_BYTES_MAX} the file becomes {@code dead-letters.1.jsonl} and a new one begins.
 */
final class DeadLetters {
    static final long FILE_BYTES_MAX = 512 << 10;

    private final @Nullable Path folder;
    private long count;
    private String trouble = "";

    DeadLetters(@Nullable Path folder) {
        this.folder = folder;
    }

    synchronized void add(String channel, Message message, int attempts, String why, long atMillis) {
        count++;
        if (folder == null) {
            return;
        }
        ObjectNode letter = MessageJson.MAPPER.createObjectNode();
        letter.put("at", Words.iso(atMillis)).put("channel", channel).put("incident", message.incident().id()).put("attempts", attempts)
            .put("why", why);
        letter.set("message", MessageJson.of(message));
        try {
            Files.createDirectories(folder);
            Path file = folder.resolve("dead-letters.jsonl");
            if (Files.exists(file) && Files.size(file) > FILE_BYTES_MAX) {
                Files.move(file, folder.resolve("dead-letters.1.jsonl"), StandardCopyOption.REPLACE_EXISTING);
            }
            Files.writeString(file, MessageJson.MAPPER.writeValueAsString(letter) + "\n", StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND);
            trouble = "";
        } catch (IOException e) {
            trouble = "Dead letters cannot be kept: " + e.getClass().getSimpleName();
        }
    }

    synchronized long count() {
        return count;
    }

    synchronized String trouble() {
        return trouble;
    }
}
