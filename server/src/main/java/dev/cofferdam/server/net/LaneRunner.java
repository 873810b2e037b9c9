// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.net;

import dev.cofferdam.keyspace.EffectGroup;
import dev.cofferdam.memory.ThreadScheduling;
import dev.cofferdam.resp.ReplyRoom;
import dev.cofferdam.resp.ReplyWriter;
import dev.cofferdam.resp.RespParser;
import dev.cofferdam.server.Server;
import dev.cofferdam.server.command.Call;
import dev.cofferdam.server.command.Command;
import dev.cofferdam.server.command.CompartmentVisitor;
import dev.cofferdam.server.command.Flag;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * Runs long commands beside the event loop: one lane a compartment, one for commands that tour all of them, one for scripts without keys and one for commands
 * that use files, each with a thread that is started when it is first needed.
 *
 * <p>Owns the lanes. A lane owns the compartments of its command from the moment they are handed over until the loop runs its completion: they
 * change hands through the lane's queue and the loop's task queue, which is what publishes their bytes. The client is parked meanwhile, so its input
 * buffer, where the command's arguments lie, stays as it is.
 */
final class LaneRunner {
    private static final int LOGGED_KEY_MAX = 64;
    /** Where processors are scarce the loop, which serves everybody, comes first: a lane has a third of its share, and whoever wakes interrupts it. */
    private static final int MORE_NICE = 5;
    /** Much of it is for Lua, which calls itself up to 200 times and may need some kilobytes each time; what is never touched costs nothing. */
    private static final long STACK_BYTES = 4 * 1024 * 1024;

    private final EventLoop loop;
    private final Server server;
    private final @Nullable Lane[] lanes;
    private @Nullable Lane tour;
    /** Of scripts that name no key; such a script gets the compartments it turns out to need one by one. */
    private @Nullable Lane keyless;
    /** Of commands that read or write a file, which may take as long as the disk does. */
    private @Nullable Lane files;
    /** A part for each lane. */
    private final long scratch;

    LaneRunner(EventLoop loop, Server server) {
        this.loop = loop;
        this.server = server;
        this.lanes = new @Nullable Lane[server.keyspace().compartmentCount()];
        scratch = server.connections().takeRun((long) (lanes.length + 3) * LaneOutput.SCRATCH_BYTES);
        if (scratch == 0) {
            throw new IllegalStateException("connections: no memory for the lanes' last resort; raise its budget");
        }
    }

    /**
     * Event loop: hands the compartments over; the client's command is at the front of its input.
     *
     * @param begun it is a transaction of which a part has run: it is no longer in the input, and cannot be refused
     */
    void start(Connection client, int compartments, Command command, boolean begun) {
        client.state = Connection.IN_LANE;
        loop.updateInterest(client);
        server.statistics().laneCommands++;
        if (command.visitor() != null) {
            Lane lane = tour;
            if (lane == null) {
                lane = new Lane("keyspace", lanes.length);
                tour = lane;
            }
            lane.beginTour(client, command);
            return;
        }
        if (compartments == 0 && command.usesFiles()) {
            Lane lane = files;
            if (lane == null) {
                lane = new Lane("files", lanes.length + 2);
                files = lane;
            }
            server.lanes().setFilesBusy(true);
            lane.begin(client, 0, command, false);
            return;
        }
        if (compartments == 0) {
            Lane lane = keyless;
            if (lane == null) {
                lane = new Lane("scripts", lanes.length + 1);
                keyless = lane;
            }
            server.lanes().setKeylessBusy(true);
            lane.begin(client, 0, command, false);
            return;
        }
        lane(Integer.numberOfTrailingZeros(compartments)).begin(client, compartments, command, begun);
    }

    /** Event loop: has a compartment that is not in its lane worked on there, on nobody's behalf; {@code done} runs when it is back. The work only reads. */
    void startReading(int compartment, Runnable work, Runnable done) {
        lane(compartment).read(compartment, work, done);
    }

    private Lane lane(int number) {
        Lane lane = lanes[number];
        if (lane == null) {
            lane = new Lane(server.keyspace().compartment(number).name(), number);
            lanes[number] = lane;
        }
        return lane;
    }

    /** Event loop: a lane gave its compartments back, and a tour may have waited for just those. */
    void goOnTouring() {
        Lane lane = tour;
        if (lane != null && lane.tourWaits) {
            lane.visitNext();
        }
    }

    private static boolean mayChange(Call call) {
        return call.command().writes() || call.command().has(Flag.MAY_REPLICATE);
    }

    void stop() {
        server.scripting().endAll("the server shuts down");
        for (Lane lane : lanes) {
            if (lane != null) {
                lane.stop();
            }
        }
        if (tour != null) {
            tour.stop();
        }
        if (keyless != null) {
            keyless.stop();
        }
        if (files != null) {
            files.stop();
        }
    }

