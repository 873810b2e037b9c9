// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.cli;

import dev.cofferdam.cli.demo.Demo;
import dev.cofferdam.cli.watch.WatchCommand;
import dev.cofferdam.server.config.ConfigReference;
import java.io.PrintStream;
import java.util.Arrays;
import java.util.List;

/** Entry point of the {@code cofferdam} command: picks the subcommand by its first argument. */
public final class Main {
    /** Exit status for a command line or a configuration we cannot work with, as the shell's own tools use it. */
    static final int USAGE_ERROR = 2;

    private static final String USAGE = """
            usage: cofferdam serve [file] [--directive value ...]          serve clients; without a file the defaults hold
                   cofferdam check-config [file] [--directive value ...]   say what a start with these would do, or what is wrong
                   cofferdam watch [url ...] [--config file]               watch any Redis or Valkey: climbs, what grows, who is told
                   cofferdam demo [--help]                                 an outage in two minutes, beside a stock redis-server
                   cofferdam default-config                                print the documented default configuration
                   cofferdam --version | --help

            file is in the syntax of redis.conf, '-' reads standard input. Directives on the command line stand over those in the file:
                   cofferdam serve my.conf --port 7000 --maxmemory 256mb
            docs/reference/configuration.md lists all directives.""";

    private Main() {
    }

    public static void main(String[] args) {
        int status = run(args, System.out, System.err);
        if (status != 0) {
            System.exit(status);
        }
    }

    static int run(String[] args, PrintStream out, PrintStream err) {
        String command = args.length == 0 ? "--help" : args[0];
        List<String> rest = args.length == 0 ? List.of() : Arrays.asList(args).subList(1, args.length);
        switch (command) {
            case "serve" -> {
                return Serve.run(rest, out, err);
            }
            case "rehearse" -> {
                return Rehearsal.run(out, err);
            }
            case "check-config" -> {
                return CheckConfig.run(rest, out, err);
            }
            case "watch" -> {
                return WatchCommand.run(rest, out, err, ProcessSeed.draw());
            }
            case "demo" -> {
                return Demo.run(rest, out, err);
            }
            case "default-config" -> {
                out.print(ConfigReference.file());
                return 0;
            }
            case "redis-version" -> {
                // The form that tools read from redis-server --version; the build tells who answers.
                out.println("Redis server v=7.0.15 sha=00000000:0 malloc=arena bits=64 build=cofferdam-" + version());
                return 0;
            }
            case "--help", "-h", "help" -> {
                out.println(USAGE);
                return 0;
            }
            case "--version", "-v" -> {
                out.println("cofferdam " + version() + " (Java " + Runtime.version() + ")");
                return 0;
            }
            default -> {
                err.println("cofferdam: unknown command '" + command + "'; see cofferdam --help");
                return USAGE_ERROR;
            }
        }
    }

    /** Version from the jar's manifest; "dev" when run from a class folder, which has none. */
    static String version() {
        String version = Main.class.getPackage().getImplementationVersion();
        return version == null ? "dev" : version;
    }
}
