// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.cli;

import java.io.PrintStream;

/** Entry point of the {@code cofferdam} command: picks the subcommand by its first argument. */
public final class Main {
    /** Exit status for a command line we do not understand, as the shell's own tools use it. */
    static final int USAGE_ERROR = 2;

    private Main() {}

    public static void main(String[] args) {
        int status = run(args, System.out, System.err);
        if (status != 0) {
            System.exit(status);
        }
    }

    static int run(String[] args, PrintStream out, PrintStream err) {
        if (args.length == 0 || args[0].equals("--help") || args[0].equals("-h")) {
            out.println("usage: cofferdam --version | --help");
            return 0;
        }
        if (args[0].equals("--version") || args[0].equals("-v")) {
            out.println("cofferdam " + version() + " (Java " + Runtime.version() + ")");
            return 0;
        }
        err.println("cofferdam: unknown command '" + args[0] + "'; see cofferdam --help");
        return USAGE_ERROR;
    }

    /** Version from the jar's manifest; "dev" when run from a class folder, which has none. */
    private static String version() {
        String version = Main.class.getPackage().getImplementationVersion();
        return version == null ? "dev" : version;
    }
}
