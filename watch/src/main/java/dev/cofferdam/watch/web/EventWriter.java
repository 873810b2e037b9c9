// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.web;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** Writes server-sent events to one visitor. Used by one thread; a visitor who does not take an event in time is cut off. */
public final class EventWriter implements AutoCloseable {
    /** One event must have been taken after this time. */
    static final Duration WRITE_MAX = Duration.ofSeconds(10);

    private final OutputStream out;
    private final WriteDeadlines deadlines;

    EventWriter(OutputStream out, WriteDeadlines deadlines) {
        this.out = out;
        this.deadlines = deadlines;
    }

    /** How long a visitor waits before it comes again. */
    public void retry(int millis) throws IOException {
        write("retry: " + millis + "\n\n");
    }

    /** @param data one line: JSON has no others */
    public void event(String id, String name, String data) throws IOException {
        write("id: " + id + "\nevent: " + name + "\ndata: " + data + "\n\n");
    }

    /** Nothing, but it shows that both ends live. */
    public void heartbeat() throws IOException {
        write(":\n\n");
    }

    private void write(String text) throws IOException {
        deadlines.begin(WRITE_MAX);
        try {
            out.write(text.getBytes(StandardCharsets.UTF_8));
            out.flush();
            deadlines.end();
        } finally {
            deadlines.forget();
        }
    }

    @Override
    public void close() throws IOException {
        out.close();
    }
}
