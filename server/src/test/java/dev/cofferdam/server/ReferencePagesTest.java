// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cofferdam.server.command.CommandFamilies;
import dev.cofferdam.server.command.CommandTable;
import dev.cofferdam.server.commands.CommandReference;
import dev.cofferdam.server.config.ConfigReference;
import dev.cofferdam.server.metrics.MetricsReference;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/**
 * The generated pages say what the tables say. Mend them with
 * {@code mvn test -pl server -am -Dtest=ReferencePagesTest -Dsurefire.failIfNoSpecifiedTests=false -Dcofferdam.pages.write=true}.
 */
class ReferencePagesTest {
    private static final Path ROOT = Path.of(System.getProperty("cofferdam.root", "..")).toAbsolutePath().normalize();

    @Test
    void theDefaultConfigurationFile() throws IOException {
        check("cofferdam.conf", ConfigReference.file());
    }

    @Test
    void theConfigurationPage() throws IOException {
        check("docs/reference/configuration.md", ConfigReference.page());
    }

    @Test
    void theMetricsPage() throws IOException {
        check("docs/reference/metrics.md", MetricsReference.page());
    }

    @Test
    void theCommandsPage() throws IOException {
        CommandTable table = new CommandTable();
        CommandFamilies.declareAll(table);
        check("docs/reference/commands.md", CommandReference.page(table));
    }

    private static void check(String name, String expected) throws IOException {
        Path file = ROOT.resolve(name);
        if (Boolean.getBoolean("cofferdam.pages.write")) {
            Files.createDirectories(file.getParent());
            Files.writeString(file, expected);
        }
        assertThat(Files.exists(file) ? Files.readString(file) : "")
            .as("%s is out of date; mend it with -Dcofferdam.pages.write=true", name).isEqualTo(expected);
    }
}
