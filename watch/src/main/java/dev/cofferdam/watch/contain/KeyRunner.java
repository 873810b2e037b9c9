// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.contain;

import dev.cofferdam.memory.Clock;
import dev.cofferdam.resp.client.Reply;
import dev.cofferdam.watch.text.Words;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Deletes what a plan says, some at a time, so that nobody waits for it, and stops when it is told to. One thread at a time.
 *
 * <p>Always holds: nothing outside of the plan's range is named in a command that deletes, whatever the server's SCAN says.
 */
final class KeyRunner {
    /** Elements of a list cut off at once: 1.5 ms of the server. */
    static final int TRIM_STEP = 5_000;
    private static final String SCAN_COUNT = "1000";

    private final Nodes nodes;
    private final ContainOptions options;
    private final Clock clock;
    private final Pause pause;
    private final Supplier<String> stop;
    private final Path exportFile;

    /** @param stop says why to stop, or nothing */
    KeyRunner(Nodes nodes, ContainOptions options, Clock clock, Pause pause, Supplier<String> stop, Path exportFile) {
        this.nodes = nodes;
        this.options = options;
        this.clock = clock;
        this.pause = pause;
        this.stop = stop;
        this.exportFile = exportFile;
    }

    Effect run(Plan plan) throws IOException, RefusedException, InterruptedException {
        Effect effect = Effect.NONE;
        boolean dropsPrefix = plan.request().kind() == ActionKind.DROP_PREFIX;
        boolean exports = options.exportMaxBytes() > 0 && plan.request().kind() != ActionKind.TRIM_LIST;
        try (Export export = exports ? new Export(exportFile, options.exportMaxBytes(), clock) : null) {
            List<String> done = new ArrayList<>();
            for (Plan.Step step : plan.steps()) {
                if (done.contains(step.node()) || !effect.stopped().isEmpty()) {
                    continue;
                }
                done.add(step.node());
                try (Nodes.Session session = nodes.open(step.node(), true)) {
                    NodeFacts.select(session, plan.request().keys().database());
                    EffectMeter meter = new EffectMeter(session, clock);
                    String stopped = dropsPrefix
                            ? dropPrefix(session, meter, plan.request().keys(), export, effect.removed())
                            : plan.request().kind() == ActionKind.DROP_KEY
                                    ? dropKey(session, meter, plan.request().keys(), export)
                                    : trim(session, meter, plan.request());
                    effect = effect.and(meter.effect(stopped));
                }
            }
        }
        return effect;
    }

    private String dropPrefix(Nodes.Session session, EffectMeter meter, KeyRange range, @Nullable Export export, long removedBefore)
            throws IOException, RefusedException, InterruptedException {
        boolean cluster = NodeFacts.isCluster(session);
        Pacer pacer = new Pacer(session, meter, clock, pause, options.batchPause().toMillis());
        String cursor = "0";
        do {
            Reply reply = NodeFacts.need(session.ask("SCAN", cursor, "MATCH", range.glob(), "COUNT", SCAN_COUNT), "SCAN");
            cursor = NodeFacts.text(reply.asList().getFirst());
            List<String> keys = NodeFacts.strings(reply.asList().get(1)).stream().filter(range::covers).toList();
            for (int from = 0; from < keys.size(); from += options.batchKeys()) {
                long left = options.keysMax() - removedBefore - meter.removed();
                String why = left <= 0 ? Words.count(options.keysMax()) + " keys are removed, which is the most a plan may" : stop.get();
                if (!why.isEmpty()) {
                    return why;
                }
                List<String> batch = keys.subList(from, (int) Math.min(keys.size(), from + Math.min(options.batchKeys(), left)));
                int exported = export == null ? batch.size() : export.take(session, range.database(), batch);
                meter.removed(unlink(session, batch.subList(0, exported), cluster));
                if (exported < batch.size()) {
                    return "the next value does not fit the export (" + Words.bytes(options.exportMaxBytes()) + " in all, 4 MB each)";
                }
                pacer.afterBatch();
            }
        } while (!cursor.equals("0"));
        return "";
    }

    /** In a cluster a command may only name keys of one slot. */
    private static long unlink(Nodes.Session session, List<String> keys, boolean cluster) throws IOException, RefusedException {
        if (keys.isEmpty()) {
            return 0;
        }
        List<Command> commands = new ArrayList<>();
        if (cluster) {
            keys.forEach(key -> commands.add(Command.of("UNLINK", key)));
        } else {
            List<String> words = new ArrayList<>(List.of("UNLINK"));
            words.addAll(keys);
            commands.add(new Command(words));
        }
        long removed = 0;
        for (Reply reply : session.ask(commands)) {
            removed += NodeFacts.whole(NodeFacts.need(reply, "UNLINK"), 0);
        }
        return removed;
    }

    private String dropKey(Nodes.Session session, EffectMeter meter, KeyRange key, @Nullable Export export)
            throws IOException, RefusedException {
        if (export != null && export.take(session, key.database(), List.of(key.bytes())) == 0) {
            return "the value does not fit the export (" + Words.bytes(options.exportMaxBytes())
                    + " in all, 4 MB each); nothing was deleted";
        }
        meter.removed(unlink(session, List.of(key.bytes()), true));
        return "";
    }

    private String trim(Nodes.Session session, EffectMeter meter, PlanRequest request)
            throws IOException, RefusedException, InterruptedException {
        String key = request.keys().bytes();
        Pacer pacer = new Pacer(session, meter, clock, pause, options.batchPause().toMillis());
        while (true) {
            long length = NodeFacts.whole(NodeFacts.need(session.ask("LLEN", key), "LLEN"), 0);
            long surplus = length - request.number();
            String why = surplus <= 0 ? "" : stop.get();
            if (surplus <= 0 || !why.isEmpty()) {
                return why;
            }
            int count = (int) Math.min(TRIM_STEP, surplus);
            NodeFacts.need(session.ask(trimStep(key, count, request.newestAtHead())), "LTRIM");
            meter.removed(count);
            pacer.afterBatch();
        }
    }

    /** Cuts the oldest elements off, counted from their own end: what is pushed at the other end meanwhile does not shift them. */
    static Command trimStep(String key, int count, boolean newestAtHead) {
        return newestAtHead
                ? Command.of("LTRIM", key, "0", Integer.toString(-count - 1))
                : Command.of("LTRIM", key, Integer.toString(count), "-1");
    }
}
