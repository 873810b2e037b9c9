// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.contain;

import dev.cofferdam.memory.Clock;
import dev.cofferdam.resp.client.Reply;
import dev.cofferdam.watch.text.Words;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Actions that are one command a node: a connection is closed, a limit is set. One thread at a time. */
final class CommandRunner {
    private static final int LOOKS = 200;
    private static final long LOOK_EVERY_MILLIS = 5;
    /** Part of the old limit that may be in use when it is set again: more, and it would be full at once. */
    private static final double LOWER_BELOW = 0.95;

    private final Nodes nodes;
    private final Clock clock;
    private final Pause pause;

    CommandRunner(Nodes nodes, Clock clock, Pause pause) {
        this.nodes = nodes;
        this.clock = clock;
        this.pause = pause;
    }

    /** Sends the plan's commands and watches for a second whether writes are possible again. A limit is raised on all nodes or on none. */
    Effect apply(Plan plan) throws IOException, RefusedException, InterruptedException {
        Effect effect = Effect.NONE;
        List<Plan.Step> sent = new ArrayList<>();
        try {
            for (Plan.Step step : plan.steps()) {
                try (Nodes.Session session = nodes.open(step.node(), true)) {
                    Command undo = step.undo();
                    if (undo != null && limit(session) != bytes(undo)) {
                        throw new RefusedException("maxmemory of " + step.node() + " is " + Words.bytes(limit(session)) + " now and was "
                                + Words.bytes(bytes(undo)) + " in the plan. Make another plan");
                    }
                    sent.add(step);
                    effect = effect.and(send(session, step));
                }
            }
            return effect;
        } catch (IOException | RefusedException e) {
            for (Plan.Step step : sent) {
                setBack(plan, step);
            }
            throw e;
        }
    }

    private Effect send(Nodes.Session session, Plan.Step step) throws IOException, RefusedException, InterruptedException {
        EffectMeter meter = new EffectMeter(session, clock);
        Reply reply = NodeFacts.need(session.ask(step.command()), step.command().text());
        if (reply instanceof Reply.Whole whole && whole.value() == 0) {
            throw new RefusedException("the client was gone already");
        }
        meter.look();
        for (int i = 0; i < LOOKS && meter.isFull(); i++) {
            pause.millis(LOOK_EVERY_MILLIS);
            meter.look();
        }
        return meter.effect("");
    }

    /** Sets the old limit where it is still ours and use has fallen below it. */
    String lowerLimit(Plan plan) throws IOException, RefusedException {
        for (Plan.Step step : plan.steps()) {
            Command undo = step.undo();
            try (Nodes.Session session = nodes.open(step.node(), true)) {
                long used = NodeFacts.used(NodeFacts.info(session, "memory"));
                if (undo != null && used > bytes(undo) * LOWER_BELOW) {
                    throw new RefusedException(
                            step.node() + " uses " + Words.bytes(used) + ": the old limit of " + Words.bytes(bytes(undo))
                                    + " would make it full at once");
                }
            }
        }
        for (Plan.Step step : plan.steps()) {
            setBack(plan, step);
        }
        return "maxmemory is as before, unless somebody set another meanwhile";
    }

    private void setBack(Plan plan, Plan.Step step) throws IOException, RefusedException {
        Command undo = step.undo();
        if (undo != null) {
            try (Nodes.Session session = nodes.open(step.node(), true)) {
                if (limit(session) == plan.request().number()) {
                    NodeFacts.need(session.ask(undo), "CONFIG SET");
                }
            }
        }
    }

    /** What a CONFIG SET maxmemory sets. */
    private static long bytes(Command command) {
        return Long.parseLong(command.words().getLast());
    }

    private static long limit(Nodes.Session session) throws IOException, RefusedException {
        List<Reply> answer = NodeFacts.need(session.ask("CONFIG", "GET", "maxmemory"), "CONFIG GET").asList();
        return answer.size() < 2 ? 0 : Long.parseLong(NodeFacts.text(answer.get(1)));
    }
}
