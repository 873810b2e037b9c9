// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class MainTest {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @Test
    void versionNamesTheProductAndTheJava() {
        assertThat(run("--version")).isZero();
        assertThat(text(out)).startsWith("cofferdam ").contains("Java 25");
    }

    @Test
    void anUnknownCommandIsNamedAndRefused() {
        assertThat(run("launch")).isEqualTo(Main.USAGE_ERROR);
        assertThat(text(out)).isEmpty();
        assertThat(text(err)).contains("'launch'").contains("--help");
    }

    private int run(String... args) {
        return Main.run(args, new PrintStream(out, true, StandardCharsets.UTF_8), new PrintStream(err, true, StandardCharsets.UTF_8));
    }

    private static String text(ByteArrayOutputStream bytes) {
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
