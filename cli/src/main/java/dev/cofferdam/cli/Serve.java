// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.cli;

import dev.cofferdam.keyspace.PrefixBooks;
import dev.cofferdam.memory.Clock;
import dev.cofferdam.server.Server;
import dev.cofferdam.server.ServerOptions;
import dev.cofferdam.server.config.CommandLine;
import dev.cofferdam.server.config.ConfigException;
import dev.cofferdam.server.config.ConfigLoader;
import dev.cofferdam.server.config.Configuration;
import dev.cofferdam.server.config.Directives;
import dev.cofferdam.server.config.MemoryLimit;
import dev.cofferdam.server.config.TlsDirectives;
import dev.cofferdam.server.metrics.MetricsPages;
import dev.cofferdam.server.net.ListenException;
import dev.cofferdam.server.net.Ports;
import dev.cofferdam.server.tls.TlsContext;
import dev.cofferdam.server.tls.TlsException;
import dev.cofferdam.server.tls.TlsSettings;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * {@code cofferdam serve}: from the command line to a running server, and back.
 *
 * <p>Owns the process: the log, the pid file, the HTTP port, the order of the end. The main thread starts everything, then waits for the event loop; SIGTERM
 * and SIGINT run the same end on the thread the Java runtime brings for it.
 */
final class Serve {
    private static final int FAILED = 1;

    private final Configuration configuration;
    private final Log log;
    private final Server server;
    private final long pid;
    private final AtomicBoolean ended = new AtomicBoolean();
    private @Nullable MetricsPages pages;
    private @Nullable ConsoleProcess console;

    private Serve(Configuration configuration, Log log, long pid) {
        this.configuration = configuration;
        this.log = log;
        this.pid = pid;
        this.server = new Server(ServerOptions.of(configuration, ProcessSeed.draw()), PrefixBooks.LEARNED, Clock.system(), log);
    }

    static int run(List<String> arguments, PrintStream out, PrintStream err) {
        Configuration configuration;
        try {
            configuration = ConfigLoader.load(CommandLine.of(arguments), MemoryLimit.ofThisMachine());
        } catch (ConfigException e) {
            err.println("*** FATAL CONFIG FILE ERROR (Cofferdam " + Main.version() + ") ***");
            e.problems().forEach(err::println);
            return FAILED;
        }
        if (configuration.get(Directives.DAEMONIZE) && !Daemon.isThisProcess()) {
            return background(arguments, err);
        }
        long pid = ProcessHandle.current().pid();
        try {
            PrintStream stream = Log.stream(configuration.get(Directives.LOGFILE), out);
            Log log = new Log(stream, Clock.system(), pid, Log.Level.named(configuration.get(Directives.LOGLEVEL)));
            return new Serve(configuration, log, pid).serve();
        } catch (IOException e) {
            err.println("cofferdam: cannot write logfile '" + configuration.get(Directives.LOGFILE) + "': " + e.getMessage());
            return FAILED;
        }
    }

    private static int background(List<String> arguments, PrintStream err) {
        if (arguments.contains("-")) {
            err.println("cofferdam: daemonize yes cannot read the configuration from standard input; put it into a file");
            return FAILED;
        }
        try {
            Daemon.start();
            return 0;
        } catch (IOException e) {
            err.println("cofferdam: cannot go into the background: " + e.getMessage());
            return FAILED;
        }
    }

    private int serve() {
        log.notice("Cofferdam version=" + Main.version() + ", Java " + Runtime.version() + ", pid=" + pid + ", just started");
        Path file = configuration.file();
        log.notice(file == null
                ? "No config file specified, using the defaults; 'cofferdam default-config' prints them"
                : "Configuration loaded from " + file);
        StartupReport.of(configuration, RuntimeMemory.ofThisProcess()).forEach(log::notice);
        log.warning("Data lives in memory only: a restart loses it");
        server.operations().setVersion(Main.version());
        server.operations().configure(configuration);
        List<String> problems = server.operations().loadUsers();
        if (!problems.isEmpty()) {
            problems.forEach(problem -> log.warning("Aborting startup because of ACL errors: " + problem));
            return FAILED;
        }
        configuration.whenChanged(Directives.LOGLEVEL, name -> log.setLevel(Log.Level.named(name)));
        server.operations().rehearse();
        int consolePort = (int) configuration.number(Directives.CONSOLE_PORT);
        String consolePassword = consolePort == 0 ? "" : server.acl().addCompanion(ConsoleProcess.USER, ConsoleProcess.RULES);
        if (!prepareTls() || !listen()) {
            return FAILED;
        }
        if (consolePort != 0) {
            openConsole(consolePort, consolePassword);
        }
        writePid();
        // Harnesses that start a redis-server look for the number behind " PID: ", and only then know that the port was free.
        log.notice("Running mode=standalone, port=" + server.operations().port() + ", PID: " + pid);
        Runtime.getRuntime().addShutdownHook(new Thread(this::endBySignal, "end"));
        log.notice("Ready to accept connections");
        server.awaitEnd();
        end("The event loop has ended");
        return 0;
    }

