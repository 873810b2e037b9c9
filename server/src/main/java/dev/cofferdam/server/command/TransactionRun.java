// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.command;

import dev.cofferdam.keyspace.Compartment;
import dev.cofferdam.keyspace.EffectGroup;
import dev.cofferdam.resp.ReplyWriter;
import dev.cofferdam.resp.RespParser;
import dev.cofferdam.server.Server;
import dev.cofferdam.server.acl.Denial;
import dev.cofferdam.server.client.Client;
import dev.cofferdam.server.client.CommandQueue;
import dev.cofferdam.server.net.EventLoop;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * The commands of one transaction being executed: admitted together, then run one after the other.
 *
 * <p>It begins on the event loop. The first command that is long asks for the lane as it does when it is alone; then all compartments of the transaction are handed
 * over and another run goes on there, from the {@link Rest} that this one leaves: with that very command, whose handler has done nothing yet, or with the
 * admission, where measuring a result would have been long. Nobody sees the half of it: between the loop's last command and the hand-over the loop executes nothing.
 *
 * <p>Owns a parser and the call the commands run with. The loop has one for all transactions; in a lane each transaction has one of its own. What always holds:
 * either every queued command runs, or none does, but for one that needs more memory than was set aside, because of commands before it in the same
 * transaction, and finds it not: it is refused alone.
 */
final class TransactionRun {
    /**
     * Where the lane goes on.
     *
     * @param at offset of the next command in the queue
     * @param admission what has been set aside; null when that is still to be asked for
     * @param compartments bits of those that the lane gets
     */
    record Rest(long at, @Nullable Admission admission, int compartments) {
    }

    private static final int DATABASES = Compartment.DATABASES;

    private final Server server;
    private final Dispatcher dispatcher;
    private final ReplyWriter reply;
    private final boolean inLane;
    private final RespParser parser = new RespParser(Integer.MAX_VALUE, Integer.MAX_VALUE);
    private final Call inner;

    private Admission admission;
    private boolean admitted;
    private long at;

    /** The loop's. */
    TransactionRun(Server server, ReplyWriter reply) {
        this.server = server;
        this.dispatcher = server.dispatcher();
        this.reply = reply;
        this.inLane = false;
        this.admission = dispatcher.admission();
        this.inner = new Call(server, parser, reply);
        inner.setMovable();
    }

    /** The rest of a transaction, in a lane. */
    TransactionRun(Server server, Call exec, Rest rest) {
        this.server = server;
        this.dispatcher = server.dispatcher();
        this.reply = exec.reply();
        this.inLane = true;
        this.inner = new Call(server, parser, reply);
        inner.shareTally(exec);
        EffectGroup effects = exec.laneEffects();
        if (effects != null) {
            inner.setLaneEffects(effects);
        }
        exec.addLaneCompartments(rest.compartments());
        Admission before = rest.admission();
        admission = before != null ? before : new Admission(server);
        admission.setInLane();
        admitted = before != null;
        at = rest.at();
    }

    /** Another transaction, from its beginning. */
    void begin() {
        at = 0;
        admitted = false;
        inner.forgetLooks();
    }

    ReplyWriter reply() {
        return reply;
    }

    /**
     * What is left when {@link #execute} answered false.
     *
     * @param compartments bits of those of all queued commands
     */
    Rest rest(int compartments) {
        if (!admitted) {
            return new Rest(at, null, compartments);
        }
        // A script may have changed what its keys did not name.
        int all = compartments | admission.asked() | server.keyspace().effectGroup().compartments;
        Admission moved = new Admission(server);
        moved.takeOver(admission);
        return new Rest(at, moved, all);
    }

    /** Runs the commands and replies; false when the rest is to be run in a lane. */
    boolean execute(Call exec, CommandQueue queue) {
        if (!admitted) {
            String refusal = admit(exec.client(), queue);
            if (inner.wantsLane()) {
                return false;
            }
            if (refusal != null) {
                endAdmission(exec);
                reply.error("EXECABORT Transaction discarded because of: " + refusal);
                return true;
            }
            admitted = true;
            reply.array(queue.commands());
        }
        long errorsBefore = reply.errors();
        parser.start(queue.address() + at, queue.address() + queue.bytes());
        while (parser.next() == RespParser.COMMAND) {
            begin(exec);
            run(exec);
            parser.clearTable();
            if (inner.wantsLane()) {
                break;
            }
            at = parser.position() - queue.address();
        }
        exec.addInnerErrors(reply.errors() - errorsBefore);
        if (inner.wantsLane()) {
            return false;
        }
        endAdmission(exec);
        return true;
    }

    private void endAdmission(Call exec) {
        if (inLane) {
            admission.end(exec.laneCompartments());
        } else {
            admission.end();
        }
    }

