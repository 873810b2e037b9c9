// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.net;

import dev.cofferdam.server.tls.TlsContext;
import dev.cofferdam.server.tls.TlsException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * What stands between a connection and its socket when the client speaks TLS: read and write as a channel's, records and handshake inside.
 *
 * <p>Owns the connection's engine and up to three buffers, which exist only while there is something in them. Event loop only, but that the handshake's
 * public-key operations run in {@link TlsHandshakes}' thread; the engine is that thread's until it is done, and nothing here touches it meanwhile.
 *
 * <p>What always holds:
 * <ul>
 * <li>no more is read from the socket than the reader has room for, or one record, so what is kept is bounded: one record received, the records of one write
 * unsent, one record of plaintext;
 * <li>who is open stays open: a client that asks for a new handshake is closed;
 * <li>what waits here without anything more coming from the socket is known to {@link TlsLinks}, which has it read.
 * </ul>
 */
final class TlsLink {
    /** Nothing has come yet: there is no engine. */
    private static final int FRESH = 0;
    private static final int SHAKES_HANDS = 1;
    /** The engine is with the handshakes' thread. */
    private static final int COMPUTES = 2;
    private static final int OPEN = 3;
    /** The client said goodbye, or left without. */
    private static final int ENDED = 4;

    private static final int HANDSHAKE_RECORD = 22;
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final Connection client;
    private final SocketChannel channel;
    private final TlsLinks links;
    private final TlsContext context;
    private @Nullable SSLEngine engine;
    private int phase = FRESH;
    private @Nullable KeptBytes received;
    private @Nullable KeptBytes unsent;
    private @Nullable KeptBytes plain;
    /** In the links' list of those that are to be read without their socket. */
    boolean listed;

    TlsLink(Connection client, TlsLinks links, TlsContext context) {
        this.client = client;
        this.channel = client.channel;
        this.links = links;
        this.context = context;
    }

    /** False while reading would come to nothing. */
    boolean wantsToRead() {
        return phase != COMPUTES;
    }

    /** The handshake waits for us, not for the client. */
    boolean isComputing() {
        return phase == COMPUTES;
    }

    /** There is something to read although the socket may have nothing. */
    boolean hasPending() {
        return plain != null || phase == ENDED;
    }

    int unsentBytes() {
        KeptBytes kept = unsent;
        return kept == null ? 0 : kept.bytes();
    }

    /** Bytes of buffers held for what the client does not read. */
    int unsentCapacityBytes() {
        KeptBytes kept = unsent;
        return kept == null ? 0 : kept.capacityBytes();
    }

    // ---------------------------------------------------------------- reading

    /** As a channel's: bytes read, 0 for none now, -1 for the end. */
    int read(ByteBuffer to) throws IOException {
        if (plain != null) {
            return readPlain(to);
        }
        if (phase == ENDED) {
            return -1;
        }
        if (phase == COMPUTES) {
            return 0;
        }
        try {
            return readRecords(to);
        } catch (SSLException e) {
            failed(e);
            return 0;
        }
    }

    private int readRecords(ByteBuffer to) throws IOException {
        SSLEngine machine = engine;
        if (phase == SHAKES_HANDS && machine != null && !advance(machine, machine.getHandshakeStatus())) {
            return 0;
        }
        boolean roomy = phase == OPEN && to.remaining() >= TlsLinks.RECORD_MAX_BYTES;
        int kept = takeReceived();
        int limit = roomy ? Math.min(to.remaining(), TlsLinks.BUFFER_BYTES) : TlsLinks.RECORD_MAX_BYTES;
        int bytes = kept < limit ? links.receive(channel, kept, limit) : 0;
        int end = kept + Math.max(0, bytes);
        if (end > 0 && phase == FRESH && !begin(end)) {
            return 0;
        }
        int made = end > 0 ? unwrap(end) : 0;
        if (bytes < 0) {
            end(kept);
        }
        return client.closed || client.pendingClose != null ? 0 : made == 0 && phase == ENDED ? -1 : deliver(to, made);
    }