    /** One thread with a parser, a call and an output of its own. Fields are the loop's while the lane is idle, the lane's while it works. */
    private final class Lane implements Runnable, ReplyRoom {
        private final Thread thread;
        private final BlockingQueue<Runnable> work = new ArrayBlockingQueue<>(1);
        private final RespParser parser = new RespParser(CommandReader.ARGUMENTS_MAX, Integer.MAX_VALUE);
        private final ReplyWriter writer = new ReplyWriter(this);
        private final Call call = new Call(server, parser, writer);
        private final EffectGroup effects = server.keyspace().newEffectGroup();
        private final LaneOutput output;
        private volatile boolean stopped;

        private @Nullable Connection client;
        private int compartments;
        private long nanos;
        private long errorsBefore;
        /** Bits of the compartments of a tour. */
        private int toured;
        /** Next compartment of a tour; elements found so far; whether it waits for that compartment's own lane. */
        private int next;
        private long elements;
        private boolean tourWaits;
        private boolean begun;

        Lane(String compartment, int number) {
            output = new LaneOutput(server.connections(), scratch + (long) number * LaneOutput.SCRATCH_BYTES);
            thread = new Thread(null, this, "lane-" + compartment, STACK_BYTES);
            thread.setDaemon(true);
            call.setLaneEffects(effects);
            thread.start();
        }

        @Override
        public void run() {
            ThreadScheduling.change(MORE_NICE, ThreadScheduling.LONGEST_SLICE_NANOS);
            while (!stopped) {
                try {
                    work.take().run();
                } catch (InterruptedException e) {
                    return;
                }
            }
        }

