// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.notify;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A key, token or address that only a file knows. It is read anew for each message, so a rotation needs no restart, and never shown: what
 * it says of itself is its file's name, and {@link #scrub} takes its lines out of any text. Any thread.
 */
final class Secret {
    /** A file that is longer holds no key. */
    static final int BYTES_MAX = 16 << 10;
    /** Shorter ones would take harmless letters out of a text. */
    private static final int SCRUBBED_MIN = 6;

    private final Path file;
    private volatile List<String> last = List.of();

    Secret(Path file) {
        this.file = file;
    }

    /** The lines that are not empty; at least one. */
    List<String> lines() throws DeliveryException {
        List<String> lines;
        try {
            if (Files.size(file) > BYTES_MAX) {
                throw DeliveryException.refused("the secret in " + name() + " is longer than " + BYTES_MAX + " bytes");
            }
            lines = new String(Files.readAllBytes(file), StandardCharsets.UTF_8).lines().map(String::strip).filter(line -> !line.isEmpty())
                .toList();
        } catch (IOException e) {
            // Somebody may just be putting the new one there.
            throw DeliveryException.later("the secret in " + name() + " cannot be read (" + e.getClass().getSimpleName() + ")");
        }
        if (lines.isEmpty()) {
            throw DeliveryException.later("the secret in " + name() + " is empty");
        }
        last = lines;
        return lines;
    }

    /** The first line. */
    String line() throws DeliveryException {
        return lines().getFirst();
    }

    private String name() {
        return String.valueOf(file.getFileName());
    }

    /** The text without anything of this secret, whoever put it there. */
    String scrub(String text) {
        String clean = text;
        for (String line : last) {
            clean = scrub(clean, line);
            if (line.contains("://")) {
                // Of an address it is the path that nobody may know, and an error message may show it in parts.
                for (String part : line.substring(line.indexOf("://") + 3).split("[/?&=]")) {
                    clean = part.equals(host(line)) ? clean : scrub(clean, part);
                }
            }
        }
        return clean;
    }

    private static String host(String address) {
        return address.substring(address.indexOf("://") + 3).split("[/?]")[0];
    }

    private static String scrub(String text, String secret) {
        return secret.length() < SCRUBBED_MIN ? text : text.replace(secret, "***");
    }

    @Override
    public String toString() {
        return "secret of " + name();
    }
}
