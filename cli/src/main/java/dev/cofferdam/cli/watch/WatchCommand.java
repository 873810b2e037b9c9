// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.cli.watch;

import dev.cofferdam.cli.terminal.Screen;
import dev.cofferdam.cli.terminal.Terminal;
import dev.cofferdam.memory.Clock;
import dev.cofferdam.watch.ConfigurationReader;
import dev.cofferdam.watch.TargetConfiguration;
import dev.cofferdam.watch.Watch;
import dev.cofferdam.watch.WatchConfiguration;
import dev.cofferdam.watch.config.SettingsException;
import dev.cofferdam.watch.console.ConsoleOptions;
import dev.cofferdam.watch.incident.IncidentBook;
import dev.cofferdam.watch.notify.Notifications;
import dev.cofferdam.watch.notify.TestResult;
import dev.cofferdam.watch.probe.TargetAddress;
import dev.cofferdam.watch.probe.TlsTrust;
import dev.cofferdam.watch.text.Words;
import dev.cofferdam.watch.web.AccessToken;
import dev.cofferdam.watch.web.Role;
import dev.cofferdam.watch.web.TokenSeed;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * {@code cofferdam watch}: from its command line to a watcher that runs, a screen or lines of what happens, and back.
 *
 * <p>Owns the watcher and the screen. The main thread draws or sleeps; SIGINT and SIGTERM end both on the thread the Java runtime brings for it.
 */
public final class WatchCommand {
    private static final int FAILED = 1;
    private static final int USAGE_ERROR = 2;
    private static final String DEFAULT_URL = "redis://127.0.0.1:6379";

    private final PrintStream out;
    private final Clock clock;
    private final boolean live;
    private final Screen screen;
    private final Terminal terminal;
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile String lastLine = "";

    private WatchCommand(PrintStream out, Clock clock, Terminal terminal, boolean live) {
        this.out = out;
        this.clock = clock;
        this.terminal = terminal;
        this.live = live;
        this.screen = new Screen(out);
    }

    /** @param seed of what is left to chance */
    public static int run(List<String> arguments, PrintStream out, PrintStream err, long seed) {
        if (!arguments.isEmpty() && ContainLine.VERBS.contains(arguments.getFirst())) {
            return ContainLine.run(arguments, out, err, seed);
        }
        if (arguments.contains("--help") || arguments.contains("-h")) {
            out.println(WatchArguments.USAGE);
            return 0;
        }
        try {
            WatchArguments options = WatchArguments.of(arguments);
            String password = options.companionOf() == 0 ? "" : Companion.password(System.in);
            WatchConfiguration configuration = configuration(options, password, err);
            if (options.testNotify()) {
                return testNotify(configuration, out, seed);
            }
            Terminal terminal = Terminal.ofThisProcess();
            boolean live = terminal.redraws() && !options.plain() && options.companionOf() == 0;
            WatchCommand command = new WatchCommand(out, Clock.system(), terminal, live);
            return command.watch(live ? withToken(configuration) : configuration, new Random(seed), options.companionOf() != 0);
        } catch (SettingsException e) {
            e.problems().forEach(problem -> err.println("cofferdam: " + problem));
            return USAGE_ERROR;
        } catch (UncheckedIOException e) {
            err.println("cofferdam: " + e.getMessage());
            return FAILED;
        }
    }

    /** Whoever sees this terminal may act on the page; lines for a log would show the secret to others, so there the page is for looking unless there are tokens. */
    private static WatchConfiguration withToken(WatchConfiguration configuration) {
        ConsoleOptions console = configuration.console();
        return console.tokens().isEmpty()
                ? configuration.with(console
                    .withTokens(List.of(new AccessToken(System.getProperty("user.name", "somebody"), Role.ADMIN, TokenSeed.draw()))))
                : configuration;
    }

