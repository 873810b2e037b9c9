// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.probe;

import dev.cofferdam.memory.Clock;
import dev.cofferdam.resp.client.ProtocolException;
import dev.cofferdam.resp.client.Reply;
import dev.cofferdam.resp.client.Request;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * Looks at one target: one INFO a call, meant to be called once a second. Owns one link to it, which the attribution may use between looks; makes a new one after it was
 * lost, in growing intervals. Never throws for what a target does.
 *
 * <p>One thread, that of the target. {@link #close()} may come from another.
 */
public final class Probe implements AutoCloseable {
    private static final double NANOS = 1e9;
    /** While we cost it less than this in a second, what it spends is taken for its own. */
    private static final long QUIET_NANOS = 1_000_000;
    private static final double BACKGROUND_LEARNING = 0.1;

    private final TargetAddress address;
    private final Dialer dialer;
    private final Clock clock;
    private final ProbeOptions options;
    private final SteadyWallClock series;
    private final Backoff backoff;
    private final CostGovernor governor;

    private volatile @Nullable Link link;
    private TargetAddress.@Nullable Node node;
    private TargetAddress.@Nullable Node lastNode;
    private Capabilities capabilities = Capabilities.NONE;
    private InfoText info = InfoText.EMPTY;
    private InfoText commandCounts = InfoText.EMPTY;
    private String trouble = "not asked yet";
    private boolean answered;
    private boolean answering;
    private boolean probed;
    private long nextTryNanos;
    private long nextCommandCountsNanos;
    private long lastCpuNanos;
    private long lastLookNanos;
    private long lastSpentNanos;
    private double backgroundCores = -1;

    public Probe(TargetAddress address, Dialer dialer, Clock clock, long seed, ProbeOptions options) {
        this.address = address;
        this.dialer = dialer;
        this.clock = clock;
        this.options = options;
        this.series = new SteadyWallClock(clock);
        this.backoff = new Backoff(options.reconnectFirst(), options.reconnectMax(), new Random(seed));
        this.governor = new CostGovernor(options.calmBudget(), options.suspectBudget());
        this.nextTryNanos = clock.monotonicNanos();
    }

    /** What this probe counts time by. */
    public Clock clock() {
        return clock;
    }

    /** Looks once. Takes as long as a connection may take, at most. */
    public Look look() {
        long atMillis = series.millis();
        Link open = link;
        if (open != null && !open.isOpen()) {
            // Somebody who used the link lost it; whether the target is gone will be seen now.
            disconnect();
            open = null;
        }
        if (open == null && clock.monotonicNanos() < nextTryNanos) {
            return lost(atMillis);
        }
        try {
            open = open == null ? connect() : open;
            return look(open, atMillis);
        } catch (AccessException e) {
            failed(String.valueOf(e.getMessage()), backoff.refusedMillis());
        } catch (IOException e) {
            failed(reason(e), backoff.failedMillis());
        }
        return lost(series.millis());
    }

    private Link connect() throws IOException {
        TargetAddress.Node found = Discovery.locate(address, dialer).getFirst();
        node = found;
        Link open = dialer.dial(found);
        link = open;
        return open;
    }

    private Look look(Link open, long startedMillis) throws IOException {
        if (!probed) {
            capabilities = Capabilities.probe(open, options.monitorAllowed());
            governor.charge(CostGovernor.Work.OTHER, 12);
            probed = true;
        }
        boolean counts = capabilities.has(Capability.COMMAND_COUNTS) && clock.monotonicNanos() >= nextCommandCountsNanos;
        boolean compartments = capabilities.has(Capability.COMPARTMENTS);
        List<Request> requests = new ArrayList<>();
        requests.add(Request.of("INFO"));
        if (counts) {
            requests.add(Request.of("INFO", "commandstats"));
            nextCommandCountsNanos = clock.monotonicNanos() + options.commandCountsEvery().toNanos();
        }
        if (compartments) {
            requests.add(Request.of("COMPARTMENT", "INFO"));
        }
        List<Reply> replies = open.ask(requests);
        governor.charge(CostGovernor.Work.INFO, requests.size());
        if (replies.getFirst() instanceof Reply.Failure failure) {
            throw new AccessException("INFO: " + failure.message());
        }
        long atMillis = Math.max(startedMillis, series.millis());
        InfoText now = InfoText.parse(String.valueOf(replies.getFirst().asText()));
        if (counts && replies.get(1) instanceof Reply.Bulk bulk) {
            commandCounts = InfoText.parse(String.valueOf(bulk.asText()));
        }
        Map<String, Sample> ofCompartments = compartments && replies.getLast() instanceof Reply.Bulk bulk
                ? Samples.ofCompartments(String.valueOf(bulk.asText()), atMillis)
                : Map.of();
        Look.Change change = change(now);
        info = now;
        lastNode = node;
        answered = true;
        answering = true;
        backoff.succeeded();
        if (movedAway(now)) {
            // The sentinels will know who is the master now; next look.
            disconnect();
        }
        if (!now.has("used_memory")) {
            trouble = "INFO tells no used_memory: nothing to watch";
            return new Look(atMillis, null, now, ofCompartments, change, trouble);
        }
        Sample sample = Samples.of(now, options.limitBytes(), atMillis);
        measureCost(sample, change);
        trouble = seenOnlyPartly(now, sample);
        return new Look(atMillis, sample, now, ofCompartments, change, trouble);
    }

    private boolean movedAway(InfoText now) {
        return now.isReplica() && address.kind() == TargetAddress.Kind.SENTINEL;
    }

    private Look.Change change(InfoText now) {
        if (!answered) {
            return Look.Change.FIRST;
        }
        if (node != null && !node.equals(lastNode)) {
            return Look.Change.OTHER_MASTER;
        }
        boolean otherProcess = !now.runId().equals(info.runId())
                || now.number("uptime_in_seconds") + 1 < info.number("uptime_in_seconds");
        if (otherProcess) {
            probed = false;
            return Look.Change.RESTARTED;
        }
        if (now.isReplica() != info.isReplica()) {
            return now.isReplica() ? Look.Change.BECAME_REPLICA : Look.Change.BECAME_MASTER;
        }
        return answering ? Look.Change.NONE : Look.Change.BACK;
    }

    private String seenOnlyPartly(InfoText now, Sample sample) {
        List<String> sentences = new ArrayList<>();
        if (now.isReplica()) {
            sentences.add("it is a replica of " + now.get("master_host") + ":" + now.get("master_port"));
        }
        if (sample.limitBytes() == 0) {
            sentences.add("no maxmemory: give a limit to be told when it will be full");
        }
        String missing = capabilities.missing(options.monitorAllowed());
        if (!missing.isEmpty()) {
            sentences.add(missing);
        }
        return String.join("; ", sentences);
    }

    /** The server's own count of processor time against our prices. */
    private void measureCost(Sample sample, Look.Change change) {
        long nowNanos = clock.monotonicNanos();
        double seconds = (nowNanos - lastLookNanos) / NANOS;
        double charged = governor.spentNanos() - lastSpentNanos;
        double used = sample.cpuNanos() - lastCpuNanos;
        boolean comparable = change == Look.Change.NONE && lastCpuNanos > 0 && used >= 0 && seconds > 0;
        if (comparable) {
            double cores = used / NANOS / seconds;
            governor.passed(seconds, cores);
            if (charged < QUIET_NANOS) {
                double own = Math.max(0, cores - charged / NANOS / seconds);
                backgroundCores = backgroundCores < 0 ? own : backgroundCores + BACKGROUND_LEARNING * (own - backgroundCores);
            } else if (backgroundCores >= 0) {
                governor.measured(charged, used, backgroundCores * seconds * NANOS);
            }
        }
        lastLookNanos = nowNanos;
        lastCpuNanos = sample.cpuNanos();
        lastSpentNanos = governor.spentNanos();
    }

    private Look lost(long atMillis) {
        Look.Change change = answering ? Look.Change.LOST : Look.Change.NONE;
        answering = false;
        return new Look(atMillis, null, info, Map.of(), change, trouble);
    }

    private void failed(String why, long waitMillis) {
        trouble = why;
        nextTryNanos = clock.monotonicNanos() + Duration.ofMillis(waitMillis).toNanos();
        disconnect();
    }

    private String reason(IOException e) {
        String where = node == null ? address.shown() : node.toString();
        return switch (e) {
            case UnknownHostException unknown -> "no such host: " + where;
            case ConnectException refused -> where + " does not accept connections";
            case SocketTimeoutException slow -> where + " does not answer in time";
            case ProtocolException garbage -> where + ": " + garbage.getMessage();
            default -> where + ": " + e.getMessage();
        };
    }

    private void disconnect() {
        Link open = link;
        link = null;
        if (open != null) {
            open.close();
        }
    }

    /** For whoever asks more between two looks, on the same thread; null while there is none. Who gets an exception from it leaves the rest to the next look. */
    public @Nullable Link link() {
        Link open = link;
        return open != null && open.isOpen() ? open : null;
    }

    /**
     * Listens to what the server says unasked, for a moment, on a connection of its own. MONITOR only where it was allowed and is there.
     *
     * @return whether anything could be listened to
     */
    public boolean listen(Burst burst, Duration time) {
        TargetAddress.Node at = node;
        boolean monitor = burst.command().toString().equalsIgnoreCase("MONITOR");
        if (at == null || link() == null || monitor && !(options.monitorAllowed() && capabilities.has(Capability.MONITOR))) {
            return false;
        }
        try {
            dialer.listen(at, burst, time);
            return true;
        } catch (AccessException e) {
            capabilities = capabilities.without(monitor ? Capability.MONITOR : Capability.CLIENT_TRACKING);
        } catch (IOException e) {
            // A lost burst is a witness less; whether the target is still there, the next look will tell.
        }
        return false;
    }

    public Capabilities capabilities() {
        return capabilities;
    }

    public CostGovernor governor() {
        return governor;
    }

    /** INFO commandstats as last asked; empty where it is not told. */
    public InfoText commandCounts() {
        return commandCounts;
    }

    /** The options it was made with. */
    public ProbeOptions options() {
        return options;
    }

    public TargetAddress address() {
        return address;
    }

    /** Ends the link; a look that waits for it fails. A later look would open another. */
    @Override
    public void close() {
        disconnect();
    }
}
