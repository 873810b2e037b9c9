// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.metrics;

import dev.cofferdam.keyspace.Compartment;
import dev.cofferdam.memory.Account;
import dev.cofferdam.server.Server;
import dev.cofferdam.server.ServerStatistics;
import dev.cofferdam.server.acl.Acl;
import dev.cofferdam.server.command.Call;
import dev.cofferdam.server.command.Command;
import dev.cofferdam.server.command.CommandObserver;
import dev.cofferdam.server.command.Flag;
import dev.cofferdam.server.config.CompartmentPlan;
import dev.cofferdam.server.config.ConfigException;
import dev.cofferdam.server.config.ConfigLoader;
import dev.cofferdam.server.config.Configuration;
import dev.cofferdam.server.config.Directives;
import dev.cofferdam.server.config.MemoryLimit;
import dev.cofferdam.server.config.PolicyWords;
import dev.cofferdam.server.net.Ports;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * What the people who run the server deal with: its configuration, slow commands, latencies, rates.
 *
 * <p>Owns those. Event loop only, apart from what {@link Figures} reads. Hears of every executed command, and allocates only when a command is called for the
 * first time or was slow.
 */
public final class Operations implements CommandObserver {
    /** The version whose commands and replies this server follows. */
    public static final String REDIS_VERSION = "7.0.15";
    private static final long RATE_WINDOW_NANOS = 1_000_000_000;

    private final Server server;
    private final SlowLog slowLog = new SlowLog();
    private final LatencyEvents latencyEvents = new LatencyEvents();
    /** By {@link Command#number()}; null where a command was not called. */
    private @Nullable LatencyHistogram[] latencies = new @Nullable LatencyHistogram[0];
    private final String runId;
    private final long systemMemoryBytes = MemoryLimit.ofThisMachine().hostBytes();
    private volatile Ports ports = new Ports(Ports.NONE, Ports.NONE);
    private @Nullable Configuration configuration;
    private boolean configured;
    private String version = "dev";
    private boolean tracksLatency = true;
    private List<String> percentiles = Directives.LATENCY_PERCENTILES.defaultValue();

    private long rateFromNanos;
    private long commandsBefore;
    private long inputBefore;
    private long outputBefore;
    private double commandRate;
    private double inputRate;
    private double outputRate;

    public Operations(Server server, long seed) {
        this.server = server;
        byte[] id = new byte[20];
        new Random(seed ^ server.clock().wallMillis()).nextBytes(id);
        this.runId = HexFormat.of().formatHex(id);
    }

    /** Takes the configuration the server was opened with, once, and makes its values count, now and when they change. */
    public void configure(Configuration loaded) {
        configuration = loaded;
        configured = true;
        CompartmentPlan machinery = loaded.plan().machinery();
        server.arena().account(machinery.name(), machinery.reserveBytes(), machinery.maxBytes(), false);
        new SettingsBinding(server, loaded).bind();
    }

    /** Users of the configuration or of the ACL file, after {@link #configure}: answers what is wrong with them, and then the server must not start. */
    public List<String> loadUsers() {
        Acl acl = server.acl();
        if (acl.file().isEmpty()) {
            return acl.loadConfigured(configuration().users());
        }
        String problem = acl.load(null);
        return problem == null ? List.of() : List.of(problem);
    }

    /** The configuration; the defaults in a server that was given none, as in tests. */
    public Configuration configuration() {
        Configuration known = configuration;
        if (known == null) {
            try {
                known = ConfigLoader.defaults();
            } catch (ConfigException e) {
                throw new IllegalStateException("the defaults are refused", e);
            }
            configuration = known;
        }
        return known;
    }

    @Override
    public void executed(Call call, long nanos) {
        slowLog.executed(call, nanos);
        latencyEvents.note(call.command().has(Flag.FAST) ? LatencyEvents.FAST_COMMAND : LatencyEvents.COMMAND, nanos, call.nowMillis());
        if (tracksLatency) {
            int number = call.command().number();
            LatencyHistogram histogram = number < latencies.length ? latencies[number] : null;
            (histogram == null ? firstLatencyOf(number) : histogram).add(nanos);
        }
    }

    @Override
    public void executed(Call call, int times, long nanos) {
        slowLog.executed(call, nanos); // who asked for single commands as short as that gets them; this tells of a hold-up in one of them
        latencyEvents.note(call.command().has(Flag.FAST) ? LatencyEvents.FAST_COMMAND : LatencyEvents.COMMAND, nanos, call.nowMillis());
        if (tracksLatency) {
            int number = call.command().number();
            LatencyHistogram histogram = number < latencies.length ? latencies[number] : null;
            (histogram == null ? firstLatencyOf(number) : histogram).add(nanos / times, times);
        }
    }

    @Override
    public boolean notes(long nanos) {
        return slowLog.notes(nanos) || latencyEvents.notes(nanos);
    }

