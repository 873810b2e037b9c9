// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.metrics;

import dev.cofferdam.keyspace.Compartment;
import dev.cofferdam.keyspace.EncodingLimits;
import dev.cofferdam.memory.Account;
import dev.cofferdam.server.Server;
import dev.cofferdam.server.ServerSettings;
import dev.cofferdam.server.acl.Acl;
import dev.cofferdam.server.config.BudgetPlan;
import dev.cofferdam.server.config.CompartmentPlan;
import dev.cofferdam.server.config.Configuration;
import dev.cofferdam.server.config.Directive;
import dev.cofferdam.server.config.Directives;
import dev.cofferdam.server.config.InvalidValueException;
import dev.cofferdam.server.config.Share;
import dev.cofferdam.server.config.Sizes;
import java.util.List;

/**
 * Carries values of the configuration to where they count: settings, slow log, budgets. At start, and whenever one changes. Event loop.
 */
final class SettingsBinding {
    /** Files the process opens beside its clients: listeners, jar, log, /proc. */
    private static final int FILES_FOR_ITSELF = 32;
    /** Some 50 ms of dropping pages. */
    private static final long RETURNED_AT_ONCE_MAX_BYTES = 64 << 20;

    private final Server server;
    private final Configuration configuration;
    private final ServerSettings settings;

    SettingsBinding(Server server, Configuration configuration) {
        this.server = server;
        this.configuration = configuration;
        this.settings = server.settings();
    }

    void bind() {
        Operations operations = server.operations();
        bindAccess();
        bind(Directives.PROTECTED_MODE, settings::setProtectedMode);
        bindMaxClients();
        bind(Directives.TIMEOUT, settings::setIdleTimeoutSeconds);
        bind(Directives.PROTO_MAX_BULK_LEN, settings::setMaxBulkBytes);
        bind(Directives.CLIENT_QUERY_BUFFER_LIMIT, settings::setQueryBufferBytes);
        bind(Directives.TCP_KEEPALIVE, value -> settings.setKeepAliveSeconds(Math.toIntExact(value)));
        bind(Directives.REPLICA_PING_PERIOD, seconds -> settings.setReplicaPingMillis(seconds * 1000));
        bind(Directives.REPLICA_TIMEOUT, seconds -> settings.setReplicaTimeoutMillis(seconds * 1000));
        bind(Directives.UPLOAD_STALL_TIMEOUT, seconds -> settings.setUploadStallMillis(seconds * 1000));
        bind(Directives.CLIENT_OUTPUT_PAUSE, settings::setOutputPauseBytes);
        bind(Directives.LANE_THRESHOLD, settings::setLaneThresholdElements);
        bind(Directives.HLL_SPARSE_MAX_BYTES, settings::setHyperLogLogSparseBytes);
        bind(Directives.BUSY_REPLY_THRESHOLD, value -> settings.setBusyReplyMillis(Math.min(value, Integer.MAX_VALUE)));
        bind(Directives.SCRIPT_TIME_MAX, settings::setScriptTimeMaxMillis);
        bind(Directives.LONG_TURN_LOG, settings::setLongTurnLogMillis);
        bind(Directives.MIN_REPLICAS_TO_WRITE, value -> settings.setReadOnly(value > 0));
        bind(Directives.UNIXSOCKET, settings::setUnixSocket);
        bind(Directives.UNIXSOCKETPERM, settings::setUnixSocketPermissions);
        bind(Directives.TCP_BACKLOG, value -> settings.setTcpBacklog(Math.toIntExact(value)));
        bind(Directives.CLIENT_OUTPUT_BUFFER_LIMIT, settings::setOutputLimits);
        bind(Directives.MAXMEMORY_POLICY,
                policy -> settings
                    .setSharesIntegers(!configuration.compartmentsOff() || !policy.endsWith("lru") && !policy.endsWith("lfu")));
        bind(Directives.MAXMEMORY_CLIENTS, value -> boundClients(value, configuration.plan().maxMemoryBytes()));
        bind(Directives.SLOWLOG_LOG_SLOWER_THAN, operations.slowLog()::setThresholdMicros);
        bind(Directives.NOTIFY_KEYSPACE_EVENTS, classes -> {
            server.pubsub().events().setClasses(classes);
            server.keyNews().update();
        });
        bind(Directives.TRACKING_TABLE_MAX_KEYS, server.tracking()::setKeysMax);
        bind(Directives.SLOWLOG_MAX_LEN, operations.slowLog()::setMaxEntries);
        bind(Directives.LATENCY_MONITOR_THRESHOLD, operations.latencyEvents()::setThresholdMillis);
        bind(Directives.LATENCY_TRACKING, operations::setTracksLatency);
        bind(Directives.LATENCY_PERCENTILES, value -> operations.setPercentiles(checked(value)));
        EncodingLimits limits = server.keyspace().encodingLimits();
        bind(Directives.HASH_MAX_LISTPACK_ENTRIES, value -> limits.hashListpackEntries = clamped(value));
        bind(Directives.HASH_MAX_LISTPACK_VALUE, value -> limits.hashListpackValueBytes = clamped(value));
        bind(Directives.SET_MAX_INTSET_ENTRIES, value -> limits.setIntsetEntries = clamped(value));
        bind(Directives.ZSET_MAX_LISTPACK_ENTRIES, value -> limits.zsetListpackEntries = clamped(value));
        bind(Directives.ZSET_MAX_LISTPACK_VALUE, value -> limits.zsetListpackValueBytes = clamped(value));
        bind(Directives.STREAM_NODE_MAX_BYTES, value -> limits.streamNodeMaxBytes = clamped(value));
        bind(Directives.STREAM_NODE_MAX_ENTRIES, value -> limits.streamNodeMaxEntries = clamped(value));
        configuration.whenAnyChanges(ListenBinding.DIRECTIVES, new ListenBinding(server, configuration));
        server.ceiling().countUse(configuration.compartmentsOff());
        configuration.whenPlanChanges(this::apply);
    }

