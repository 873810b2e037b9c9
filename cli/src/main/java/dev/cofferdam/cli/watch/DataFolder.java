// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.cli.watch;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Where a watcher keeps what it knows; one watcher a folder, kept so by a lock on a file in it that ends with the process. */
final class DataFolder {
    private DataFolder() {
    }

    /** Where a program keeps its state by the XDG convention; null when the environment names neither that nor a home. */
    static @Nullable Path usual(Map<String, String> environment) {
        String state = environment.get("XDG_STATE_HOME");
        if (state != null && !state.isEmpty()) {
            return Path.of(state, "cofferdam-watch");
        }
        String home = environment.get("HOME");
        return home == null || home.isEmpty() ? null : Path.of(home, ".local", "state", "cofferdam-watch");
    }

    /** Makes the folder ours until the process ends; throws with a reason for people when it cannot be. */
    static void take(Path folder) throws IOException {
        Files.createDirectories(folder);
        FileChannel file = FileChannel.open(folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            FileLock lock = file.tryLock();
            if (lock != null) {
                return; // never released: the end of the process does it, however it ends
            }
        } catch (OverlappingFileLockException e) {
            // Another watcher of this very process; the same answer.
        }
        file.close();
        throw new IOException("another watcher uses it");
    }
}
