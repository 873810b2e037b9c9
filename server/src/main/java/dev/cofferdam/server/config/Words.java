// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.config;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A configuration line as words, with the quoting Redis uses.
 *
 * <p>Words stand apart by white space. In double quotes {@code \n \r \t \b \a}, {@code \xHH} and {@code \} before any other char are understood, in single
 * quotes only {@code \'}; behind a closing quote a word must end. {@link #quote} is the way back.
 */
public final class Words {
    private final String line;
    private int at;

    private Words(String line) {
        this.line = line;
    }

    /** The words of the line, or null when its quotes do not balance. */
    public static @Nullable List<String> split(String line) {
        return new Words(line).read();
    }

    private @Nullable List<String> read() {
        List<String> words = new ArrayList<>();
        while (true) {
            while (at < line.length() && isSpace(line.charAt(at))) {
                at++;
            }
            if (at == line.length()) {
                return words;
            }
            String word = readWord();
            if (word == null) {
                return null;
            }
            words.add(word);
        }
    }

    private @Nullable String readWord() {
        StringBuilder word = new StringBuilder();
        while (at < line.length() && !isSpace(line.charAt(at)) && line.charAt(at) != 0) {
            char c = line.charAt(at++);
            if (c == '"' || c == '\'') {
                if (!readQuoted(c, word) || at < line.length() && !isSpace(line.charAt(at))) {
                    return null;
                }
            } else {
                word.append(c);
            }
        }
        if (at < line.length() && line.charAt(at) == 0) {
            at++;
        }
        return word.toString();
    }

    /** Reads up to the closing quote; false when there is none. */
    private boolean readQuoted(char quote, StringBuilder word) {
        while (at < line.length()) {
            char c = line.charAt(at++);
            if (c == quote) {
                return true;
            }
            if (c != '\\' || at == line.length()) {
                word.append(c);
            } else if (quote == '"') {
                readEscape(word);
            } else if (line.charAt(at) == '\'') {
                word.append(line.charAt(at++));
            } else {
                word.append(c);
            }
        }
        return false;
    }

    private void readEscape(StringBuilder word) {
        char c = line.charAt(at++);
        if (c == 'x' && at + 1 < line.length() && hex(line.charAt(at)) >= 0 && hex(line.charAt(at + 1)) >= 0) {
            word.append((char) (hex(line.charAt(at)) << 4 | hex(line.charAt(at + 1))));
            at += 2;
            return;
        }
        word.append(switch (c) {
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'b' -> '\b';
            case 'a' -> '\u0007';
            default -> c;
        });
    }

    /** Value of a hex digit, -1 for another char; ASCII only, where {@link Character#digit} knows many scripts. */
    private static int hex(char c) {
        return c < 128 ? Character.digit(c, 16) : -1;
    }

    /** White space as C has it. */
    private static boolean isSpace(char c) {
        return c == ' ' || c >= '\t' && c <= '\r';
    }

    /** The word as it must be written in a file to be read back the same: as it is when it can, else in double quotes. */
    public static String quote(String word) {
        boolean plain = !word.isEmpty() && word.charAt(0) != '#';
        for (int i = 0; i < word.length(); i++) {
            char c = word.charAt(i);
            plain &= c > ' ' && c < 127 && c != '"' && c != '\'';
        }
        return plain ? word : quoted(word);
    }

    private static String quoted(String word) {
        StringBuilder out = new StringBuilder("\"");
        for (int i = 0; i < word.length(); i++) {
            char c = word.charAt(i);
            switch (c) {
                case '"', '\\' -> out.append('\\').append(c);
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                default -> {
                    if (c < ' ' || c >= 127) {
                        out.append(String.format("\\x%02x", (int) c));
                    } else {
                        out.append(c);
                    }
                }
            }
        }
        return out.append('"').toString();
    }

    /** The words as one line. */
    public static String join(List<String> words) {
        StringBuilder line = new StringBuilder();
        for (String word : words) {
            line.append(line.isEmpty() ? "" : " ").append(quote(word));
        }
        return line.toString();
    }
}
