// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.tests.compat;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/**
 * COMMAND INFO and COMMAND DOCS say of every command what a stock server's say, but for the rows of a table in docs/reference/differences.md. The table is held
 * against the servers in both directions: what differs and is not listed fails, and so does what is listed and does not differ.
 */
class CommandDescriptionsIT {
    private static final Path PAGE = Objects.requireNonNull(Path.of("").toAbsolutePath().getParent())
        .resolve("docs/reference/differences.md");
    private static final String TABLE_BEGIN = "| Command | What is said of it | Redis 7.0.15 | Cofferdam |";
    private static final String ABSENT = "-";
    /** Sentences of so many words could not come out the same twice. */
    private static final int OWN_WORDS_MIN = 6;

    @Test
    void areThoseOfStockButForWhatIsListed() throws Exception {
        try (SideBySide servers = SideBySide.start(CommandDescriptionsIT.class, "--maxmemory", "64mb");
                RawClient there = servers.stock();
                RawClient here = servers.ours()) {
            for (String protocol : List.of("2", "3")) {
                here.run(List.of("HELLO", protocol));
                there.run(List.of("HELLO", protocol));
                compare(CommandFacts.of(there), CommandFacts.of(here), protocol);
            }
            CommandFacts our = CommandFacts.of(here);
            for (String name : our.facts().keySet()) {
                CommandFacts alone = CommandFacts.of(here, name);
                assertThat(alone.facts().get(name)).as("%s, asked for alone", name).isEqualTo(our.facts().get(name));
            }
        }
    }

    private static void compare(CommandFacts stocks, CommandFacts our, String protocol) throws IOException {
        assertThat(stocks.facts()).hasSizeGreaterThan(350);
        SortedSet<String> differences = differences(stocks, our);
        if (Boolean.getBoolean("cofferdam.pages.write")) {
            write(differences);
        }
        assertThat(differences).as("what differs in RESP%s, and the table in %s", protocol, PAGE).isEqualTo(listed());
        assertThat(copied(stocks, our)).as("sentences that are stock's").isEmpty();
    }

    private static SortedSet<String> differences(CommandFacts stocks, CommandFacts our) {
        SortedSet<String> rows = new TreeSet<>();
        SortedSet<String> names = new TreeSet<>(stocks.facts().keySet());
        names.addAll(our.facts().keySet());
        for (String name : names) {
            SortedMap<String, String> there = stocks.facts().get(name);
            SortedMap<String, String> here = our.facts().get(name);
            if (there == null || here == null) {
                rows.add(row(name, "the command", there == null ? ABSENT : "is there", here == null ? ABSENT : "is there"));
                continue;
            }
            SortedMap<String, String> all = new TreeMap<>(there);
            all.putAll(here);
            for (String what : all.keySet()) {
                String stock = there.getOrDefault(what, ABSENT);
                String ourOwn = here.getOrDefault(what, ABSENT);
                if (!stock.equals(ourOwn)) {
                    rows.add(row(name, what, stock, ourOwn));
                }
            }
        }
        return rows;
    }

    private static List<String> copied(CommandFacts stocks, CommandFacts our) {
        List<String> copied = new ArrayList<>();
        our.sentences().forEach((name, sentences) -> sentences.forEach((what, text) -> {
            SortedMap<String, String> there = stocks.sentences().getOrDefault(name, new TreeMap<>());
            if (text.equals(there.get(what)) && text.split(" ").length >= OWN_WORDS_MIN) {
                copied.add(name + " " + what + ": " + text);
            }
        }));
        return copied;
    }

    private static String row(String name, String what, String stock, String ourOwn) {
        return "| `" + name.replace('|', ' ') + "` | " + what + " | " + stock.replace("|", "\\|") + " | " + ourOwn.replace("|", "\\|")
                + " |";
    }

    private static SortedSet<String> listed() throws IOException {
        SortedSet<String> rows = new TreeSet<>();
        List<String> lines = Files.readAllLines(PAGE);
        int begin = lines.indexOf(TABLE_BEGIN);
        assertThat(begin).as("line of '%s'", TABLE_BEGIN).isNotNegative();
        for (int i = begin + 2; i < lines.size() && lines.get(i).startsWith("|"); i++) {
            assertThat(rows.add(lines.get(i))).as("'%s' stands there once", lines.get(i)).isTrue();
        }
        return rows;
    }

    private static void write(SortedSet<String> rows) throws IOException {
        List<String> lines = new ArrayList<>(Files.readAllLines(PAGE));
        int begin = lines.indexOf(TABLE_BEGIN) + 2;
        while (begin < lines.size() && lines.get(begin).startsWith("|")) {
            lines.remove(begin);
        }
        lines.addAll(begin, rows);
        Files.write(PAGE, lines);
    }
}