    /** Reads certificates and keys, if there is a tls-port; false when they cannot be used. */
    private boolean prepareTls() {
        TlsSettings settings = TlsSettings.of(configuration);
        if (settings.port() == 0) {
            return true;
        }
        try {
            TlsContext context = TlsContext.load(settings, Clock.system().wallMillis());
            context.warnings().forEach(log::log);
            log.notice("TLS: " + context.description());
            server.setTls(context);
            return true;
        } catch (TlsException e) {
            log.warning(String.valueOf(e.getMessage()));
            log.warning("Failed to configure TLS. Check logs for more info.");
            return false;
        }
    }

    private boolean listen() {
        int httpPort = (int) configuration.number(Directives.HTTP_PORT);
        try {
            server.start();
            String addresses = String.join(" ", configuration.get(Directives.BIND));
            Ports ports = server.operations().ports();
            if (ports.plain() != Ports.NONE) {
                log.notice("Listening on " + addresses + " port " + ports.plain());
            }
            if (ports.tls() != Ports.NONE) {
                log.notice("Listening on " + addresses + " TLS port " + ports.tls());
            }
        } catch (IOException e) {
            if (e instanceof ListenException refused) {
                explain(refused.host(), refused.port(), e,
                        refused.port() == configuration.number(TlsDirectives.PORT) ? "--tls-port" : "--port");
            } else {
                explain(configuration.get(Directives.BIND).getFirst(), (int) configuration.number(Directives.PORT), e, "--port");
            }
            return false;
        }
        if (httpPort != 0) {
            String address = configuration.get(Directives.HTTP_BIND);
            try {
                pages = MetricsPages.open(server, address, httpPort);
                log.notice("Metrics on http://" + address + ":" + httpPort + "/metrics");
            } catch (IOException e) {
                explain(address, httpPort, e, "--http-port");
                server.stop();
                return false;
            }
        }
        return true;
    }

    private void openConsole(int consolePort, String password) {
        int port = server.operations().port();
        if (port <= 0) {
            log.warning("console-port " + consolePort
                    + " needs a plain port to look through; set port, bind 127.0.0.1 is enough. There is no console");
            return;
        }
        console = ConsoleProcess.start(port, consolePort, configuration.get(Directives.CONSOLE_CONFIG), password, log, Clock.system());
        log.notice("Console on http://127.0.0.1:" + consolePort + "/ by a process of its own");
    }

    private void explain(String address, int port, IOException e, String directive) {
        Throwable cause = e.getCause() == null ? e : e.getCause();
        log.warning("Warning: Could not create server TCP listening socket " + address + ":" + port + ": bind: " + cause.getMessage());
        String owner = PortOwner.of(port);
        log.warning("Failed listening on port " + port + " (TCP), aborting. " + (owner == null ? "" : "It belongs to " + owner + ". ")
                + "Stop what listens there, or choose another port: " + directive + " " + (port == 65535 ? port - 1 : port + 1));
    }

    private void writePid() {
        String pidfile = configuration.get(Directives.PIDFILE);
        if (!pidfile.isEmpty()) {
            try {
                Files.writeString(Path.of(pidfile), pid + "\n");
            } catch (IOException e) {
                log.warning("Cannot write pidfile '" + pidfile + "': " + e.getMessage());
            }
        }
    }

    /** Runs when a signal ends the process; also when it ends by itself, and then has nothing left to do. */
    private void endBySignal() {
        if (!ended.get()) {
            log.warning("Received a signal to end; closing connections");
            server.stop();
            end("All connections are closed");
            Runtime.getRuntime().halt(0); // a server that was asked to end has not failed: not the 143 of a process that was killed
        }
    }

    /** Called by the main thread and by the signal's: one does the work, the other waits for it, or the process would be halted before the last line. */
    private synchronized void end(String how) {
        if (ended.compareAndSet(false, true)) {
            MetricsPages open = pages;
            if (open != null) {
                open.close();
            }
            ConsoleProcess child = console;
            if (child != null) {
                child.close();
            }
            String pidfile = configuration.get(Directives.PIDFILE);
            if (!pidfile.isEmpty()) {
                try {
                    Files.deleteIfExists(Path.of(pidfile));
                } catch (IOException e) {
                    log.warning("Cannot remove pidfile '" + pidfile + "': " + e.getMessage());
                }
            }
            log.warning(how + ". Cofferdam is now ready to exit, bye bye...");
        }
    }
}
