// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.tests.compat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;

/**
 * A file of commands, one a line, and what is random in it made definite by a seed.
 *
 * <pre>
 *  # comment
 *  SET key "with blanks \x00\r\n"
 *  ~ KEYS *                 elements in any order
 *  ? RANDOMKEY              only the kind of reply is compared: string, number, array, error ...
 *  ! EVALSHA x              of an error only its first word
 *  x50 SET {key} {word}     fifty times, with new random values each time
 *  2> GET a                 by a second connection
 *  wait 20                  milliseconds
 *
 *  {key} one of eight names   {int} small or large   {small} -12 to 12   {real}   {word} 0 to 60 letters   {a|b|c} one of them
 * </pre>
 */
final class CompatScript {
    /** How the replies to a line are compared. */
    enum Comparison {
        EXACT, ANY_ORDER, SHAPE, ERROR_CODE
    }

    /** One command to send to both. */
    record Step(int line, int connection, Comparison comparison, List<String> arguments) {
    }

    private final Random random;

    CompatScript(long seed) {
        random = new Random(seed);
    }

    List<Step> read(String resource) throws IOException {
        List<Step> steps = new ArrayList<>();
        try (InputStream in = Objects.requireNonNull(CompatScript.class.getResourceAsStream("/compat/" + resource), resource)) {
            String[] lines = new String(in.readAllBytes(), StandardCharsets.ISO_8859_1).split("\n", -1);
            for (int i = 0; i < lines.length; i++) {
                addLine(steps, i + 1, lines[i].strip());
            }
        }
        return steps;
    }

    private void addLine(List<Step> steps, int number, String line) {
        if (line.isEmpty() || line.startsWith("#")) {
            return;
        }
        String rest = line;
        int times = 1;
        if (rest.matches("x\\d+ .*")) {
            times = Integer.parseInt(rest.substring(1, rest.indexOf(' ')));
            rest = rest.substring(rest.indexOf(' ') + 1).strip();
        }
        int connection = 0;
        if (rest.startsWith("2> ")) {
            connection = 1;
            rest = rest.substring(3).strip();
        }
        Comparison comparison = switch (rest.charAt(0)) {
            case '~' -> Comparison.ANY_ORDER;
            case '?' -> Comparison.SHAPE;
            case '!' -> Comparison.ERROR_CODE;
            default -> Comparison.EXACT;
        };
        if (comparison != Comparison.EXACT) {
            rest = rest.substring(1).strip();
        }
        for (int i = 0; i < times; i++) {
            steps.add(new Step(number, connection, comparison, words(rest)));
        }
    }

    /** The words of a command line, quoted ones unquoted; nothing in it is random. */
    static List<String> split(String line) {
        return new CompatScript(0).words(line);
    }

    private List<String> words(String line) {
        List<String> words = new ArrayList<>();
        int at = 0;
        while (at < line.length()) {
            if (line.charAt(at) == ' ') {
                at++;
            } else if (line.charAt(at) == '"') {
                StringBuilder word = new StringBuilder();
                at = quoted(line, at + 1, word);
                words.add(word.toString());
            } else {
                int end = line.indexOf(' ', at);
                end = end < 0 ? line.length() : end;
                words.add(fill(line.substring(at, end)));
                at = end;
            }
        }
        return words;
    }

    private static int quoted(String line, int from, StringBuilder word) {
        int at = from;
        while (line.charAt(at) != '"') {
            char c = line.charAt(at++);
            if (c == '\\') {
                c = line.charAt(at++);
                if (c == 'x') {
                    c = (char) Integer.parseInt(line.substring(at, at + 2), 16);
                    at += 2;
                } else {
                    c = c == 'n' ? '\n' : c == 'r' ? '\r' : c == 't' ? '\t' : c;
                }
            }
            word.append(c);
        }
        return at + 1;
    }

    private String fill(String word) {
        int open = word.indexOf('{');
        int close = word.indexOf('}', open + 1);
        if (open < 0 || close < 0) {
            return word;
        }
        return word.substring(0, open) + value(word.substring(open + 1, close)) + fill(word.substring(close + 1));
    }

    private String value(String kind) {
        return switch (kind) {
            case "key" -> "key" + random.nextInt(8);
            case "int" -> Long.toString(random.nextInt(4) == 0 ? random.nextLong() : random.nextInt(2000) - 1000);
            case "small" -> Integer.toString(random.nextInt(25) - 12);
            case "real" -> random.nextInt(3) == 0
                    ? Double.toString(random.nextGaussian() * Math.pow(10, random.nextInt(12) - 4))
                    : Integer.toString(random.nextInt(200) - 100) + (random.nextBoolean() ? "." + random.nextInt(100) : "");
            case "word" -> letters(random.nextInt(10) == 0 ? random.nextInt(60) : random.nextInt(8));
            default -> {
                String[] choices = kind.split("\\|", -1);
                yield choices[random.nextInt(choices.length)];
            }
        };
    }

    private String letters(int count) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < count; i++) {
            text.append((char) ('a' + random.nextInt(26)));
        }
        return text.toString();
    }
}
