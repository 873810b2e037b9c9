// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.probe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cofferdam.resp.client.Reply;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CapabilitiesTest {
    @ParameterizedTest
    @ValueSource(strings = {"NOPERM this user has no permissions to run the 'memory|usage' command or its subcommand",
        "ERR unknown command 'MEMORY', with args beginning with: ", "ERR unknown subcommand 'USAGE'. Try MEMORY HELP.",
        "ERR Unknown subcommand or wrong number of arguments for 'USAGE'. Try MEMORY HELP.", "ERR command is not allowed",
        "ERR MEMORY is disabled on this instance", "NOAUTH Authentication required."})
    void refusals(String message) {
        assertThat(Capabilities.works(new Reply.Failure(message))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"ERR syntax error", "ERR wrong number of arguments for 'scan' command",
        "LOADING Redis is loading the dataset in memory",
        "ERR no compartment 'default'; see COMPARTMENT LIST"})
    void errorsThatSayItIsThere(String message) {
        assertThat(Capabilities.works(new Reply.Failure(message))).isTrue();
    }

    @Test
    void whatIsMissingIsSaidWithWhatItCosts() throws Exception {
        FakeTarget target = new FakeTarget();
        for (String command : new String[] {"RANDOMKEY", "MEMORY USAGE", "PTTL", "TYPE", "SCAN", "CLIENT TRACKING", "SELECT"}) {
            target.answer(command, request -> Reply.NOTHING);
        }
        target.answer("CLIENT LIST", request -> new Reply.Failure("NOPERM no permissions to run 'client|list'"));
        target.answer("COMMAND INFO", request -> new Reply.Failure("NOPERM"));
        try (Link link = target.dial(FakeTarget.ADDRESS.nodes().getFirst())) {
            Capabilities found = Capabilities.probe(link, false);
            assertThat(found.missing(false)).isEqualTo("no CLIENT LIST: no client can be named");
            assertThat(found.has(Capability.MONITOR)).isFalse();
            assertThat(Capabilities.probe(link, true).has(Capability.MONITOR)).isTrue();
        }
    }
}
