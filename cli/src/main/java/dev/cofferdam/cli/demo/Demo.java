// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.cli.demo;

import dev.cofferdam.cli.terminal.Paint;
import dev.cofferdam.cli.terminal.Screen;
import dev.cofferdam.cli.terminal.Terminal;
import dev.cofferdam.memory.Clock;
import dev.cofferdam.resp.client.RespClient;
import dev.cofferdam.resp.client.RespClientOptions;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * {@code cofferdam demo}: both servers up, the afternoon, the verdict, both servers down.
 *
 * <p>Owns the children, their folder and the screen, and gives all three back at the end, on an error and on Ctrl-C. The main thread draws; the applications run
 * on threads of their {@link Contender}.
 */
public final class Demo {
    private static final int FAILED = 1;
    private static final int USAGE_ERROR = 2;
    private static final int PLAIN_LINES = 22;

    private final DemoOptions options;
    private final PrintStream out;
    private final Clock clock;
    private final Path folder;
    private final Screen screen;
    private final boolean live;
    private final Paint paint;
    private final List<AutoCloseable> open = new ArrayList<>();
    private boolean ended;

    private Demo(DemoOptions options, PrintStream out, Terminal terminal, Clock clock, Path folder) {
        this.options = options;
        this.out = out;
        this.clock = clock;
        this.folder = folder;
        this.screen = new Screen(out);
        this.live = terminal.redraws() && !options.plain();
        this.paint = live ? terminal.paint() : Paint.OFF;
    }

    /** Answers 0 when the demo ran, whatever it showed. */
    public static int run(List<String> arguments, PrintStream out, PrintStream err) {
        if (arguments.contains("--help") || arguments.contains("-h")) {
            out.println(DemoOptions.USAGE);
            return 0;
        }
        DemoOptions options;
        try {
            options = DemoOptions.of(arguments);
        } catch (DemoException e) {
            err.println("cofferdam: " + e.getMessage());
            return USAGE_ERROR;
        }
        try {
            Path folder = Files.createTempDirectory("cofferdam-demo-");
            return new Demo(options, out, Terminal.ofThisProcess(), Clock.system(), folder).run(err);
        } catch (IOException e) {
            err.println("cofferdam: the demo needs a temporary folder: " + e.getMessage());
            return FAILED;
        }
    }

    private int run(PrintStream err) {
        Runtime.getRuntime().addShutdownHook(new Thread(this::end, "demo-end"));
        try {
            play();
            return 0;
        } catch (DemoException e) {
            if (!hasEnded()) { // else the user has ended it, and what broke is no news
                screen.release();
                err.println("cofferdam: " + e.getMessage());
            }
        } catch (InterruptedException e) {
            err.println("cofferdam: the demo was interrupted");
        } finally {
            end();
        }
        return FAILED;
    }

    private void play() throws InterruptedException {
        Path launcher = Programs.findLauncher();
        Path stock = options.redisServer() == null ? Programs.findRedisServer() : options.redisServer();
        if (stock == null || stock.equals(DemoOptions.NO_STOCK)) {
            out.println(stock == null
                    ? "No redis-server in PATH: Cofferdam runs alone. To see both, install it (Debian, Ubuntu: apt install redis-server;\n"
                            + "Fedora: dnf install redis; macOS: brew install redis) or name it: --redis-server PATH"
                    : "Cofferdam runs alone.");
            stock = null;
        }
        List<List<Outcome>> all = new ArrayList<>();
        for (Fault fault : options.faults()) {
            all.add(play(fault, stock, launcher));
        }
        if (all.size() > 1) {
            out.println();
            Summary.ofAll(options.faults(), all).forEach(out::println);
        }
    }

