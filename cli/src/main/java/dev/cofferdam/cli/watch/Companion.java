// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.cli.watch;

import dev.cofferdam.watch.config.SettingsException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/** What a watcher that a server started as its console hears from it: its password, a line; then nothing, until the server is gone. Stateless. */
final class Companion {
    private static final int PASSWORD_MAX = 200;

    private Companion() {
    }

    static String password(InputStream in) throws SettingsException {
        byte[] bytes = new byte[PASSWORD_MAX];
        int length = 0;
        try {
            for (int next = in.read(); next >= 0 && next != '\n' && length < PASSWORD_MAX; next = in.read()) {
                bytes[length++] = (byte) next;
            }
        } catch (IOException e) {
            throw WatchArguments.wrong("the server's word cannot be read: " + e.getMessage());
        }
        return new String(bytes, 0, length, StandardCharsets.UTF_8);
    }

    /** Runs the action when the input ends, on a thread of its own. */
    static void whenServerIsGone(InputStream in, Runnable action) {
        Thread.ofPlatform().daemon().name("companion").start(() -> {
            try {
                while (in.read() >= 0) {
                    // Nothing is said; only the end counts.
                }
            } catch (IOException e) {
                // As good as the end.
            }
            action.run();
        });
    }
}
