// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DemoOptionsTest {
    @Test
    void withoutOptionsItTellsTheStory() {
        assertThat(DemoOptions.of(List.of()))
            .isEqualTo(new DemoOptions(List.of(Fault.SESSION_LEAK), 60, 64L << 20, "noeviction", null, false, 1549));
    }

    @Test
    void everyOptionIsTaken() {
        assertThat(DemoOptions
            .of(List.of("--fault", "slow-reader", "--seconds", "15", "--memory", "128mb", "--policy", "volatile-lru", "--redis-server",
                    "/bin/sh", "--plain", "--seed", "-7")))
            .isEqualTo(new DemoOptions(List.of(Fault.SLOW_READER), 15, 128L << 20, "volatile-lru", Path.of("/bin/sh"), true, -7));
    }

    @Test
    void allFaultsFitIntoTwoMinutes() {
        DemoOptions options = DemoOptions.of(List.of("--fault", "all"));
        assertThat(options.faults()).containsExactly(Fault.values());
        assertThat(options.faults().size() * options.seconds()).isLessThanOrEqualTo(120);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "--fault fire            | --fault fire: there are session-leak, jobs-backlog, cache-flood, slow-reader and all",
        "--seconds 9             | --seconds 9: takes a whole number from 10 to 3600",
        "--seconds soon          | --seconds soon: takes a whole number",
        "--memory 1mb            | --memory 1mb: takes a size from 32mb to 4gb",
        "--memory much           | --memory much: takes a size",
        "--policy lru            | --policy lru: there are allkeys-lfu",
        "--redis-server /no/such | --redis-server /no/such: no such program",
        "--seconds               | --seconds needs a value",
        "--quick 1               | unknown option '--quick'",
        "quick                   | unknown option 'quick'"})
    void whatItCannotDoIsNamedWithTheWayOut(String line, String message) {
        assertThatThrownBy(() -> DemoOptions.of(List.of(line.split(" ")))).isInstanceOf(DemoException.class).hasMessageContaining(message);
    }
}
