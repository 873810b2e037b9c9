// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.cli.demo;

import java.io.File;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Where the two servers' programs lie, and the lines that start them. Stateless. */
final class Programs {
    /** The launcher lies above the jar: cli/target/cofferdam.jar in a checkout, lib/cofferdam.jar in a release. */
    private static final int FOLDERS_UP_MAX = 3;

    private Programs() {
    }

    /** The stock server in PATH, or null. */
    static @Nullable Path findRedisServer() {
        for (String folder : String.valueOf(System.getenv("PATH")).split(File.pathSeparator, -1)) {
            Path candidate = Path.of(folder, "redis-server");
            if (Files.isExecutable(candidate)) {
                return candidate;
            }
        }
        return null;
    }

    /** The script the user has started us with. */
    static Path findLauncher() {
        try {
            Path folder = Path.of(Programs.class.getProtectionDomain().getCodeSource().getLocation().toURI()).getParent();
            for (int up = 0; up < FOLDERS_UP_MAX && folder != null; up++, folder = folder.getParent()) {
                Path launcher = folder.resolve("cofferdam");
                if (Files.isRegularFile(launcher) && Files.isExecutable(launcher)) {
                    return launcher;
                }
            }
        } catch (URISyntaxException e) {
            // Then it is not found.
        }
        throw new DemoException("the launcher 'cofferdam' is not where this jar comes from; run the demo by ./cofferdam demo");
    }

    /** A stock server as people run it for this, without files. */
    static List<String> redisServer(Path program, int port, long memoryBytes, String policy) {
        return List.of(program.toString(), "--port", Integer.toString(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no",
                "--maxmemory", Long.toString(memoryBytes), "--maxmemory-policy", policy);
    }

    /** Cofferdam as the README says to start it: no configuration. */
    static List<String> cofferdam(Path launcher, int port, long memoryBytes) {
        return List.of(launcher.toString(), "serve", "--port", Integer.toString(port), "--maxmemory", Long.toString(memoryBytes));
    }
}
