// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.cli.terminal;

import java.io.Console;

/**
 * What the output can do. Immutable.
 *
 * @param redraws it is a screen on which a table can be drawn over the last one
 * @param colours it shows colours, and the user has not said NO_COLOR
 */
public record Terminal(boolean redraws, boolean colours) {
    public static final Terminal NONE = new Terminal(false, false);

    public static Terminal ofThisProcess() {
        Console console = System.console();
        if (console == null || !console.isTerminal() || "dumb".equals(System.getenv("TERM"))) {
            return NONE;
        }
        String noColour = System.getenv("NO_COLOR");
        return new Terminal(true, noColour == null || noColour.isEmpty());
    }

    public Paint paint() {
        return colours ? Paint.ON : Paint.OFF;
    }
}
