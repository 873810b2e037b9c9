// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.net;

import dev.cofferdam.memory.Account;
import dev.cofferdam.resp.ReplyRoom;
import dev.cofferdam.resp.ReplyWriter;
import dev.cofferdam.resp.RespParser;
import dev.cofferdam.server.Server;
import dev.cofferdam.server.command.Call;
import dev.cofferdam.server.command.Command;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * Runs long commands beside the event loop: one lane a compartment, with a thread that is started when it is first needed.
 *
 * <p>Owns the lanes. A lane owns the compartments of its command from {@link #start} until the loop runs its completion: they change hands through
 * the lane's queue and the loop's task queue, which is what publishes their bytes. The client is parked meanwhile, so its input buffer, where the
 * command's arguments lie, stays as it is.
 */
final class LaneRunner {
    private static final int ARGUMENTS_MAX = 1 << 21;
    private static final long STACK_BYTES = 512 * 1024;

    private final EventLoop loop;
    private final Server server;
    private final @Nullable Lane[] lanes;

    LaneRunner(EventLoop loop, Server server) {
        this.loop = loop;
        this.server = server;
        this.lanes = new @Nullable Lane[server.keyspace().compartmentCount()];
    }

    /** Event loop: hands the compartments over; the client's command is at the front of its input. */
    void start(Connection client, int compartments) {
        int number = Integer.numberOfTrailingZeros(compartments);
        Lane lane = lanes[number];
        if (lane == null) {
            lane = new Lane(server.keyspace().compartment(number).name());
            lanes[number] = lane;
            lane.thread.start();
        }
        client.state = Connection.IN_LANE;
        loop.updateInterest(client);
        server.lanes().handOver(compartments);
        server.statistics().laneCommands++;
        lane.begin(client, compartments);
    }

    void stop() {
        for (Lane lane : lanes) {
            if (lane != null) {
                lane.stop();
            }
        }
    }

    /** One thread with a parser, a call and an output buffer of its own. */
    private final class Lane implements Runnable, ReplyRoom {
        final Thread thread;
        private final BlockingQueue<Runnable> work = new ArrayBlockingQueue<>(1);
        private final RespParser parser = new RespParser(ARGUMENTS_MAX, Integer.MAX_VALUE);
        private final ReplyWriter writer = new ReplyWriter(this);
        private final Call call = new Call(server, parser, writer);
        private final LaneOutput output = new LaneOutput(server.connections());
        private volatile boolean stopped;

        Lane(String compartment) {
            thread = new Thread(null, this, "lane-" + compartment, STACK_BYTES);
            thread.setDaemon(true);
        }

        void begin(Connection client, int compartments) {
            long from = client.input;
            long end = client.input + client.inputUsed;
            work.add(() -> execute(client, compartments, from, end));
        }

        @Override
        public void run() {
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

        private void execute(Connection client, int compartments, long from, long end) {
            long started = server.clock().monotonicNanos();
            long errorsBefore = writer.errors();
            output.open(writer);
            writer.setResp3(client.resp3());
            parser.start(from, end);
            parser.next();
            call.begin(client, parser.firstArgument(), parser.argumentCount());
            call.setLane(true);
            Command command = server.dispatcher().findForLane(call);
            try {
                command.handler().run(call);
            } catch (RuntimeException | AssertionError e) {
                server.events().log("command-failed command=" + command.name() + " error=\"" + e + "\"");
                writer.error("ERR internal error in '" + command.name() + "'; see the server's log");
            }
            output.take(writer);
            long nanos = server.clock().monotonicNanos() - started;
            boolean failed = writer.errors() != errorsBefore;
            long commandBytes = parser.position() - from;
            loop.submit(() -> complete(client, compartments, nanos, failed, commandBytes));
        }

        /** Event loop: the compartments are back. */
        private void complete(Connection client, int compartments, long nanos, boolean failed, long commandBytes) {
            server.lanes().takeBack(compartments);
            server.dispatcher().endLane(call, compartments);
            server.dispatcher().countLaneCommand(call, nanos, failed);
            for (int i = 0; i < call.laneChanges(); i++) {
                server.changed(call.laneChange(i));
            }
            if (client.hasReplyRule() && client.dropsThisReply()) {
                output.clear();
            }
            client.state = Connection.RUNNING;
            client.inUse = true;
            output.sendTo(loop, client);
            client.inUse = false;
            String reason = client.pendingClose;
            if (reason != null) {
                loop.close(client, reason);
            } else {
                loop.commandReader().laneCommandDone(client, commandBytes);
            }
            loop.laneDone();
        }

        @Override
        public void makeRoom(ReplyWriter from, int bytes) {
            output.take(from);
        }

        @Override
        public boolean takeReference(ReplyWriter from, long address, long length) {
            return false;
        }
    }

    /**
     * The reply of a lane's command: pages of the connections account, filled one after the other, then handed to the client.
     *
     * <p>The lane's while it works, the loop's afterwards. When the account refuses a page the reply is given up and the client is cut.
     */
    private static final class LaneOutput {
        private final Account account;
        private final int pageBytes;
        private long[] pages = new long[16];
        private int[] fill = new int[16];
        private int count;
        private boolean overflowed;

        LaneOutput(Account account) {
            this.account = account;
            this.pageBytes = account.arena().pageBytes();
        }

        void open(ReplyWriter writer) {
            overflowed = false;
            count = 0;
            addPage(writer);
        }

        private void addPage(ReplyWriter writer) {
            long page = account.takePage();
            if (page == 0) {
                overflowed = true;
                if (count == 0) {
                    throw new IllegalStateException("connections: no page for a lane's reply");
                }
                // What follows is thrown away: the last page is written over and over.
                writer.attach(pages[count - 1], pageBytes);
                return;
            }
            if (count == pages.length) {
                pages = java.util.Arrays.copyOf(pages, count * 2);
                fill = java.util.Arrays.copyOf(fill, count * 2);
            }
            pages[count++] = page;
            writer.attach(page, pageBytes);
        }

        void take(ReplyWriter writer) {
            fill[count - 1] = writer.writtenBytes();
            addPage(writer);
        }

        void clear() {
            for (int i = 0; i < count; i++) {
                account.returnPage(pages[i]);
            }
            count = 0;
        }

        void sendTo(EventLoop loop, Connection client) {
            boolean tooLarge = overflowed;
            long bytes = 0;
            for (int i = 0; i < count; i++) {
                bytes += fill[i];
                if (!tooLarge && client.pendingClose == null && fill[i] > 0) {
                    loop.send(client, pages[i], fill[i]);
                }
                account.returnPage(pages[i]);
                fill[i] = 0;
            }
            count = 0;
            if (tooLarge) {
                loop.cutForLaneReply(client, bytes);
            }
        }
    }
}
