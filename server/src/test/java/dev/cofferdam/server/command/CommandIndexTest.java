// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cofferdam.memory.Mem;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/** Every name of the table in three spellings, and every name with one byte changed. */
class CommandIndexTest {
    private final CommandIndex index = index();
    private final long buffer = Mem.scratch(64);

    @Test
    void findsEveryCommandInEitherCase() {
        assertThat(index.all()).hasSizeGreaterThan(150);
        for (Command command : index.all()) {
            String name = command.name();
            assertThat(find(name)).as(name).isSameAs(command);
            assertThat(find(name.toUpperCase(Locale.ROOT))).as(name).isSameAs(command);
            String mixed = name.substring(0, 1).toUpperCase(Locale.ROOT) + name.substring(1);
            assertThat(find(mixed)).as(mixed).isSameAs(command);
        }
    }

    @Test
    void takesNoOtherByteForALetter() {
        for (Command command : index.all()) {
            String name = command.name();
            for (int at = 0; at < name.length(); at++) {
                for (int flip : new int[] {0x20, 0x40, 0x80, 1}) {
                    String other = name.substring(0, at) + (char) (name.charAt(at) ^ flip) + name.substring(at + 1);
                    Command found = find(other);
                    if (found != null) {
                        assertThat(other.toLowerCase(Locale.ROOT)).isEqualTo(found.name());
                    }
                }
            }
        }
    }

    @Test
    void knowsNothingElse() {
        for (String name : new String[] {"", "x", "ge", "gett", "getrang", "zrangebyscoree", "x".repeat(64), "georadiusbymember_rx"}) {
            assertThat(find(name)).as(name).isNull();
        }
    }

    private static CommandIndex index() {
        CommandTable table = new CommandTable();
        CommandFamilies.declareAll(table);
        return table.index();
    }

    private Command find(String name) {
        byte[] bytes = name.getBytes(StandardCharsets.ISO_8859_1);
        Mem.copyFrom(bytes, 0, buffer, bytes.length);
        return index.find(buffer, bytes.length);
    }
}
