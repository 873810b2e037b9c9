// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.cli.terminal;

import java.io.PrintStream;
import java.util.List;

/**
 * A terminal on which a frame is drawn over the one before.
 *
 * <p>Owns the cursor and the wrapping of long lines: both off while frames are drawn, back at {@link #release}. Any thread, one frame at a time. A frame goes out
 * in one write, each line cleared after its text and not before, so that nothing flickers; in a narrow window it is cut, and keeps its height.
 */
public final class Screen {
    private static final String BEGIN = "\033[?25l\033[?7l";
    private static final String END = "\033[?7h\033[?25h";
    private static final String CLEAR_RIGHT = "\033[K";
    private static final String CLEAR_BELOW = "\033[J";

    private final PrintStream out;
    private int height;
    private boolean closed;

    public Screen(PrintStream out) {
        this.out = out;
    }

    public synchronized void draw(List<String> lines) {
        if (closed) {
            return;
        }
        StringBuilder frame = new StringBuilder(BEGIN);
        if (height > 0) {
            frame.append("\033[").append(height).append('A');
        }
        frame.append('\r');
        for (String line : lines) {
            frame.append(line).append(CLEAR_RIGHT).append('\n');
        }
        frame.append(CLEAR_BELOW);
        height = lines.size();
        out.print(frame);
        out.flush();
    }

    /** The last frame stays; what is printed next comes below it. */
    public synchronized void release() {
        if (height > 0) {
            out.print(END);
            out.flush();
            height = 0;
        }
    }

    /** Nothing is drawn any more: the user's prompt is about to come. */
    public synchronized void close() {
        release();
        closed = true;
    }
}
