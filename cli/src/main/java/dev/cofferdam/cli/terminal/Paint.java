// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.cli.terminal;

/** Colours, where there are any. Immutable. Paint goes on after text was aligned: it has a length and no width. */
public enum Paint {
    ON, OFF;

    private static final String RESET = "\033[0m";

    public String bad(String text) {
        return paint("\033[1;31m", text);
    }

    public String good(String text) {
        return paint("\033[32m", text);
    }

    public String strong(String text) {
        return paint("\033[1m", text);
    }

    public String faint(String text) {
        return paint("\033[2m", text);
    }

    /** Red unless it is nothing. */
    public String failures(long count, String text) {
        return count > 0 ? bad(text) : text;
    }

    private String paint(String code, String text) {
        return this == ON ? code + text + RESET : text;
    }
}
