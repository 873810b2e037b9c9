// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cofferdam.cli.terminal.Paint;
import java.util.List;
import org.junit.jupiter.api.Test;

class LiveTableTest {
    private static final Workload WORKLOAD = new Workload(64L << 20, Told.AFTERNOON, 1);

    @Test
    void bothServersSideBySide() {
        Outcome stock = new Told("redis-server 7.0.15 (noeviction)").normal(12).failing(1, Operation.LOGIN, Operation.SUBMIT)
            .loggedOut(1234)
            .failing(1, Operation.LOGIN).unfinished();
        Outcome cofferdam = new Told("Cofferdam").normal(14).unfinished();
        String table = String.join("\n", LiveTable.lines(WORKLOAD, Fault.SESSION_LEAK, List.of(stock, cofferdam), Paint.OFF));
        assertThat(table.replaceAll("(?m)^ ", "")).isEqualTo("""
            session-leak: a bot opens a session with every request; 64.0 MB each
            15:51 that afternoon, second 14 of 44 (60 s of it in one of ours)   FAULT since 15:45

                              redis-server 7.0.15 (noeviction)          Cofferdam
            last second          ok   failed   p99 ms                      ok   failed   p99 ms
            sessions             14        6      1.3                      20        0      1.3
            jobs                 20        0        -                      20        0        -
            cache                20        0      123                      20        0      123
            database             50 loads, 5.0x normal                     10 loads, 1.0x normal
            memory            [####################] 100 %              [#####...............] 25 %
                              64.0 of 64.0 MB, 80.0 resident            16.0 of 64.0 MB, 32.0 resident
            waiting jobs          7                                         7

            since 15:37
            sessions             12 of 280 failed, 4 %                      0 of 280 failed
            jobs                  6 of 280 failed, 2 %                      0 of 280 failed
            cache                 0 of 280 failed                           0 of 280 failed
            people            1,234 logged out, 0 without a page            0 logged out, 0 without a page""");
    }

    @Test
    void fitsAHundredColumnsAndKeepsItsHeightWhateverHappens() {
        List<Outcome> early = List.of(new Told("redis-server 7.0.15 (allkeys-random)").unfinished(), new Told("Cofferdam").unfinished());
        List<Outcome> late = List
            .of(new Told("redis-server 7.0.15 (allkeys-random)").normal(20).failing(24, Operation.values()).failedPages(123_456)
                .loggedOut(123_456).failing(1, Operation.values()).unfinished(), new Told("Cofferdam").normal(45).unfinished());
        assertThat(lines(early)).hasSameSizeAs(lines(late)).allMatch(line -> line.length() <= 100);
        assertThat(lines(late)).allMatch(line -> line.length() <= 100);
    }

    @Test
    void oneServerAloneHasAColumn() {
        assertThat(lines(List.of(new Told("Cofferdam").normal(3).unfinished()))).anyMatch(line -> line.strip().equals("Cofferdam"));
    }

    @Test
    void colourChangesNothingButTheColour() {
        List<Outcome> outcomes = List.of(new Told("stock").normal(12).failing(3, Operation.LOGIN).unfinished());
        List<String> coloured = LiveTable.lines(WORKLOAD, Fault.SESSION_LEAK, outcomes, Paint.ON);
        assertThat(String.join("", coloured)).contains("\033[1;31m");
        assertThat(coloured.stream().map(line -> line.replaceAll("\033\\[[0-9;]*m", "").stripTrailing()))
            .containsExactlyElementsOf(lines(outcomes));
    }

    private static List<String> lines(List<Outcome> outcomes) {
        return LiveTable.lines(WORKLOAD, Fault.SESSION_LEAK, outcomes, Paint.OFF);
    }
}
