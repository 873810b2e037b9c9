// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.cli.watch;

import dev.cofferdam.memory.Clock;
import dev.cofferdam.watch.ConfigurationReader;
import dev.cofferdam.watch.Containments;
import dev.cofferdam.watch.TargetConfiguration;
import dev.cofferdam.watch.WatchConfiguration;
import dev.cofferdam.watch.config.Settings;
import dev.cofferdam.watch.config.SettingsException;
import dev.cofferdam.watch.contain.ContainCommand;
import dev.cofferdam.watch.contain.Containment;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** {@code cofferdam watch plan | apply | undo ...}: containment without the page, which may be out of reach when it is needed. Stateless. */
final class ContainLine {
    static final Set<String> VERBS = Set.of("plan", "apply", "undo", "renew", "plans", "actions", "audit");
    private static final String USAGE = """
            usage: cofferdam watch VERB ... --config FILE [--target NAME] [--data FOLDER]

            The target's 'contain' in FILE says how far this may go; the watcher may run beside it.

            """;

    private ContainLine() {
    }

    static int run(List<String> arguments, PrintStream out, PrintStream err, long seed) {
        List<String> rest = new ArrayList<>(arguments);
        if (rest.remove("--help") || rest.remove("-h")) {
            out.print(USAGE + ContainCommand.USAGE);
            return 0;
        }
        try {
            String config = take(rest, "--config");
            String name = take(rest, "--target");
            String data = take(rest, "--data");
            if (config == null) {
                throw WatchArguments.wrong("--config FILE is needed: it says what may be done, and as whom");
            }
            WatchConfiguration configuration = ConfigurationReader.read(Settings.read(Path.of(config)));
            TargetConfiguration target = target(configuration, name);
            Path folder = data != null
                    ? Path.of(data)
                    : configuration.folder() != null ? configuration.folder() : DataFolder.usual(System.getenv());
            Containment containment = Containments.open(target, folder, Clock.system(), seed, entry -> {
            });
            if (containment == null) {
                throw WatchArguments
                    .wrong("contain.level of " + target.name() + " is observe: nothing is planned here; set it to propose or apply");
            }
            return new ContainCommand(containment, System.getProperty("user.name", "somebody")).run(rest,
                    new PrintWriter(out, true, StandardCharsets.UTF_8), new PrintWriter(err, true, StandardCharsets.UTF_8));
        } catch (SettingsException e) {
            e.problems().forEach(problem -> err.println("cofferdam: " + problem));
            return ContainCommand.MISUSED;
        } catch (IOException e) {
            err.println("cofferdam: " + e.getMessage());
            return ContainCommand.REFUSED;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return ContainCommand.REFUSED;
        }
    }

    private static TargetConfiguration target(WatchConfiguration configuration, @Nullable String name) throws SettingsException {
        List<String> names = configuration.targets().stream().map(TargetConfiguration::name).toList();
        if (name == null && names.size() == 1) {
            return configuration.targets().getFirst();
        }
        int index = name == null ? -1 : names.indexOf(name);
        if (index < 0) {
            throw WatchArguments.wrong((name == null ? "--target NAME is needed" : "no target is called '" + name + "'") + "; there are "
                    + String.join(", ", names));
        }
        return configuration.targets().get(index);
    }

    /** Removes an option and answers its value, or null. */
    private static @Nullable String take(List<String> arguments, String option) throws SettingsException {
        int at = arguments.indexOf(option);
        if (at < 0) {
            return null;
        }
        if (at + 1 == arguments.size()) {
            throw WatchArguments.wrong(option + " needs a value");
        }
        arguments.remove(at);
        return arguments.remove(at);
    }
}