        void stop() {
            stopped = true;
            thread.interrupt();
            try {
                thread.join(5_000);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        // ------------------------------------------------------------ one command on its compartments

        void begin(Connection caller, int bits, Command command, boolean goesOn) {
            begun = goesOn;
            if (!open(caller, bits, command)) {
                return;
            }
            handOver(bits);
            work.add(() -> {
                timed(this::runHandler);
                loop.submit(() -> {
                    takeBack();
                    finish(caller, -1);
                });
            });
        }

        private void runHandler() {
            if (server.replication().isFed()) {
                server.replication().run(call);
            } else {
                call.command().handler().run(call);
            }
        }

        private void handOver(int bits) {
            compartments = bits;
            if (begun ? server.transactions().hasAny(call, LaneRunner::mayChange) : mayChange(call)) {
                loop.pins().copyAll(bits);
            }
            effects.takeOver(server.keyspace().effectGroup());
            server.lanes().handOver(bits, effects);
        }

        private void takeBack() {
            server.lanes().takeBack(compartments | call.laneCompartments());
            loop.pins().releaseUnread();
            server.dispatcher().endLane(call, compartments);
            endWithoutCompartment();
        }

        /** One of the lanes of which there is one for the whole server is free again. */
        private void endWithoutCompartment() {
            if (this == keyless) {
                server.lanes().setKeylessBusy(false);
            } else if (this == files) {
                server.lanes().setFilesBusy(false);
            }
        }

        /** Event loop: the heap has no room for the places of the command's arguments; nothing was handed over yet. */
        private void abandon(Connection caller, int bits, Command command, OutOfMemoryError e) {
            client = null;
            server.events()
                .log("command-failed command=" + command.name() + " id=" + caller.id() + " addr=" + caller.peer() + " error=\"" + e
                        + "\"; its client is cut");
            parser.clearTable();
            output.clear();
            call.begin(caller, 0, 0);
            call.setCommand(command);
            server.dispatcher().endLane(call, bits);
            endWithoutCompartment();
            caller.state = Connection.RUNNING;
            loop.close(caller, "internal-error");
        }

        /** Event loop: finds the command again, with this lane's own parser. False when it was refused for want of a page for its reply. */
        private boolean open(Connection caller, int bits, Command command) {
            client = caller;
            nanos = 0;
            errorsBefore = writer.errors();
            server.keyspace().recallFor(server.connections(), server.arena().pageBytes());
            boolean room = output.open(writer, loop.unsent().mostBytes(caller));
            writer.setResp3(caller.resp3());
            QueuedCommands transaction = begun ? caller.queue : null;
            if (transaction != null) {
                parser.start(transaction.execAddress(), transaction.address());
            } else {
                parser.start(caller.input, caller.input + caller.inputUsed);
            }
            try {
                parser.next();
            } catch (OutOfMemoryError e) {
                abandon(caller, bits, command, e);
                return false;
            }
            call.begin(caller, parser.firstArgument(), parser.argumentCount());
            call.setLane(true);
            server.dispatcher().findForLane(call);
            if (!room && begun) {
                output.openLost(writer);
            } else if (!room) {
                refuse(caller);
            }
            return room || begun;
        }

        private void refuse(Connection caller) {
            client = null;
            server.dispatcher().endLane(call, server.lanes().compartmentsOf(call));
            endWithoutCompartment();
            caller.state = Connection.RUNNING;
            loop.unsent().sendLine(caller, "-ERR no memory for the reply: 'connections' uses " + server.connections().usedBytes() + " of "
                    + server.connections().maxBytes() + " bytes");
            loop.commandReader().laneCommandDone(caller, parser.position() - caller.input);
        }

        private void timed(Runnable body) {
            long started = server.clock().monotonicNanos();
            try {
                body.run();
            } catch (RuntimeException | AssertionError | OutOfMemoryError | StackOverflowError e) {
                // Whatever it is, the compartments must come back from here.
                server.events()
                    .log("command-failed command=" + call.command().name() + " arguments=" + call.count() + " error=\"" + e + "\"");
                writer.error("ERR internal error in '" + call.command().name() + "'; see the server's log");
            }
            effects.end();
            nanos += server.clock().monotonicNanos() - started;
        }

        // ------------------------------------------------------------ without a client

        void read(int compartment, Runnable body, Runnable done) {
            int bits = 1 << compartment;
            server.lanes().handOver(bits, effects);
            server.statistics().laneCommands++;
            work.add(() -> {
                body.run();
                loop.submit(() -> {
                    server.lanes().takeBack(bits);
                    loop.pins().releaseUnread();
                    done.run();
                    loop.laneDone();
                });
            });
        }

        // ------------------------------------------------------------ one command on each compartment in turn

        void beginTour(Connection caller, Command command) {
            next = 0;
            elements = 0;
            begun = false;
            if (open(caller, 0, command)) {
                toured = server.lanes().compartmentsOf(call);
                visitNext();
            }
        }

        /** Event loop: hands the next compartment over, or waits for it, or finishes. */
        private void visitNext() {
            Connection caller = client;
            CompartmentVisitor visitor = call.command().visitor();
            if (caller == null || visitor == null) {
                throw new IllegalStateException("a tour without client or visitor");
            }
            while (next < server.keyspace().compartmentCount() && (toured & 1 << next) == 0) {
                next++;
            }
            if (next == server.keyspace().compartmentCount()) {
                finish(caller, elements);
                return;
            }
            tourWaits = server.lanes().isBusy(next);
            if (tourWaits) {
                return;
            }
            int number = next++;
            handOver(1 << number);
            work.add(() -> {
                timed(() -> elements += visitor.visit(call, server.keyspace().compartment(number), true));
                loop.submit(() -> {
                    takeBack();
                    visitNext();
                    loop.laneDone();
                });
            });
        }

        // ------------------------------------------------------------ the end

        /** Event loop: the command is over and its compartments are back. {@code count} is the reply's number of elements, or -1 if it has its head. */
        private void finish(Connection caller, long count) {
            client = null;
            boolean drop = caller.hasReplyRule() && caller.dropsThisReply();
            caller.state = Connection.RUNNING;
            caller.inUse = true;
            OutputChain messages = caller.held;
            caller.held = null;
            if (drop) {
                output.restart(writer);
            }
            if (messages != null) {
                messages.moveTo(writer); // the reply is whole
            }
            output.end(writer);
            if (count >= 0 && !drop) {
                loop.unsent().sendLine(caller, "*" + count);
            }
            long start = server.clock().monotonicNanos();
            output.sendTo(loop, caller, output.isOverflowed() ? described() : "");
            loop.noteSince(start, "sending the reply of " + call.command().name(), caller);
            // Behind the reply: the client may hear of its own changes, and its input, where the keys lie, stays while it is in use.
            server.dispatcher().countLaneCommand(call, nanos, writer.errors() - errorsBefore);
            call.tellLaneChanges();
            caller.inUse = false;
            String reason = caller.pendingClose;
            if (reason != null) {
                loop.close(caller, reason);
            } else {
                loop.commandReader().laneCommandDone(caller, begun ? 0 : parser.position() - caller.input);
            }
            parser.clearTable(); // that of a million arguments must not stay on the heap until this lane is used again
            loop.laneDone();
        }

        /** The command and its first argument, which nearly always is its key. */
        private String described() {
            String first = call.count() > 1 ? call.text(1, LOGGED_KEY_MAX) : "";
            return "cmd=" + call.command().name() + " key=\""
                    + first.replace('"', '\'')
                    + "\"";
        }

        @Override
        public void makeRoom(ReplyWriter from, int bytes) {
            output.take(from);
        }

        @Override
        public boolean isLost() {
            return output.isOverflowed();
        }

        @Override
        public boolean takeReference(ReplyWriter from, long address, long length) {
            return false;
        }
    }
}
