// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.cli;

import dev.cofferdam.memory.Clock;
import dev.cofferdam.server.acl.Acl;
import dev.cofferdam.server.config.CommandLine;
import dev.cofferdam.server.config.ConfigException;
import dev.cofferdam.server.config.ConfigLoader;
import dev.cofferdam.server.config.Configuration;
import dev.cofferdam.server.config.MemoryLimit;
import dev.cofferdam.server.tls.TlsContext;
import dev.cofferdam.server.tls.TlsSettings;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;

/** {@code cofferdam check-config}: reads a configuration as a start would, and says what it means or everything that is wrong with it. */
final class CheckConfig {
    private CheckConfig() {
    }

    static int run(List<String> arguments, PrintStream out, PrintStream err) {
        try {
            Configuration configuration = ConfigLoader.load(CommandLine.of(arguments), MemoryLimit.ofThisMachine());
            List<String> problems = new ArrayList<>(Acl.problemsOf(configuration));
            problems.addAll(TlsContext.problemsOf(TlsSettings.of(configuration), Clock.system().wallMillis()));
            if (!problems.isEmpty()) {
                throw new ConfigException(problems);
            }
            out.println("The configuration is good.");
            StartupReport.of(configuration, RuntimeMemory.ofThisProcess()).forEach(out::println);
            return 0;
        } catch (ConfigException e) {
            e.problems().forEach(err::println);
            err.println(
                    "cofferdam: " + e.problems().size() + (e.problems().size() == 1 ? " problem" : " problems") + " in the configuration");
            return Main.USAGE_ERROR;
        }
    }
}