    private List<Outcome> play(Fault fault, @Nullable Path stock, Path launcher) throws InterruptedException {
        Workload workload = new Workload(options.memoryBytes(), new Afternoon(options.seconds()), options.seed());
        long memory = options.memoryBytes();
        out.println("Starting " + (stock == null ? "" : stock + " (maxmemory-policy " + options.policy() + ") and ") + launcher + " serve, "
                + Figures.megabytes(memory) + " MB each, and filling in a normal day ...");
        List<Contender> contenders = new ArrayList<>();
        if (stock != null) {
            contenders.add(contender("redis-server", port -> Programs.redisServer(stock, port, memory, options.policy()), workload, fault));
        }
        contenders.add(contender("cofferdam", port -> Programs.cofferdam(launcher, port, memory), workload, fault));
        contenders.forEach(Contender::prepare);
        if (!live) {
            out.println();
            out.println(" " + fault.label + ": " + fault.title);
            out.println(PlainLine.head());
        }
        watch(contenders, workload, fault);
        List<Outcome> outcomes = new ArrayList<>();
        for (Contender contender : contenders) {
            outcomes.add(contender.finish());
        }
        screen.release();
        out.println();
        Summary.lines(fault, outcomes, paint).forEach(out::println);
        out.println();
        contenders.forEach(this::close);
        return outcomes;
    }

    private Contender contender(String program, java.util.function.IntFunction<List<String>> command, Workload workload, Fault fault)
            throws InterruptedException {
        ChildServer server = keep(ChildServer.start(program, command, folder, clock));
        return keep(new Contender(name(server, program), workload, fault, clock, server));
    }

    /** As the server calls itself. */
    private String name(ChildServer server, String program) {
        try (RespClient client = RespClient.connect(server.address(), RespClientOptions.DEFAULTS, clock)) {
            return program.equals("cofferdam")
                    ? "Cofferdam"
                    : program + " " + ServerInfo.of(client).text("redis_version") + " (" + options.policy() + ")";
        } catch (IOException e) {
            throw new DemoException(program + " does not say who it is: " + e.getMessage());
        }
    }

    /** The afternoon, second by second. */
    private void watch(List<Contender> contenders, Workload workload, Fault fault) throws InterruptedException {
        long start = clock.monotonicNanos() + 200_000_000;
        contenders.forEach(contender -> contender.start(start));
        int seconds = workload.afternoon().seconds();
        int step = (seconds + PLAIN_LINES - 1) / PLAIN_LINES;
        for (int second = 0; second < seconds; second++) {
            sleepUntil(start + (second + 1) * 1_000_000_000L);
            for (Contender contender : contenders) {
                contender.tick(second);
            }
            List<Outcome> outcomes = contenders.stream().map(Contender::outcome).toList();
            if (live) {
                screen.draw(LiveTable.lines(workload, fault, outcomes, paint));
            } else if ((second + 1) % step == 0 || second + 1 == seconds) {
                PlainLine.lines(outcomes, step).forEach(out::println);
            }
            for (Contender contender : contenders) {
                if (!contender.isAlive()) {
                    Thread.sleep(300); // Ctrl-C reaches the children too, and perhaps first
                    throw new DemoException("the process of " + contender.name() + " ended during the run");
                }
            }
        }
    }

    private void sleepUntil(long nanos) {
        for (long left = nanos - clock.monotonicNanos(); left > 0; left = nanos - clock.monotonicNanos()) {
            LockSupport.parkNanos(left);
        }
    }

    private synchronized <T extends AutoCloseable> T keep(T child) {
        if (ended) {
            close(child);
            throw new DemoException("the demo was ended");
        }
        open.add(child);
        return child;
    }

    private void close(AutoCloseable child) {
        try {
            child.close();
        } catch (Exception e) {
            out.println("cofferdam: " + child + " did not end well: " + e.getMessage());
        }
    }

    private synchronized boolean hasEnded() {
        return ended;
    }

    /** By the main thread, and by the one that Ctrl-C brings. */
    private synchronized void end() {
        if (ended) {
            return;
        }
        ended = true;
        screen.close();
        for (AutoCloseable child : open.reversed()) {
            close(child);
        }
        try (Stream<Path> files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder()).forEach(Demo::delete);
        } catch (IOException | UncheckedIOException e) {
            out.println("cofferdam: cannot remove " + folder + ": " + e.getMessage());
        }
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
