// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.incident;

import java.io.IOException;
import java.nio.file.Path;

/** A process that keeps a book and says after each note that it is written, until it is killed. */
public final class CrashingWatch {
    private CrashingWatch() {
    }

    /** What three lives write fits into one timeline. */
    static final int NOTES = 100;

    public static void main(String[] arguments) throws IOException {
        Scene scene = new Scene(Path.of(arguments[0]), IncidentOptions.DEFAULTS);
        if (scene.book.current(Scene.TARGET) == null) {
            scene.untilPage();
        }
        String id = scene.current().id();
        for (int i = 0; i < NOTES; i++) {
            scene.book.note(id, arguments[1], "note " + i);
            System.out.println(i);
            System.out.flush();
        }
        // Whoever did not kill it in time kills it now.
        System.in.read();
    }
}
