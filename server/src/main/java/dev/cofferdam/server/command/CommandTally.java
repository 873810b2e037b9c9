// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.command;

import dev.cofferdam.server.ServerStatistics;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;

/**
 * What the commands of a script in a lane add to the statistics, which are the event loop's.
 *
 * <p>Owns its counts. Filled on the lane's thread while the script runs; told, and begun anew, on the event loop when the lane's command is over, which comes
 * after it.
 */
public final class CommandTally {
    private final Map<Command, CommandStatistics> counts = new IdentityHashMap<>();
    private final Map<String, Long> errors = new HashMap<>();
    private boolean empty = true;

    /** The command ran. */
    public void ran(Command command, long nanos, boolean failed) {
        CommandStatistics count = of(command);
        count.calls++;
        count.nanos += nanos;
        count.failedCalls += failed ? 1 : 0;
    }

    /** The command was refused before it ran. */
    public void rejected(Command command) {
        of(command).rejectedCalls++;
    }

    /** An error was given to the script. */
    public void error(String text) {
        errors.merge(ServerStatistics.errorCode(text), 1L, Long::sum);
        empty = false;
    }

    private CommandStatistics of(Command command) {
        empty = false;
        return counts.computeIfAbsent(command, unused -> new CommandStatistics());
    }

    /** Event loop: adds everything to the server's figures. */
    void tell(ServerStatistics server) {
        if (empty) {
            return;
        }
        counts.forEach((command, count) -> {
            command.statistics().add(count);
            server.commandsProcessed += count.calls;
            count.reset();
        });
        errors.forEach(server::countErrors);
        errors.clear();
        empty = true;
    }
}