    /** A test message by every channel; no target is looked at and nothing is kept. */
    private static int testNotify(WatchConfiguration configuration, PrintStream out, long seed) {
        if (configuration.notifications().channels().isEmpty()) {
            out.println("Nobody would be told: there is no channel under 'notify' in the configuration");
            return FAILED;
        }
        try (IncidentBook book = new IncidentBook(null, configuration.incidents(), Clock.system(), seed);
                Notifications notifications = new Notifications(configuration.notifications(), book, null, Clock.system(), seed, line -> {
                })) {
            List<TestResult> results = notifications.test();
            out.print(TestResult.table(results));
            return results.stream().allMatch(TestResult::delivered) ? 0 : FAILED;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return FAILED;
        }
    }

    private static WatchConfiguration configuration(WatchArguments options, String password, PrintStream err) throws SettingsException {
        WatchConfiguration read = ConfigurationReader.read(options.settings());
        List<TargetConfiguration> targets = new ArrayList<>(read.targets());
        if (options.companionOf() != 0) {
            targets.addFirst(target("127.0.0.1:" + options.companionOf(), "cofferdam", password));
        }
        for (String url : options.urls()) {
            targets.add(target(url, null, null));
        }
        if (targets.isEmpty()) {
            targets.add(target(DEFAULT_URL, null, null));
        }
        Path folder = options.data() != null ? options.data() : read.folder();
        boolean usual = folder == null && options.companionOf() == 0;
        folder = usual ? DataFolder.usual(System.getenv()) : folder;
        if (folder != null) {
            try {
                DataFolder.take(folder);
            } catch (IOException e) {
                if (!usual) {
                    throw WatchArguments.wrong("the data folder " + folder + " cannot be used: " + e.getMessage());
                }
                err.println("cofferdam: " + folder + " cannot be used (" + e.getMessage()
                        + "): the past is kept in memory only; --data names another folder");
                folder = null;
            }
        }
        return new WatchConfiguration(targets, folder,
                options.consolePort() < 0 ? read.console() : read.console().withPort(options.consolePort()),
                read.incidents(), read.notifications(), read.status(), read.drafts());
    }

    private static TargetConfiguration target(String url, @Nullable String name, @Nullable String password) throws SettingsException {
        try {
            TargetAddress address = TargetAddress.parse(url);
            TargetAddress entered = password == null ? address : address.withAccess("cofferdam-console", password);
            return TargetConfiguration.looked(name == null ? address.shown() : name, entered,
                    address.tls() ? TlsTrust.context(null, null, null) : null);
        } catch (IllegalArgumentException | IOException e) {
            throw WatchArguments.wrong(e.getMessage() + "; see cofferdam watch --help");
        }
    }

    private int watch(WatchConfiguration configuration, Random random, boolean companion) {
        Watch watch = new Watch(configuration, clock, random, this::tell);
        Thread ending = new Thread(() -> end(watch), "watch-end");
        Runtime.getRuntime().addShutdownHook(ending);
        if (companion) {
            Companion.whenServerIsGone(System.in, () -> Runtime.getRuntime().exit(0));
        }
        String page = "http://" + configuration.console().address() + ":" + watch.consolePort() + "/";
        String shown = live && configuration.console().tokens().size() == 1
                ? page + "#token=" + configuration.console().tokens().getFirst().secret()
                : page;
        if (!live) {
            tell("page on " + page + (configuration.folder() == null ? "" : ", past in " + configuration.folder()));
            watch.subscribe(new NewLines(this::tell)::hear);
        }
        try {
            while (!ended.await(1, TimeUnit.SECONDS)) {
                if (live) {
                    List<String> lines = new ArrayList<>(
                            TargetLines.screen(watch.feed().targets(), shown, clock.wallMillis(), terminal.paint()));
                    lines.add("");
                    lines.add(terminal.paint().faint(" " + lastLine));
                    screen.draw(lines);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return 0;
    }

    private void tell(String line) {
        String dated = Words.dayTime(clock.wallMillis()) + " " + line;
        lastLine = dated;
        if (!live) {
            synchronized (out) {
                out.println(dated);
            }
        }
    }

    private void end(Watch watch) {
        watch.close();
        screen.close();
        ended.countDown();
    }
}
