// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.cli.demo;

import dev.cofferdam.server.config.InvalidValueException;
import dev.cofferdam.server.config.Sizes;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The demo's command line. Immutable.
 *
 * @param faults one, or all one after the other
 * @param seconds of a run
 * @param policy of the stock server when its memory is full
 * @param redisServer program of the stock server; null to look for it in PATH
 * @param plain no terminal control
 */
record DemoOptions(List<Fault> faults, int seconds, long memoryBytes, String policy, @Nullable Path redisServer, boolean plain, long seed) {
    static final String USAGE = """
            usage: cofferdam demo [--fault NAME] [--seconds N] [--memory SIZE] [--policy NAME] [--redis-server PATH] [--plain] [--seed N]

            Plays one afternoon on two servers at once, a stock redis-server and Cofferdam: sessions, jobs and a cache share each of them,
            then something goes wrong. Both run as children of this command on free ports of loopback and end with it; nothing is kept.

              --fault NAME         %s, or all (default session-leak)
              --seconds N          length of a run, 10 to 3600 (default 60; 28 each with all)
              --memory SIZE        maxmemory of each server, 32mb to 4gb (default 64mb)
              --policy NAME        what stock does when it is full: noeviction (default: Redis's own, and what Sidekiq and BullMQ demand),
                                   volatile-lru (the default of managed services), allkeys-lru, ...
              --redis-server PATH  the stock server; 'none' runs Cofferdam alone (default: redis-server in PATH, if there is one)
              --plain              a line a moment instead of a table that is redrawn; so it is anyway when the output is no terminal
              --seed N             all chance of the run (default 1549)""".formatted(Fault.labels());

    private static final Set<String> POLICIES = Set.of("noeviction", "volatile-lru", "volatile-lfu", "volatile-random", "volatile-ttl",
            "allkeys-lru", "allkeys-lfu", "allkeys-random");
    private static final int SECONDS_MIN = 10;
    private static final int SECONDS_MAX = 3600;
    private static final long MEMORY_MIN_BYTES = 32L << 20;
    private static final long MEMORY_MAX_BYTES = 4L << 30;
    static final Path NO_STOCK = Path.of("none");

    static DemoOptions of(List<String> arguments) {
        List<Fault> faults = List.of(Fault.SESSION_LEAK);
        int seconds = 0;
        long memoryBytes = 64L << 20;
        String policy = "noeviction";
        Path redisServer = null;
        boolean plain = false;
        long seed = 1549;
        for (int i = 0; i < arguments.size(); i++) {
            String option = arguments.get(i);
            if (option.equals("--plain")) {
                plain = true;
                continue;
            }
            if (i + 1 == arguments.size()) {
                throw new DemoException(option.startsWith("--") ? option + " needs a value" : unknown(option));
            }
            String value = arguments.get(++i);
            switch (option) {
                case "--fault" -> faults = value.equals("all") ? List.of(Fault.values()) : List.of(Fault.named(value));
                case "--seconds" -> seconds = (int) number(option, value, SECONDS_MIN, SECONDS_MAX);
                case "--memory" -> memoryBytes = size(option, value);
                case "--policy" -> policy = policy(value);
                case "--redis-server" -> redisServer = program(value);
                case "--seed" -> seed = number(option, value, Long.MIN_VALUE, Long.MAX_VALUE);
                default -> throw new DemoException(unknown(option));
            }
        }
        return new DemoOptions(faults, seconds != 0 ? seconds : faults.size() == 1 ? 60 : 28, memoryBytes, policy, redisServer, plain,
                seed);
    }

    private static String unknown(String option) {
        return "unknown option '" + option + "'; see cofferdam demo --help";
    }

    private static long number(String option, String value, long min, long max) {
        try {
            long number = Long.parseLong(value);
            if (number >= min && number <= max) {
                return number;
            }
        } catch (NumberFormatException e) {
            // The message below says it.
        }
        throw new DemoException(option + " " + value + ": takes a whole number from " + min + " to " + max);
    }

    private static long size(String option, String value) {
        try {
            long bytes = Sizes.parseBytes(value);
            if (bytes >= MEMORY_MIN_BYTES && bytes <= MEMORY_MAX_BYTES) {
                return bytes;
            }
        } catch (InvalidValueException e) {
            // The message below says it.
        }
        throw new DemoException(option + " " + value + ": takes a size from 32mb to 4gb");
    }

    private static String policy(String value) {
        if (!POLICIES.contains(value)) {
            throw new DemoException("--policy " + value + ": there are " + String.join(", ", POLICIES.stream().sorted().toList()));
        }
        return value;
    }

    private static Path program(String value) {
        Path path = Path.of(value);
        if (!path.equals(NO_STOCK) && !Files.isExecutable(path)) {
            throw new DemoException("--redis-server " + value + ": no such program; give the path of a redis-server, or none");
        }
        return path.equals(NO_STOCK) ? path : path.toAbsolutePath();
    }
}