    private void boundClients(String share, long maxMemoryBytes) throws InvalidValueException {
        settings.setClientsMaxBytes(Share.parse(share).bytesOf(maxMemoryBytes));
    }

    private void bindAccess() {
        Acl acl = server.acl();
        bind(Directives.ACL_PUBSUB_DEFAULT, value -> acl.setChannelsByDefault(value.equals("allchannels")));
        bind(Directives.ACLLOG_MAX_LEN, acl::setLogMaxEntries);
        acl.setFile(Acl.fileOf(configuration));
        if (!configuration.get(Directives.REQUIREPASS).isEmpty()) {
            acl.setDefaultPassword(configuration.get(Directives.REQUIREPASS));
        }
        configuration.whenChanged(Directives.REQUIREPASS, acl::setDefaultPassword);
        configuration.setUserLines(acl::lines);
    }

    private static int clamped(long value) {
        return (int) Math.min(value, Integer.MAX_VALUE);
    }

    private <T> void bind(Directive<T> directive, Configuration.Applier<T> applier) {
        configuration.whenChanged(directive, applier);
        try {
            applier.apply(configuration.get(directive));
        } catch (InvalidValueException e) {
            throw new IllegalStateException("directive '" + directive.name() + "': " + e.reason(), e);
        }
    }

    /** Each client needs a file. At the start fewer are taken than asked for if need be, as Redis does; later it is refused. */
    private void bindMaxClients() {
        long most = Math.max(1, ProcessFigures.openFilesMax() - FILES_FOR_ITSELF);
        long asked = configuration.number(Directives.MAXCLIENTS);
        if (asked > most) {
            server.events()
                .log("maxclients-reduced asked=" + asked + " to=" + most + " reason=open files are limited; raise it with ulimit -n "
                        + (asked + FILES_FOR_ITSELF));
        }
        settings.setMaxClients((int) Math.min(Math.min(asked, most), Integer.MAX_VALUE));
        configuration.whenChanged(Directives.MAXCLIENTS, value -> {
            if (value > most) {
                throw new InvalidValueException(
                        "The operating system is not able to handle the specified number of clients, try with " + most);
            }
            settings.setMaxClients((int) Math.min(value, Integer.MAX_VALUE));
        });
    }