    /** Gives the reader what was made and keeps what it has no room for. */
    private int deliver(ByteBuffer to, int made) {
        int bytes = Math.min(made, to.remaining());
        to.put(links.plain(), 0, bytes);
        if (bytes < made) {
            plain = keep(links.plain(), bytes, made - bytes);
        }
        if (hasPending()) {
            links.readLater(client);
        }
        return client.closed ? 0 : bytes;
    }

    private int readPlain(ByteBuffer to) {
        KeptBytes kept = plain;
        if (kept == null) {
            return 0;
        }
        int bytes = Math.min(kept.bytes(), to.remaining());
        to.put(kept.view().limit(bytes));
        kept.skip(bytes);
        if (kept.bytes() == 0) {
            kept.free();
            plain = null;
        }
        // What the socket has is not read with it: then the selector says so again.
        if (hasPending()) {
            links.readLater(client);
        }
        return bytes;
    }

    private int takeReceived() {
        KeptBytes kept = received;
        if (kept == null) {
            return 0;
        }
        int bytes = kept.bytes();
        kept.copyTo(links.received());
        kept.free();
        received = null;
        return bytes;
    }

    /** The first bytes tell whether this is TLS at all. */
    private boolean begin(int end) throws IOException {
        if (links.received()[0] != HANDSHAKE_RECORD) {
            links.refusePlain(client, end);
            return false;
        }
        try {
            engine = context.newEngine();
        } catch (TlsException e) {
            links.handshakeFailed(client, String.valueOf(e.getMessage()));
            return false;
        }
        phase = SHAKES_HANDS;
        links.handshakes().begin(client);
        return true;
    }

    /** Opens the records in what was received, keeps the rest of it; answers how many bytes of plaintext came out. */
    private int unwrap(int end) throws IOException {
        SSLEngine machine = requireEngine();
        ByteBuffer in = links.receivedView(end);
        ByteBuffer out = links.plainView();
        boolean more = true;
        while (more && in.hasRemaining()) {
            SSLEngineResult result = machine.unwrap(in, out);
            more = switch (result.getStatus()) {
                case OK -> true;
                case BUFFER_UNDERFLOW -> false;
                case CLOSED -> {
                    if (phase == SHAKES_HANDS) {
                        throw new SSLException("the client said goodbye in the handshake");
                    }
                    phase = ENDED;
                    in.position(in.limit());
                    yield false;
                }
                case BUFFER_OVERFLOW -> throw new IllegalStateException("a TLS record opens to more than it has bytes");
            };
            if (phase == ENDED || !advance(machine, result.getHandshakeStatus())) {
                break;
            }
        }
        if (in.hasRemaining() && !client.closed) {
            received = keep(links.received(), in.position(), in.remaining());
        }
        return out.position();
    }

    /** What the handshake asks for next; false when it cannot go on now. */
    private boolean advance(SSLEngine machine, HandshakeStatus asked) throws IOException {
        HandshakeStatus status = asked;
        while (true) {
            switch (status) {
                case NEED_TASK -> {
                    if (phase != SHAKES_HANDS) {
                        throw new SSLException("the client asks for a new handshake, which is not possible");
                    }
                    phase = COMPUTES;
                    links.handshakes().compute(client, machine);
                    return false;
                }
                case NEED_WRAP -> {
                    if (!answer(machine)) {
                        return false;
                    }
                    status = machine.getHandshakeStatus();
                }
                default -> {
                    if (phase == SHAKES_HANDS && (status == HandshakeStatus.FINISHED || status == HandshakeStatus.NOT_HANDSHAKING)) {
                        phase = OPEN;
                        links.handshakes().end(client);
                        links.opened(client);
                    }
                    return true;
                }
            }
        }
    }

    /** Sends what the handshake has to say; false when the client must read first what it was sent before. */
    private boolean answer(SSLEngine machine) throws IOException {
        if (unsent != null && !flush()) {
            if (phase == OPEN) {
                throw new SSLException("the client asks for new keys and does not read the answers");
            }
            return false;
        }
        ByteBuffer out = links.outView();
        while (machine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP && out.remaining() >= TlsLinks.RECORD_MAX_BYTES) {
            SSLEngineResult result = machine.wrap(NOTHING, out);
            if (result.getStatus() != SSLEngineResult.Status.OK) {
                throw new SSLException("the handshake cannot go on: " + result.getStatus());
            }
        }
        transmit(out.position());
        return !client.closed && client.pendingClose == null;
    }

