// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class ScreenTest {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final Screen screen = new Screen(new PrintStream(bytes, true, StandardCharsets.UTF_8));

    @Test
    void aFrameIsDrawnOverTheOneBefore() {
        screen.draw(List.of("a", "b"));
        assertThat(bytes.toString(StandardCharsets.UTF_8)).endsWith("\ra\033[K\nb\033[K\n\033[J").doesNotContain("A");
        bytes.reset();
        screen.draw(List.of("c"));
        assertThat(bytes.toString(StandardCharsets.UTF_8)).contains("\033[2A\rc\033[K\n\033[J");
    }

    @Test
    void cursorAndWrappingComeBackOnceAndNothingIsDrawnAfterTheEnd() {
        screen.draw(List.of("a"));
        bytes.reset();
        screen.close();
        screen.close();
        screen.draw(List.of("late"));
        assertThat(bytes.toString(StandardCharsets.UTF_8)).isEqualTo("\033[?7h\033[?25h");
    }

    @Test
    void aScreenNobodyDrewOnIsLeftAlone() {
        screen.close();
        assertThat(bytes.size()).isZero();
    }
}
