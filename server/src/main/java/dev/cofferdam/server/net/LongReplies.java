// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.net;

import dev.cofferdam.memory.ThreadScheduling;
import dev.cofferdam.server.Server;
import java.io.IOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Sends replies of megabytes beside the event loop: pages that a lane has written go to a thread of their own, which sends them as their readers take them.
 *
 * <p>Owns that thread, which is started when it is first needed, and its selector. A {@link LongReply} is its own from {@link #take} until the loop runs {@link #ended}; the loop
 * meanwhile reads from that client and executes, and keeps further replies behind. What always holds: the socket of a client with a long reply is closed only when the thread has let go of it.
 *
 * <p>It rests after every {@link #SHARE_BYTES}, for all clients together, while others send commands and processors are few: who reads such a reply is as busy as we are with sending it,
 * and where the two of them keep all processors busy, short commands wait for the scheduler, whoever serves them.
 *
 * <p>Why a thread: the loop's work comes in short pieces, so the system gives it the processor before everybody else, its clients included. With megabytes to send it would keep it. This thread is one of
 * those that give way to whoever wakes.
 */
final class LongReplies implements Runnable {
    /** What is shorter leaves from the loop sooner than a thread wakes up. */
    static final int LEAST_BYTES = 256 * 1024;
    /** Sent to one client before it is the others' turn. */
    private static final int TURN_BYTES = 64 * 1024;
    /** As lanes. */
    private static final int MORE_NICE = 5;
    private static final long STOP_MILLIS = 5_000;
    /** Sent between two rests: with one of 1 ms, about a gigabit a second. */
    private static final int SHARE_BYTES = 128 * 1024;
    private static final long REST_NANOS = 1_000_000;
    /** Short commands in a tenth of a second from which on others are active; a long one may count as one when it begins and ends in different tenths. */
    private static final int ACTIVE_COMMANDS = 3;
    /** With more of them the lane, this thread, the reader, the loop and a client of its each have one. */
    private static final int FEW_PROCESSORS = 4;

    private final EventLoop loop;
    private final Server server;
    /** New ones, and those that were given up. */
    private final Queue<LongReply> news = new ConcurrentLinkedQueue<>();
    private @Nullable Thread thread;
    private @Nullable Selector selector;
    private volatile boolean stopped;
    private volatile boolean othersAreActive;
    /** The loop's: commands that were not long, when it looked last. */
    private long shortCommands;

    /** The thread's: what it may send before it rests. */
    private long shareLeft = SHARE_BYTES;
    /** The thread's: over, but not yet let go of by the selector. */
    private final ArrayDeque<LongReply> over = new ArrayDeque<>();
    private final Consumer<SelectionKey> onReady = this::ready;
    private final boolean hasFewProcessors;

    LongReplies(EventLoop loop, Server server, int processors) {
        this.loop = loop;
        this.server = server;
        this.hasFewProcessors = processors <= FEW_PROCESSORS;
    }

    // ---------------------------------------------------------------- event loop

    /** Takes the pages at the beginning of the client's unsent output, if they are many; false when the loop has to send. */
    boolean take(Connection client, OutputChain chain) {
        if (stopped || client.tls != null || chain.bytes() < LEAST_BYTES || chain.pagedBytes(LEAST_BYTES) < LEAST_BYTES || !isRunning()) {
            return false;
        }
        LongReply reply = chain.takePages(client);
        client.longReply = reply;
        tell(reply);
        return true;
    }

    private boolean isRunning() {
        if (thread != null) {
            return true;
        }
        try {
            selector = Selector.open();
        } catch (IOException e) {
            server.events().log("long-replies-not-started error=\"" + e.getMessage() + "\"; they are sent by the event loop");
            return false;
        }
        Thread started = new Thread(this, "long-replies");
        started.setDaemon(true);
        started.start();
        thread = started;
        return true;
    }

    private void tell(LongReply reply) {
        Selector wakes = selector;
        news.add(reply);
        if (wakes != null) {
            wakes.wakeup();
        }
    }

    /** Nobody wants the rest of it. True when the thread still has to let go of the client's socket; {@link #ended} follows then. */
    boolean giveUp(LongReply reply) {
        reply.giveUp();
        if (stopped) {
            return false;
        }
        tell(reply);
        return true;
    }

    /** Ten times a second, with the number of commands that have run on the loop so far. */
    void noteShortCommands(long count) {
        othersAreActive = count - shortCommands >= ACTIVE_COMMANDS;
        shortCommands = count;
    }

    private void ended(LongReply reply) {
        Connection client = reply.client();
        boolean failed = reply.unsentBytes() > 0 && !reply.isGivenUp();
        client.longReply = null;
        reply.giveUp(); // where it failed there are pages left
        loop.unsent().countSent(reply.sentBytes());
        if (client.closed) {
            EventLoop.closeQuietly(client.channel);
        } else if (failed) {
            loop.close(client, "write-failed");
        } else if (reply.unsentBytes() == 0) {
            client.progressMillis = server.nowMillis();
            loop.unsent().begin(client);
        }
    }

    void stop() {
        stopped = true;
        Thread running = thread;
        Selector wakes = selector;
        if (running == null || wakes == null) {
            return;
        }
        wakes.wakeup();
        try {
            running.join(STOP_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    // ---------------------------------------------------------------- its thread

    @Override
    public void run() {
        ThreadScheduling.change(MORE_NICE, ThreadScheduling.LONGEST_SLICE_NANOS);
        Selector selects = selector;
        while (!stopped && selects != null) {
            try {
                turn(selects);
            } catch (IOException | RuntimeException | AssertionError | OutOfMemoryError e) {
                server.events().log("long-replies-error error=\"" + e + "\"");
            }
        }
        try {
            if (selects != null) {
                selects.close();
            }
        } catch (IOException e) {
            server.events().log("selector-close-failed error=\"" + e.getMessage() + "\"");
        }
    }

    private void turn(Selector selects) throws IOException {
        int letGo = over.size();
        if (letGo > 0) {
            selects.selectNow(onReady); // it forgets their sockets first
        } else {
            selects.select(onReady);
        }
        for (int i = 0; i < letGo; i++) {
            LongReply reply = over.remove();
            loop.submit(() -> ended(reply));
        }
        for (LongReply reply = news.poll(); reply != null; reply = news.poll()) {
            if (reply.isGivenUp()) {
                end(reply);
            } else {
                begin(selects, reply);
            }
        }
    }

    private void begin(Selector selects, LongReply reply) {
        try {
            reply.client().channel.register(selects, SelectionKey.OP_WRITE, reply);
        } catch (IOException | RuntimeException e) {
            server.events().log("long-reply-failed id=" + reply.client().id() + " error=\"" + e + "\"");
            end(reply);
        }
    }

    private void ready(SelectionKey key) {
        LongReply reply = (LongReply) key.attachment();
        long before = reply.unsentBytes();
        if (!reply.send(TURN_BYTES)) {
            end(reply);
        }
        shareLeft -= before - reply.unsentBytes();
        if (shareLeft <= 0) {
            shareLeft = SHARE_BYTES;
            if (rests()) {
                LockSupport.parkNanos(REST_NANOS);
            }
        }
    }

    /** True while what it sends would keep others from the processors. */
    boolean rests() {
        return othersAreActive && hasFewProcessors;
    }

    private void end(LongReply reply) {
        if (!reply.end()) {
            return;
        }
        SelectionKey key = reply.client().channel.keyFor(selector);
        if (key != null) {
            key.cancel();
        }
        over.add(reply);
    }
}