    private static List<String> checked(List<String> percentiles) throws InvalidValueException {
        for (String text : percentiles) {
            try {
                double percent = Double.parseDouble(text);
                if (percent >= 0 && percent <= 100) {
                    continue;
                }
            } catch (NumberFormatException e) {
                // Falls through.
            }
            throw new InvalidValueException("latency-tracking-info-percentiles parameters should sit between [0.0,100.0]");
        }
        return percentiles;
    }

    /** Makes a new division of memory count, or throws and leaves the old one. */
    private void apply(BudgetPlan plan) throws InvalidValueException {
        if (plan.arenaBytes() > server.arena().capacityBytes()) {
            throw new InvalidValueException("the arena was opened with " + Sizes.readable(server.arena().capacityBytes())
                    + "; it can shrink and grow back to that while running, more needs a restart");
        }
        for (CompartmentPlan compartment : plan.compartments()) {
            checkLoans(server.keyspace().compartment(compartment.index()), compartment);
        }
        // Reserves that shrink come first: the sum fits at every moment between the old plan and the new.
        forEach(plan, (account, budget) -> {
            long reserve = Math.min(account.reserveBytes(), budget.reserveBytes());
            account.setBudget(reserve, Math.max(reserve, budget.maxBytes()));
        });
        server.arena().setMaxBytes(plan.arenaBytes());
        forEach(plan, (account, budget) -> account.setBudget(budget.reserveBytes(), budget.maxBytes()));
        for (CompartmentPlan compartment : plan.compartments()) {
            Compartment live = server.keyspace().compartment(compartment.index());
            live.setFull(compartment.full());
            live.setFrozen(plan.isFrozen() && !compartment.full().evicts());
            live.account().setGivesBack(compartment.full().givesBackAtOnce());
            long over = live.account().usedBytes() - live.account().maxBytes();
            if (over > 0) {
                server.events().log("budget-below-use compartment=" + live.name() + " over_bytes=" + over
                        + (compartment.full().evicts() ? " next=evicts until it is below" : " next=refuses what grows until it is below"));
            }
        }
        server.ceiling().set(plan.ceilingBytes());
        boundClients(configuration.get(Directives.MAXMEMORY_CLIENTS), plan.maxMemoryBytes());
    }

    /** What has borrowed others' reserves must be able to give them back, so it does that before it stops evicting: a little now, more before it is asked again. */
    private void checkLoans(Compartment compartment, CompartmentPlan plan) throws InvalidValueException {
        if (!compartment.full().givesBackAtOnce() || plan.full().givesBackAtOnce()) {
            return;
        }
        if (server.arena().borrowedReserveBytes(compartment.account()) <= RETURNED_AT_ONCE_MAX_BYTES) {
            server.keyspace().returnLoans(compartment);
        }
        long missing = server.arena().borrowedReserveBytes(compartment.account());
        if (missing > 0) {
            throw new InvalidValueException("compartment '" + compartment.name() + "' has borrowed " + Sizes.readable(missing)
                    + " of the others' reserves and could not give them back at once any more; lower its max first");
        }
    }

    /** What is done with each account and its budget. */
    private interface Change {
        void make(Account account, CompartmentPlan budget);
    }

    private void forEach(BudgetPlan plan, Change change) {
        for (CompartmentPlan compartment : plan.compartments()) {
            change.make(server.keyspace().compartment(compartment.index()).account(), compartment);
        }
        change.make(server.connections(), plan.connections());
        change.make(server.scripting().account(), plan.scripts());
        for (Account account : server.operations().accountsWithoutKeys()) {
            if (account.name().equals(plan.machinery().name())) {
                change.make(account, plan.machinery());
            }
        }
    }
}
