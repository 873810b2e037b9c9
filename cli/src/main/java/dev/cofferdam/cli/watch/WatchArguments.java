// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.cli.watch;

import dev.cofferdam.watch.config.Settings;
import dev.cofferdam.watch.config.SettingsException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The command line of {@code cofferdam watch}. Immutable.
 *
 * @param urls targets besides those of the file
 * @param config file; null for none
 * @param data folder for the past; null for that of the file, or the usual one
 * @param consolePort page's port; -1 for that of the file
 * @param companionOf port of the server that started us as its console; 0 when a person did
 */
record WatchArguments(List<String> urls, @Nullable Path config, @Nullable Path data, int consolePort, boolean plain, boolean testNotify,
        int companionOf) {
    static final String USAGE = """
            usage: cofferdam watch [URL ...] [--config FILE] [--data FOLDER] [--console-port N] [--plain] [--test-notify]
                   cofferdam watch plan | apply | undo ... (see 'cofferdam watch plan --help')

            Watches Redis, Valkey or Cofferdam servers: sees a climb in seconds, says when memory will be full and what grows, keeps the timeline.
            URL is redis://user:password@host:port, rediss:// for TLS, redis+sentinel://host:port/name, redis+cluster://host:port; without any,
            redis://127.0.0.1:6379. One INFO a second and some samples: less than 1 % of one core of the target. Nothing is ever written to it.

              --config FILE        YAML with targets, whom to notify, what may be done (docs/watch.md)
              --data FOLDER        where the past, incidents and what was learned are kept (default: ~/.local/state/cofferdam-watch)
              --console-port N     the page, on loopback (default 8765; 0 takes any)
              --plain              a line for each thing that happens instead of a screen; so it is anyway when the output is no terminal
              --test-notify        sends a test message by every channel, says what became of each, and ends""";

    static WatchArguments of(List<String> arguments) throws SettingsException {
        List<String> urls = new ArrayList<>();
        Path config = null;
        Path data = null;
        int consolePort = -1;
        int companionOf = 0;
        boolean plain = false;
        boolean testNotify = false;
        for (int i = 0; i < arguments.size(); i++) {
            String argument = arguments.get(i);
            switch (argument) {
                case "--plain" -> plain = true;
                case "--test-notify" -> testNotify = true;
                case "--config" -> config = Path.of(value(arguments, ++i));
                case "--data" -> data = Path.of(value(arguments, ++i));
                case "--console-port" -> consolePort = port(argument, value(arguments, ++i), 0);
                case "--companion-of" -> companionOf = port(argument, value(arguments, ++i), 1);
                default -> {
                    if (argument.startsWith("-")) {
                        throw wrong("unknown option '" + argument + "'; see cofferdam watch --help");
                    }
                    urls.add(argument);
                }
            }
        }
        return new WatchArguments(urls, config, data, consolePort, plain, testNotify, companionOf);
    }

    private static String value(List<String> arguments, int i) throws SettingsException {
        if (i == arguments.size()) {
            throw wrong(arguments.get(i - 1) + " needs a value");
        }
        return arguments.get(i);
    }

    private static int port(String option, String text, int least) throws SettingsException {
        try {
            int port = Integer.parseInt(text);
            if (port >= least && port <= 65_535) {
                return port;
            }
        } catch (NumberFormatException e) {
            // Falls through.
        }
        throw wrong(option + " is '" + text + "'; it must be a number from " + least + " to 65535");
    }

    /** The file's settings, or empty ones. */
    Settings settings() throws SettingsException {
        return config == null ? Settings.parse("command line", "") : Settings.read(config);
    }

    static SettingsException wrong(String problem) {
        return new SettingsException(List.of(problem));
    }
}
