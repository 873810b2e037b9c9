// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cofferdam.cli.terminal.Paint;
import java.util.List;
import org.junit.jupiter.api.Test;

class SummaryTest {
    private final Outcome stock = new Told("redis-server 7.0.15 (noeviction)").normal(12).failing(20, Operation.LOGIN, Operation.WRITE)
        .normal(12)
        .finished(300, 5, 2);
    private final Outcome cofferdam = new Told("Cofferdam").normal(44).finished(440, 0, 0);

    @Test
    void theCountsSideBySide() {
        assertThat(Summary.lines(Fault.SESSION_LEAK, List.of(stock, cofferdam), Paint.OFF).subList(0, 13)).containsExactly(
                " 15:45 to 16:21             redis-server 7.0.15 (noeviction)    Cofferdam",
                " logins failed              120 of 360, 33 %                    0 of 360",
                " page requests failed       0 of 360                            0 of 360",
                " people logged out          2                                   0",
                " jobs refused               0 of 360                            0 of 360",
                " accepted jobs lost         5                                   0",
                " cache writes failed        120 of 360, 33 %                    0 of 360",
                " pages not served           0                                   0",
                " database, 15:49 to 16:09   5.0x its normal load                1.0x its normal load",
                " p99 of sessions, to 16:09  1.3 ms                              1.3 ms",
                " p99 of jobs, to 16:09      - ms                                - ms",
                " p99 of cache, to 16:09     - ms                                - ms",
                " memory at most, in MB      64.0 of 64.0, 80.0 resident         16.0 of 64.0, 32.0 resident");
    }

    @Test
    void noLineIsWiderThanATerminal() {
        assertThat(Summary.lines(Fault.SESSION_LEAK, List.of(stock, cofferdam), Paint.OFF)).allMatch(line -> line.length() <= 100);
        assertThat(Summary.ofAll(List.of(Fault.SESSION_LEAK), List.of(List.of(stock, cofferdam)))).hasSize(3)
            .allMatch(line -> line.length() <= 100);
        assertThat(PlainLine.lines(List.of(stock, cofferdam), 2)).hasSize(2).allMatch(line -> line.length() <= 100);
    }

    @Test
    void whatCouldNotBeFoundOutIsAQuestionMark() {
        Outcome gone = new Told("stock").normal(44).unfinished();
        assertThat(Summary.lines(Fault.SESSION_LEAK, List.of(gone), Paint.OFF)).contains(" people logged out          ?",
                " accepted jobs lost         ?");
    }
}
