// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.incident;

import java.util.ArrayList;
import java.util.List;

/**
 * A document in Markdown whose texts come from outside. A word that holds anything Markdown or HTML would act upon becomes code, in which
 * nothing acts; so no key draws a link or a table of its own. One thread.
 */
final class Markdown {
    private static final String SPECIAL = "<>[]*_|`#\\&~!";

    private final StringBuilder text = new StringBuilder();

    static String words(String plain) {
        List<String> words = new ArrayList<>();
        for (String word : plain.split(" ")) {
            boolean special = word.chars().anyMatch(c -> SPECIAL.indexOf(c) >= 0);
            words.add(special ? code(word) : word);
        }
        return String.join(" ", words);
    }

    static String code(String plain) {
        return "`" + plain.replace('`', '\'').replace("|", "\\|") + "`";
    }

    Markdown heading(int level, String plain) {
        text.append(text.isEmpty() ? "" : "\n").append("#".repeat(level)).append(' ').append(words(plain)).append("\n\n");
        return this;
    }

    /** Already Markdown. */
    Markdown line(String markdown) {
        text.append(markdown).append('\n');
        return this;
    }

    Markdown paragraph(String plain) {
        return line(words(plain)).line("");
    }

    Markdown item(String plain) {
        return line("- " + words(plain));
    }

    Markdown row(String... cells) {
        text.append('|');
        for (String cell : cells) {
            text.append(' ').append(words(cell)).append(" |");
        }
        text.append('\n');
        return this;
    }

    Markdown header(String... cells) {
        return row(cells).line("|" + " --- |".repeat(cells.length));
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
