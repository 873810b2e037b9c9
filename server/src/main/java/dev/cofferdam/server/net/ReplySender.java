// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.net;

import dev.cofferdam.memory.Account;
import dev.cofferdam.memory.Mem;
import dev.cofferdam.resp.ReplyRoom;
import dev.cofferdam.resp.ReplyWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Collects replies in a shared buffer and sends them: one write per client and turn of the loop, all of them at the turn's end. What the socket
 * does not take goes to the client's chain.
 *
 * <p>Owns its buffer. Event loop only. There are two: one for the clients whose commands are being read, one for waiting clients served meanwhile.
 *
 * <p>Why at the end: the first write of a turn wakes the client's process, which then finds the other replies as it gets to them. Writing after
 * each batch woke it for each (measured: 17 % of the loop's time in wake-ups at ZADD -P 16). What always holds: replies of one client leave in
 * the order in which they were written, and nothing is left here when the loop waits for the network.
 *
 * <pre>
 *  buffer  | replies of client a | client b | ... | client being answered -> | free |
 *            `------ kept until sendKept -----'
 * </pre>
 */
final class ReplySender implements ReplyRoom {
    /** Batches whose replies are kept at most before they are sent. */
    private static final int KEPT_MAX = 1024;
    /** A client's replies begin only where there is this much room, so that small ones are not torn. */
    private static final int ROOM_BYTES = 4096;

    private final EventLoop loop;
    private final long buffer;
    private final int bufferBytes;
    private final ByteBuffer view;
    private final ReplyWriter writer = new ReplyWriter(this);
    private final Connection[] kept = new Connection[KEPT_MAX];
    /** Where the replies of each kept batch end, as an offset into the buffer. */
    private final int[] keptEnd = new int[KEPT_MAX];
    private int keptCount;
    /** Where the first kept batch begins: not at the buffer's start when what was kept before it has been sent while it was being written. */
    private int keptStart;
    private Connection current;
    private final Connection nobody;
    /** Between the beginning and the end of a command. */
    private boolean answering;
    private boolean muted;
    /** The buffer is sent in the middle of a batch. */
    private boolean tearing;
    private long commandStart;
    /** Messages for the client being answered that came about in the middle of a reply; null when there are none. */
    private @Nullable OutputChain messages;

    ReplySender(EventLoop loop, Account account, int bufferBytes, Connection nobody) {
        this.loop = loop;
        this.bufferBytes = bufferBytes;
        this.buffer = account.takeRun(bufferBytes);
        if (buffer == 0) {
            throw new IllegalStateException("connections: no memory for an output buffer of " + bufferBytes + " bytes; raise its budget");
        }
        this.view = Mem.buffer(buffer, bufferBytes);
        this.current = nobody;
        this.nobody = nobody;
    }

    ReplyWriter writer() {
        return writer;
    }

    /** Replies from here on are this client's. */
    void begin(Connection client) {
        int used = keptBytes();
        if (keptCount == KEPT_MAX || bufferBytes - used < ROOM_BYTES) {
            sendKept();
            used = 0;
        }
        current = client;
        muted = false;
        writer.attach(buffer + used, bufferBytes - used);
        writer.setResp3(client.resp3());
    }

    private int keptBytes() {
        return keptCount == 0 ? 0 : keptEnd[keptCount - 1];
    }

    /** Ends the client's batch; its replies are sent with the others' at the end of the turn, or sooner. */
    void keep() {
        if (writer.writtenBytes() > 0) {
            if (keptCount == 0) {
                keptStart = (int) (writer.start() - buffer);
            }
            kept[keptCount] = current;
            current.hasKeptReplies = true;
            keptEnd[keptCount++] = (int) (writer.position() - buffer);
            writer.attach(writer.position(), (int) (buffer + bufferBytes - writer.position()));
        }
    }

    /** Nobody's commands are executed from here on. */
    void end() {
        current = nobody;
        answering = false;
    }

    /** Sends what was collected, of this client and the others. */
    void flush() {
        keep();
        sendKept();
        writer.attach(buffer, bufferBytes);
    }

    /** Sends the replies of the batches that ended; also in the middle of another one, whose bytes stay where they are. */
    void sendKept() {
        int from = keptStart;
        for (int i = 0; i < keptCount; i++) {
            kept[i].hasKeptReplies = false;
            send(kept[i], from, keptEnd[i]);
            from = keptEnd[i];
            kept[i] = current;
        }
        keptCount = 0;
    }

    private void send(Connection client, int from, int end) {
        if (client.closed || client.pendingClose != null) {
            return;
        }
        if (!loop.unsent().allows(client, end - from)) {
            return;
        }
        int sent = 0;
        if (client.outputBytes() == 0 && !(tearing && client == current && loop.unsent().isLimited(client))) {
            sent = write(client, from, end);
            if (sent < 0) {
                return;
            }
        }
        if (from + sent < end) {
            loop.unsent().keepOutput(client, buffer + from + sent, end - from - sent);
        }
    }

    private int write(Connection client, int from, int end) {
        try {
            view.limit(end).position(from);
            int sent = client.write(view);
            loop.unsent().countSent(sent);
            return sent;
        } catch (IOException e) {
            client.close("write-failed");
            return -1;
        }
    }

    /** From here on the current command's replies are dropped: CLIENT REPLY. What was collected before is sent. */
    void mute() {
        flush();
        muted = true;
    }

    /** Ends {@link #mute}; drops what was written meanwhile if {@code drop}. */
    void unmute(boolean drop) {
        muted = false;
        if (drop) {
            writer.attach(buffer, bufferBytes);
        }
    }

    /** Drops what the current command wrote, as far as it was not sent yet. */
    void dropLast() {
        writer.rewind(commandStart);
    }

    /** A command begins: what it writes can be dropped again. */
    void beginCommand() {
        commandStart = writer.position();
        answering = true;
    }

    /**
     * Takes a message for the client being answered: it goes out before the reply if nothing of that is written and it need not be behind, else behind it. False when
     * it is another's.
     */
    boolean takeMessage(Connection client, long address, long length, boolean behind) {
        if (current != client || !client.inUse || muted) {
            return false;
        }
        OutputChain later = messages;
        if (!answering || later == null && !behind && writer.position() == commandStart) {
            writer.raw(address, length);
            commandStart = writer.position();
            return true;
        }
        if (later == null) {
            later = new OutputChain(loop.pool(), loop.pins());
            messages = later;
        }
        loop.unsent().keepMessage(client, later, address, length);
        return true;
    }

    /** The reply is whole: the messages that waited for it follow. */
    void endCommand() {
        answering = false;
        OutputChain later = messages;
        if (later != null) {
            messages = null;
            later.moveTo(writer);
        }
    }

    /** The command goes on in a lane: what is written so far is a part of its reply, so messages wait until the rest is there. */
    void leaveCommand() {
        answering = false;
        if (!muted) {
            OutputChain later = messages;
            messages = null;
            current.held = later == null ? new OutputChain(loop.pool(), loop.pins()) : later;
        }
    }

    @Override
    public void makeRoom(ReplyWriter from, int bytes) {
        if (muted) {
            from.attach(buffer, bufferBytes);
        } else {
            tearing = true;
            flush();
            tearing = false;
            commandStart = 0;
        }
    }

    @Override
    public boolean takeReference(ReplyWriter from, long address, long length) {
        if (muted || length < PinnedReplies.LEAST_BYTES || !loop.pins().canPin(address)) {
            return false;
        }
        tearing = true;
        flush();
        tearing = false;
        commandStart = 0;
        if (!current.closed && current.pendingClose == null) {
            loop.unsent().sendStored(current, address, length);
        }
        return true;
    }
}
