// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.net;

import dev.cofferdam.memory.Account;
import dev.cofferdam.memory.Mem;
import dev.cofferdam.resp.ReplyRoom;
import dev.cofferdam.resp.ReplyWriter;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Collects the replies of one client at a time in a shared buffer and sends them: one write per batch of commands. What the socket does not take
 * goes to the client's chain.
 *
 * <p>Owns its buffer. Event loop only. There are two: one for the client whose commands are being read, one for waiting clients served meanwhile.
 */
final class ReplySender implements ReplyRoom {
    private final EventLoop loop;
    private final long buffer;
    private final int bufferBytes;
    private final ByteBuffer view;
    private final ReplyWriter writer = new ReplyWriter(this);
    private Connection current;
    private boolean muted;
    private long commandStart;

    ReplySender(EventLoop loop, Account account, int bufferBytes, Connection nobody) {
        this.loop = loop;
        this.bufferBytes = bufferBytes;
        this.buffer = account.takeRun(bufferBytes);
        if (buffer == 0) {
            throw new IllegalStateException("connections: no memory for an output buffer of " + bufferBytes + " bytes; raise its budget");
        }
        this.view = Mem.buffer(buffer, bufferBytes);
        this.current = nobody;
    }

    ReplyWriter writer() {
        return writer;
    }

    /** Replies from here on are this client's. */
    void begin(Connection client) {
        current = client;
        muted = false;
        writer.attach(buffer, bufferBytes);
        writer.setResp3(client.resp3());
    }

    /** Sends what was collected. */
    void flush() {
        int bytes = writer.writtenBytes();
        if (bytes == 0) {
            return;
        }
        Connection client = current;
        writer.attach(buffer, bufferBytes);
        if (client.closed || client.pendingClose != null) {
            return;
        }
        int sent = 0;
        if (client.outputBytes() == 0) {
            sent = write(client, bytes);
            if (sent < 0) {
                return;
            }
        }
        if (sent < bytes) {
            loop.unsent().keepOutput(client, buffer + sent, bytes - sent);
        }
    }

    private int write(Connection client, int bytes) {
        try {
            view.position(0).limit(bytes);
            int sent = client.channel.write(view);
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
    }

    @Override
    public void makeRoom(ReplyWriter from, int bytes) {
        if (muted) {
            from.attach(buffer, bufferBytes);
        } else {
            flush();
        }
    }

    @Override
    public boolean takeReference(ReplyWriter from, long address, long length) {
        if (muted || length < PinnedReplies.LEAST_BYTES || !loop.pins().canPin(address)) {
            return false;
        }
        flush();
        if (!current.closed && current.pendingClose == null) {
            loop.unsent().sendStored(current, address, length);
        }
        return true;
    }
}
