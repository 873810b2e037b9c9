// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.console;

import dev.cofferdam.watch.web.AccessToken;
import java.util.List;
import java.util.Map;

/**
 * How the console is served. Immutable.
 *
 * @param address to listen on; anything but loopback needs tokens to see anything
 * @param port 0 for any that is free
 * @param tokens who may do what; without any nobody can do more than look
 * @param statusPublic whether the status page needs no token off loopback
 * @param workloads which applications share the targets: name, and patterns of prefixes with {@code *} at the end; in order of precedence
 */
public record ConsoleOptions(String address, int port, List<AccessToken> tokens, boolean statusPublic,
        Map<String, List<String>> workloads) {
    public static final ConsoleOptions DEFAULTS = new ConsoleOptions("127.0.0.1", 8765, List.of(), false, Map.of());

    public ConsoleOptions withPort(int other) {
        return new ConsoleOptions(address, other, tokens, statusPublic, workloads);
    }

    public ConsoleOptions withTokens(List<AccessToken> others) {
        return new ConsoleOptions(address, port, others, statusPublic, workloads);
    }
}
