// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.attribute;

import dev.cofferdam.resp.client.Reply;
import dev.cofferdam.resp.client.Request;
import dev.cofferdam.watch.probe.Capability;
import dev.cofferdam.watch.probe.CostGovernor.Work;
import dev.cofferdam.watch.probe.InfoText;
import dev.cofferdam.watch.probe.Probe;
import dev.cofferdam.watch.probe.Sample;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Who writes. By bytes received where the target counts them for each client; else by who is seen with a command that grows data, look after look; and where MONITOR is
 * allowed, by what each sends in a third of a second. One thread.
 */
final class WriterWatch {
    /** A list of more clients costs too much and does not fit. */
    private static final int CLIENTS_MAX = 10_000;
    private static final int WRITERS_SHOWN = 5;
    private static final Duration MONITOR_TIME = Duration.ofMillis(300);
    private static final long MONITOR_EVERY_MILLIS = 30_000;
    private static final double MONITOR_OPS_MAX = 30_000;
    private static final double MONITOR_HEADROOM_MIN = 0.02;

    private final Probe probe;
    private final Asking asking;
    private ClientTable table = ClientTable.EMPTY;
    private long tableMillis;
    private final Map<Long, Double> scores = new HashMap<>();
    private final Map<Long, Double> rates = new HashMap<>();
    private final Map<Long, String> commands = new HashMap<>();
    private List<Writer> heard = List.of();
    private long monitorMillis = Long.MIN_VALUE / 2;

    WriterWatch(Probe probe, Asking asking) {
        this.probe = probe;
        this.asking = asking;
    }

    /** Asks for the clients; answers false where that is not allowed or there are too many. */
    boolean look(InfoText info, long atMillis) throws IOException {
        long clients = info.number("connected_clients");
        if (!asking.can(Capability.CLIENT_LIST) || clients > CLIENTS_MAX) {
            return false;
        }
        Reply reply = asking.ask(List.of(Request.of("CLIENT", "LIST"))).getFirst();
        asking.governor().charge(Work.CLIENT_LINE, clients + 10);
        if (!(reply instanceof Reply.Bulk)) {
            return false;
        }
        ClientTable now = ClientTable.parse(String.valueOf(reply.asText()));
        compare(now, atMillis);
        table = now;
        tableMillis = atMillis;
        return true;
    }

    private void compare(ClientTable now, long atMillis) {
        Map<Long, Long> before = new HashMap<>();
        table.lines().forEach(line -> before.put(line.id(), line.netInBytes()));
        double seconds = Math.max(0.001, (atMillis - tableMillis) / 1000.0);
        scores.keySet().retainAll(before.keySet());
        rates.clear();
        for (ClientTable.Line line : now.lines()) {
            long bytes = line.netInBytes() - before.getOrDefault(line.id(), line.netInBytes());
            if (bytes > 0) {
                rates.put(line.id(), bytes / seconds);
            }
            // Seen at it, and lately: what was seen long ago fades.
            double seen = line.growsData() && line.idleSeconds() == 0 ? 1 : 0;
            scores.merge(line.id(), seen, (old, more) -> 0.8 * old + more);
            if (line.growsData()) {
                commands.put(line.id(), line.command());
            }
        }
        commands.keySet().retainAll(scores.keySet());
    }

    /** Listens to all commands for a moment, where that is allowed and harmless: not too many a second, and room for what the server must hold for us. */
    void monitor(Sample sample, double opsPerSecond, long atMillis) {
        boolean room = sample.limitBytes() == 0 || sample.headroomBytes() > MONITOR_HEADROOM_MIN * sample.limitBytes();
        if (!asking.can(Capability.MONITOR) || opsPerSecond > MONITOR_OPS_MAX || !room || atMillis - monitorMillis < MONITOR_EVERY_MILLIS) {
            return;
        }
        monitorMillis = atMillis;
        MonitorListener listener = new MonitorListener();
        probe.listen(listener, MONITOR_TIME);
        asking.governor().charge(Work.OTHER, listener.lines());
        Map<String, ClientTable.Line> byAddress = new HashMap<>();
        table.lines().forEach(line -> byAddress.put(line.address(), line));
        List<Writer> found = new ArrayList<>();
        for (MonitorListener.Sent sent : listener.writers()) {
            ClientTable.Line line = byAddress.get(sent.address);
            double rate = sent.bytes / (MONITOR_TIME.toMillis() / 1000.0);
            if (found.size() < WRITERS_SHOWN) {
                found.add(line == null
                        ? new Writer(0, sent.address, "", "", "", sent.command, rate)
                        : new Writer(line.id(), line.address(), line.name(), line.user(), line.library(), sent.command, rate));
            }
        }
        heard = found;
    }

    /** Those who write most first. */
    List<Writer> writers() {
        if (!heard.isEmpty()) {
            return heard;
        }
        return table.lines().stream().filter(line -> !line.isReplica())
            .filter(line -> rates.getOrDefault(line.id(), 0.0) > 0 && scores.getOrDefault(line.id(), 0.0) > 0
                    || rates.isEmpty() && scores.getOrDefault(line.id(), 0.0) > 0)
            .sorted(Comparator.comparingDouble((ClientTable.Line line) -> rates.getOrDefault(line.id(), 0.0))
                .thenComparingDouble(line -> scores.getOrDefault(line.id(), 0.0)).reversed().thenComparingLong(ClientTable.Line::id))
            .limit(WRITERS_SHOWN).map(this::writer).toList();
    }

    private Writer writer(ClientTable.Line line) {
        return new Writer(line.id(), line.address(), line.name(), line.user(), line.library(),
                commands.getOrDefault(line.id(), line.command()), rates.getOrDefault(line.id(), 0.0));
    }

    /** Those with the largest buffers first; their rate is what they send us where the target tells. */
    List<Writer> largest() {
        return table.byBuffers().stream().limit(WRITERS_SHOWN).map(this::writer).toList();
    }

    ClientTable table() {
        return table;
    }

    /** A suspicion is over: what was heard belongs to it. */
    void forget() {
        heard = List.of();
    }
}
