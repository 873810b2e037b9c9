// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.tests.compat;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Access rules name commands and categories: each command has the categories it has on a stock server, and each name of a stock server may stand in a rule. */
class CommandCategoriesIT {
    /** Place of the categories, and of the sub-commands, in what COMMAND says of a command. */
    private static final int CATEGORIES = 6;
    private static final int SUBCOMMANDS = 9;

    @Test
    void areThoseOfStock() throws Exception {
        try (SideBySide servers = SideBySide.start(CommandCategoriesIT.class, "--maxmemory", "256mb");
                RawClient there = servers.stock();
                RawClient here = servers.ours()) {
            SortedMap<String, SortedSet<String>> stockCategories = categories(there.run(List.of("COMMAND")));
            SortedMap<String, SortedSet<String>> ourCategories = categories(here.run(List.of("COMMAND")));
            List<String> differences = new ArrayList<>();
            int compared = 0;
            for (String name : ourCategories.keySet()) {
                if (stockCategories.containsKey(name)) {
                    compared++;
                    if (!stockCategories.get(name).equals(ourCategories.get(name))) {
                        differences.add(name + ": stock " + stockCategories.get(name) + ", ours " + ourCategories.get(name));
                    }
                }
            }
            assertThat(differences).isEmpty();
            assertThat(compared).isGreaterThan(280);
            for (String name : stockCategories.keySet()) {
                assertThat(here.run(List.of("ACL", "SETUSER", "probe", "+" + name, "-" + name)).head()).as("+%s", name).isEqualTo("+OK");
            }
            SortedSet<String> listedThere = names(there.run(List.of("COMMAND", "LIST")));
            listedThere.retainAll(ourCategories.keySet());
            assertThat(listedThere).hasSize(compared);
            assertThat(names(here.run(List.of("COMMAND", "LIST")))).containsAll(listedThere);
            assertThat(here.run(List.of("ACL", "CAT"))).isEqualTo(there.run(List.of("ACL", "CAT")));
        }
    }

    private static SortedSet<String> names(Reply list) {
        SortedSet<String> names = new TreeSet<>();
        list.parts().forEach(name -> names.add(name.head().split("\r\n", 2)[1]));
        return names;
    }

    private static SortedMap<String, SortedSet<String>> categories(Reply commands) {
        SortedMap<String, SortedSet<String>> found = new TreeMap<>();
        for (Reply command : commands.parts()) {
            SortedSet<String> categories = new TreeSet<>();
            command.parts().get(CATEGORIES).parts().forEach(category -> categories.add(category.head()));
            found.put(command.parts().getFirst().head().split("\r\n", 2)[1], categories);
            found.putAll(categories(command.parts().get(SUBCOMMANDS)));
        }
        return found;
    }
}