    private LatencyHistogram firstLatencyOf(int number) {
        if (number >= latencies.length) {
            latencies = Arrays.copyOf(latencies, server.commands().all().size());
        }
        LatencyHistogram histogram = new LatencyHistogram();
        latencies[number] = histogram;
        return histogram;
    }

    private void forgetLatencies() {
        Arrays.fill(latencies, null);
    }

    public LatencyEvents latencyEvents() {
        return latencyEvents;
    }

    void setTracksLatency(boolean value) {
        tracksLatency = value;
        if (!value) {
            forgetLatencies();
        }
    }

    void setPercentiles(List<String> values) {
        percentiles = values;
    }

    List<String> percentiles() {
        return percentiles;
    }

    public @Nullable LatencyHistogram latencyOf(Command command) {
        return command.number() < latencies.length ? latencies[command.number()] : null;
    }

    public SlowLog slowLog() {
        return slowLog;
    }

    /** Before the first client: makes the report that monitors ask for, because its first time takes ten times as long, while its classes are loaded, and then everybody would wait. */
    public void rehearse() {
        InfoReport.of(new Figures(server, null), List.of("everything"));
    }

    /** CONFIG RESETSTAT. */
    public void resetStatistics() {
        ServerStatistics statistics = server.statistics();
        statistics.reset();
        statistics.expiredKeysBefore = sum(Compartment::expiredKeys);
        statistics.evictedKeysBefore = sum(Compartment::evictedKeys);
        statistics.freedLargeValuesBefore = sum(Compartment::freedLargeValues);
        server.turns().reset();
        server.commands().all().forEach(command -> command.statistics().reset());
        forgetLatencies();
        commandsBefore = 0;
        inputBefore = 0;
        outputBefore = 0;
    }

    private long sum(ToLongFunction<Compartment> figure) {
        long sum = 0;
        for (int i = 0; i < server.keyspace().compartmentCount(); i++) {
            sum += figure.applyAsLong(server.keyspace().compartment(i));
        }
        return sum;
    }

    // ---------------------------------------------------------------- rates

    /** Works the rates out anew when at least a second has gone by. Called by a timer of the loop, and before a report. */
    public void sampleRates() {
        long now = server.clock().monotonicNanos();
        double seconds = (now - rateFromNanos) / 1e9;
        if (now - rateFromNanos < RATE_WINDOW_NANOS) {
            return;
        }
        commandRate = (server.statistics().commandsProcessed - commandsBefore) / seconds;
        inputRate = (server.statistics().inputBytes - inputBefore) / seconds / 1024;
        outputRate = (server.statistics().outputBytes - outputBefore) / seconds / 1024;
        rateFromNanos = now;
        commandsBefore = server.statistics().commandsProcessed;
        inputBefore = server.statistics().inputBytes;
        outputBefore = server.statistics().outputBytes;
    }

    long commandRate() {
        return Math.round(commandRate);
    }

    String inputRate() {
        return String.format(Locale.ROOT, "%.2f", inputRate);
    }

    String outputRate() {
        return String.format(Locale.ROOT, "%.2f", outputRate);
    }

    // ---------------------------------------------------------------- facts

    /** The policy a client of Redis is told: that of the compartment the connection belongs to if it evicts, else noeviction; with one compartment, its own. */
    public String policyName(@Nullable Compartment bound) {
        if (configuration().compartmentsOff()) {
            return configuration().get(Directives.MAXMEMORY_POLICY);
        }
        return bound == null ? "noeviction" : PolicyWords.redisName(bound.full());
    }

    /** What all accounts together may own now. */
    long maxMemoryBytes() {
        return configured ? configuration().plan().maxMemoryBytes() : server.arena().maxBytes();
    }

    int databaseCount() {
        return (int) configuration().number(Directives.DATABASES);
    }

    String configFile() {
        Path file = configuration().file();
        return file == null ? "" : file.toString();
    }

    /** 'connections' and 'machinery': accounts of the arena that belong to no compartment with keys. */
    public List<Account> accountsWithoutKeys() {
        List<Account> accounts = new ArrayList<>(server.arena().accounts());
        for (int i = 0; i < server.keyspace().compartmentCount(); i++) {
            accounts.remove(server.keyspace().compartment(i).account());
        }
        return accounts;
    }

    public String runId() {
        return runId;
    }

    long systemMemoryBytes() {
        return systemMemoryBytes;
    }

    /** The port clients connect to, that for TLS where there is no other; 0 when there is none. */
    public int port() {
        return Math.max(0, ports.main());
    }

    /** Where the server listens. */
    public Ports ports() {
        return ports;
    }

    public void setPorts(Ports opened) {
        ports = opened;
    }

    public String version() {
        return version;
    }

    public void setVersion(String value) {
        version = value;
    }
}
