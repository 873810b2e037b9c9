// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/**
 * The generated page says what the table says. Mend it with
 * {@code mvn test -pl watch -am -Dtest=WatchMetricsPageTest -Dsurefire.failIfNoSpecifiedTests=false -Dcofferdam.pages.write=true}.
 */
class WatchMetricsPageTest {
    private static final Path PAGE = Path.of(System.getProperty("cofferdam.root", "..")).toAbsolutePath().normalize()
        .resolve("docs/reference/watch-metrics.md");

    @Test
    void thePageSaysWhatTheTableSays() throws IOException {
        if (Boolean.getBoolean("cofferdam.pages.write")) {
            Files.writeString(PAGE, WatchMetricsReference.page());
        }
        assertThat(Files.exists(PAGE) ? Files.readString(PAGE) : "").as("out of date; mend it with -Dcofferdam.pages.write=true")
            .isEqualTo(WatchMetricsReference.page());
    }
}