    private void begin(Call exec) {
        begin(exec.client());
        inner.addLaneCompartments(exec.laneCompartments());
    }

    private void begin(Client client) {
        inner.begin(client, parser.firstArgument(), parser.argumentCount());
        inner.setTransaction(true);
        inner.setLane(inLane);
    }

    // ---------------------------------------------------------------- admission

    /** Sums what all commands may need per compartment and asks once. Answers the refusal's text, or null. */
    private @Nullable String admit(Client client, CommandQueue queue) {
        admission.begin();
        forEach(client, queue, false);
        if (inner.wantsLane()) {
            return null;
        }
        Compartment refusing = admission.decide();
        boolean nothingNeeded = refusing == null || forEach(client, queue, true);
        if (refusing != null && !nothingNeeded) {
            return Admission.refusal(refusing);
        }
        if (refusing != null) {
            admission.decideWithoutGrowth();
        }
        admission.beginTransaction(refusing != null);
        return null;
    }

    /**
     * One look over the queue: adds up bounds, or asks each whether it needs nothing. SELECT within the queue is followed. Ends early with a command that would be
     * long to measure.
     */
    private boolean forEach(Client client, CommandQueue queue, boolean askNeed) {
        int databaseBefore = client.database();
        boolean nothingNeeded = true;
        boolean asksLane = false;
        parser.start(queue.address(), queue.address() + queue.bytes());
        while (!asksLane && parser.next() == RespParser.COMMAND) {
            begin(client);
            Command command = dispatcher.findQueued(inner);
            if (command != null && command.name().equals("select")) {
                follow(inner);
            } else if (command != null && command.writes() && command.keySpecs() > 0) {
                if (askNeed) {
                    nothingNeeded &= Admission.needsNothing(inner);
                } else {
                    admission.add(inner);
                }
            }
            asksLane = inner.wantsLane();
            parser.clearTable();
        }
        client.setDatabase(databaseBefore);
        return nothingNeeded;
    }

    /** The commands behind a SELECT are about another database. */
    static void follow(Call select) {
        long database = select.longOr(1, -1);
        if (database >= 0 && database < DATABASES) {
            select.client().setDatabase((int) database);
        }
    }

    // ---------------------------------------------------------------- running

    private void run(Call exec) {
        Command command = dispatcher.findQueued(inner);
        if (command == null) {
            reply.error("ERR unknown command");
            return;
        }
        String refusal = refusal(command);
        if (inner.wantsLane()) {
            return;
        }
        if (refusal != null) {
            reply.error(refusal);
            if (inLane) {
                exec.laneTally().error(refusal);
            } else {
                server.statistics().countError(refusal);
            }
        } else if (inLane) {
            runInLane(exec, command);
        } else {
            dispatcher.runQueued(inner, command);
        }
    }

    /** The user's rules may have changed since MULTI, and what the command needs since the transaction was admitted. */
    private @Nullable String refusal(Command command) {
        if (inner.client().user().check(command, inner) != Denial.NONE) {
            String denied = onLoop(() -> server.acl().refusalAtExec(inner, command), null);
            if (denied != null) {
                return denied;
            }
        }
        Compartment full = admission.admitNext(inner);
        return full == null ? null : Admission.refusal(full);
    }

    // ---------------------------------------------------------------- in a lane

    /** What names no key touches what is the loop's (SELECT, PUBLISH, CONFIG), so it runs there, while this thread waits. */
    private void runInLane(Call exec, Command command) {
        if (command.keySpecs() == 0 && !command.wholeKeyspace()) {
            inner.setLane(false);
            onLoop(() -> {
                dispatcher.startCommand();
                dispatcher.runQueued(inner, command);
                return true;
            }, false);
            return;
        }
        long started = server.clock().monotonicNanos();
        long errorsBefore = reply.errors();
        dispatcher.handle(inner, command);
        long nanos = server.clock().monotonicNanos() - started;
        boolean failed = reply.errors() != errorsBefore;
        exec.addLaneCompartments(inner.laneCompartments());
        if (dispatcher.isHeard(inner, nanos)) {
            onLoop(() -> {
                dispatcher.ranInLane(inner, command, nanos, failed);
                return true;
            }, false);
            return;
        }
        exec.adoptLaneChanges(inner);
        exec.laneTally().ran(command, nanos, failed);
        if (failed && !inner.isErrorCounted()) {
            exec.laneTally().error(reply.lastError());
        }
    }

    /** Has the loop do what is its own; {@code otherwise} when the server ends meanwhile. On the loop itself: at once. */
    private <T extends @Nullable Object> T onLoop(Callable<T> what, T otherwise) {
        EventLoop loop = server.loop();
        if (inLane && loop != null) {
            return loop.ask(what, otherwise);
        }
        try {
            return what.call();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