    /** The thread of handshakes is done with the engine. */
    void computed() throws IOException {
        phase = SHAKES_HANDS;
        SSLEngine machine = requireEngine();
        try {
            if (advance(machine, machine.getHandshakeStatus())) {
                links.readLater(client);
            }
        } catch (SSLException e) {
            failed(e);
        }
    }

    private void failed(SSLException e) {
        boolean wasOpen = phase == OPEN;
        phase = ENDED; // its last words are an alert that tells the client why
        if (wasOpen) {
            links.broken(client, e);
        } else {
            links.handshakeFailed(client, TlsFailures.explain(e));
        }
    }

    /** Nothing more will come from the socket. */
    private void end(int kept) {
        if (phase == FRESH || phase == SHAKES_HANDS) {
            links.leftInHandshake(client, phase == FRESH && kept == 0);
        }
        phase = ENDED;
    }

    private @Nullable KeptBytes keep(byte[] bytes, int from, int length) {
        return links.keep(client, bytes, from, length);
    }

    // ---------------------------------------------------------------- writing

    /** As a channel's: how many bytes were taken. What is taken is on its way, or kept as records that are sent before anything else. */
    int write(ByteBuffer from) throws IOException {
        SSLEngine machine = engine;
        if (machine == null || phase != OPEN && phase != ENDED || unsent != null && !flush()) {
            return 0;
        }
        int begin = from.position();
        ByteBuffer out = links.outView();
        // One buffer's worth, some 64 KB: the rest has its turn as the rest of a long plain reply has.
        while (from.hasRemaining() && out.remaining() >= TlsLinks.RECORD_MAX_BYTES) {
            SSLEngineResult result = machine.wrap(from, out);
            if (result.getStatus() != SSLEngineResult.Status.OK) {
                throw new SSLException("the connection takes no more: " + result.getStatus());
            }
        }
        transmit(out.position());
        return from.position() - begin;
    }

    /** Sends records and keeps what the socket does not take; the client is cut when there is no memory for that. */
    private void transmit(int bytes) throws IOException {
        int sent = links.transmit(channel, links.outView().position(bytes));
        if (sent < bytes) {
            unsent = links.keepUnsent(client, sent, bytes - sent);
        }
    }

    /** Sends the records that are kept; true when there are none left. */
    boolean flush() throws IOException {
        KeptBytes kept = unsent;
        if (kept == null) {
            return true;
        }
        kept.skip(channel.write(kept.view()));
        if (kept.bytes() > 0) {
            return false;
        }
        kept.free();
        unsent = null;
        if (phase == SHAKES_HANDS) {
            links.readLater(client); // the handshake may have more to say
        }
        return true;
    }

    // ---------------------------------------------------------------- the end

    /** Says goodbye if the socket takes it at once, and gives everything back. The channel is the caller's. */
    void close() {
        SSLEngine machine = engine;
        if (machine != null && unsent == null && (phase == OPEN || phase == ENDED)) {
            farewell(machine);
        }
        links.handshakes().end(client);
        received = free(received);
        unsent = free(unsent);
        plain = free(plain);
    }

    private static @Nullable KeptBytes free(@Nullable KeptBytes kept) {
        if (kept != null) {
            kept.free();
        }
        return null;
    }

    private void farewell(SSLEngine machine) {
        try {
            machine.closeOutbound();
            ByteBuffer last = links.lastWords();
            while (!machine.isOutboundDone() && machine.wrap(NOTHING, last).bytesProduced() > 0) {
                links.transmit(channel, last);
                last.clear();
            }
        } catch (IOException e) {
            // It is gone already.
        }
    }

    private SSLEngine requireEngine() {
        SSLEngine machine = engine;
        if (machine == null) {
            throw new IllegalStateException("a TLS connection that has not begun is used");
        }
        return machine;
    }
}
