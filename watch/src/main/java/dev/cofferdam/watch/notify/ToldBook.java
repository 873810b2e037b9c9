// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.notify;

import dev.cofferdam.watch.text.Printable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.type.TypeReference;

/**
 * What all channels have told so far, kept on the disk: a watch that starts anew wakes nobody a second time and goes on changing the message
 * that is there. Any thread, under its own lock. The file is replaced as a whole; a message that went out just before a kill may go out once
 * more, never the other way round.
 */
final class ToldBook {
    /** Over all channels; the oldest are forgotten first. */
    static final int ENTRIES_MAX = 1_000;

    private final @Nullable Path file;
    private final Map<String, Told> told = new LinkedHashMap<>();
    private String trouble = "";

    ToldBook(@Nullable Path folder) {
        this.file = folder == null ? null : folder.resolve("told.json");
        read();
    }

    private void read() {
        if (file == null || !Files.isRegularFile(file)) {
            return;
        }
        try {
            for (Told one : MessageJson.MAPPER.readValue(Files.readAllBytes(file), new TypeReference<List<Told>>() {
            })) {
                told.put(key(one.channel(), one.incident()), one);
            }
        } catch (IOException | JacksonException e) {
            trouble = "What was told before cannot be read (" + e.getClass().getSimpleName() + "): live incidents are told again";
        }
    }

    synchronized @Nullable Told find(String channel, String incident) {
        return told.get(key(channel, incident));
    }

    synchronized void put(Told now) {
        Told before = told.remove(key(now.channel(), now.incident()));
        told.put(key(now.channel(), now.incident()), now);
        if (told.size() > ENTRIES_MAX) {
            told.remove(told.keySet().iterator().next());
        }
        boolean same = before != null && before.signature().equals(now.signature()) && before.reference().equals(now.reference());
        if (!same) {
            write();
        }
    }

    private void write() {
        if (file == null) {
            return;
        }
        try {
            Files.createDirectories(file.getParent());
            Path fresh = file.resolveSibling("told.json.new");
            Files.write(fresh, MessageJson.MAPPER.writeValueAsBytes(List.copyOf(told.values())));
            Files.move(fresh, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
            trouble = "";
        } catch (IOException e) {
            trouble = "What was told cannot be kept: " + e.getClass().getSimpleName() + " "
                    + Printable.text(String.valueOf(e.getMessage()), 200);
        }
    }

    synchronized String trouble() {
        return trouble;
    }

    private static String key(String channel, String incident) {
        return channel + "\n" + incident;
    }
}
