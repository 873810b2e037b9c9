// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.net;

import dev.cofferdam.memory.Account;
import dev.cofferdam.memory.Mem;
import dev.cofferdam.server.Server;
import dev.cofferdam.server.tls.TlsContext;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * What all TLS connections of the event loop share: the context new ones are made with, buffers for records on their way, and the list of those that have
 * something to read although their socket says nothing.
 *
 * <p>Owns the buffers: three on the Java heap, for the JDK's ciphers are fastest there, and one of {@code connections} between them and the sockets; all of them
 * from the moment TLS is first switched on. Event loop only. What always holds: nothing lies in a shared buffer between two calls of a {@link TlsLink}.
 */
final class TlsLinks {
    /** A record with its header, as large as one can be: 16 KiB and what ciphers add. */
    static final int RECORD_MAX_BYTES = 17 * 1024;
    /** Four of them: read at once, and sent by one write. */
    static final int BUFFER_BYTES = 4 * RECORD_MAX_BYTES;
    /** Java heap that an idle TLS connection costs, measured (docs/internals/decisions.md), rounded up. */
    static final int HEAP_BYTES = 8 * 1024;
    /** The part of the Java heap that TLS connections may take. */
    private static final int HEAP_SHARE = 3;
    /** Failures logged a second; a scanner of ports must not fill the disk. */
    private static final int LOGGED_PER_SECOND = 10;
    private static final byte[] NONE = {};

    private final EventLoop loop;
    private final Server server;
    private final TlsHandshakes handshakes;
    private final ArrayDeque<Connection> readable = new ArrayDeque<>();
    private @Nullable TlsContext context;
    private byte[] received = NONE;
    private byte[] plain = NONE;
    private byte[] out = NONE;
    private ByteBuffer receivedView = ByteBuffer.wrap(NONE);
    private ByteBuffer plainView = receivedView;
    private ByteBuffer outView = receivedView;
    private ByteBuffer lastWords = receivedView;
    private long exchange;
    private ByteBuffer exchangeView = receivedView;
    private int count;
    private long loggedSecond;
    private int logged;
    private int notLogged;

    TlsLinks(EventLoop loop, Server server) {
        this.loop = loop;
        this.server = server;
        this.handshakes = new TlsHandshakes(loop, server);
    }

    /** What new connections are made with from now on. False when {@code connections} has no memory for the buffers. */
    boolean use(TlsContext changed) {
        if (exchange == 0) {
            Account account = server.connections();
            exchange = account.takeRun(BUFFER_BYTES);
            if (exchange == 0) {
                return false;
            }
            exchangeView = Mem.buffer(exchange, BUFFER_BYTES);
            received = new byte[BUFFER_BYTES];
            plain = new byte[BUFFER_BYTES + RECORD_MAX_BYTES]; // the engine wants room for a whole record, however long the next one is
            out = new byte[BUFFER_BYTES];
            receivedView = ByteBuffer.wrap(received);
            plainView = ByteBuffer.wrap(plain);
            outView = ByteBuffer.wrap(out);
            lastWords = ByteBuffer.wrap(new byte[RECORD_MAX_BYTES]);
        }
        context = changed;
        return true;
    }

    @Nullable
    TlsContext context() {
        return context;
    }

    TlsHandshakes handshakes() {
        return handshakes;
    }

    // ---------------------------------------------------------------- who is there

    /** How many TLS clients the Java heap has room for. */
    static int clientsMax() {
        return (int) Math.min(Integer.MAX_VALUE, Runtime.getRuntime().maxMemory() / HEAP_SHARE / HEAP_BYTES);
    }

    int count() {
        return count;
    }

    void joined() {
        count++;
    }

    void left(TlsLink link) {
        count--;
        link.close();
    }

    /** The handshake is over: the first moment at which the client can be told something. */
    void opened(Connection client) throws IOException {
        server.statistics().tlsHandshakes++;
        String refusal = loop.listeners().refusalByProtection(client.channel);
        if (refusal != null) {
            loop.unsent().sendLine(client, "-" + refusal);
            loop.close(client, "protected-mode");
        }
    }

    // ---------------------------------------------------------------- what went wrong

    void handshakeFailed(Connection client, String why) {
        server.statistics().tlsHandshakesFailed++;
        log("tls-handshake-failed", client, "error=\"" + why + '"');
        loop.close(client, "tls-handshake-failed");
    }

    /** There are as many TLS clients as the Java heap has room for. */
    void noteFull() {
        if (mayLog()) {
            server.events().log("tls-clients-full clients=" + count + " max=" + clientsMax()
                    + "; the next one is closed. Each takes Java heap: raise it by COFFERDAM_JVM_OPTS=-Xmx..., or have fewer connections");
        }
    }

    /** Somebody who looks whether the port is open is no failure. */
    void leftInHandshake(Connection client, boolean saidNothing) {
        if (!saidNothing) {
            server.statistics().tlsHandshakesFailed++;
            log("tls-handshake-failed", client, "error=\"the client left in the middle of it\"; does it trust the server's certificate?");
        }
    }

    void broken(Connection client, SSLException e) {
        log("tls-broken", client, "error=\"" + TlsFailures.explain(e) + "\"; the connection is closed");
        loop.close(client, "tls-broken");
    }

    /** The client does not speak TLS at all. */
    void refusePlain(Connection client, int bytes) {
        server.statistics().tlsHandshakesFailed++;
        log("tls-plain-client", client,
                "bytes=" + bytes + "; it does not speak TLS, which this port is for: switch TLS on there (redis-cli --tls, rediss://), or"
                        + " use the plain port");
        loop.close(client, "tls-plain-client");
    }

    /** A client speaks TLS to the plain port. */
    void refuseOnPlainPort(Connection client) {
        log("plain-tls-client", client, "; it speaks TLS, which this port is not for: " + (context == null
                ? "set tls-port and its certificate, or switch TLS off there (redis://)"
                : "let it use tls-port, or switch TLS off there (redis://)"));
        loop.close(client, "plain-tls-client");
    }

    private void log(String event, Connection client, String details) {
        if (mayLog()) {
            server.events().log(event + " id=" + client.id() + " addr=" + client.peer() + " laddr=" + client.local()
                    + (details.startsWith(";") ? "" : " ") + details);
        }
    }

    private boolean mayLog() {
        long second = server.nowMillis() / 1000;
        if (second != loggedSecond) {
            loggedSecond = second;
            logged = 0;
            if (notLogged > 0) {
                server.events().log("tls-failures-not-logged count=" + notLogged + "; at most " + LOGGED_PER_SECOND + " lines a second");
                notLogged = 0;
            }
        }
        if (logged++ >= LOGGED_PER_SECOND) {
            notLogged++;
            return false;
        }
        return true;
    }

    // ---------------------------------------------------------------- those that have something to read

    /** The client is read from in this turn or the next, whatever its socket says. */
    void readLater(Connection client) {
        TlsLink link = client.tls;
        if (link != null && !link.listed) {
            link.listed = true;
            readable.add(client);
        }
    }

    boolean hasReadable() {
        return !readable.isEmpty();
    }

    /** Has those read that were listed until now; who is listed meanwhile waits for the next turn. */
    void readListed() {
        for (int i = readable.size(); i > 0; i--) {
            Connection client = readable.poll();
            if (client != null && client.tls != null) {
                client.tls.listed = false;
                loop.readIfWanted(client);
            }
        }
    }

    // ---------------------------------------------------------------- buffers

    byte[] received() {
        return received;
    }

    byte[] plain() {
        return plain;
    }

    ByteBuffer receivedView(int end) {
        return receivedView.limit(end).position(0);
    }

    ByteBuffer plainView() {
        return plainView.clear();
    }

    /** Where records to be sent are made; {@link #transmit} sends them from its beginning. */
    ByteBuffer outView() {
        return outView.clear();
    }

    /** Reads from the socket behind the first {@code kept} bytes, so that they are {@code limit} at most. */
    int receive(SocketChannel channel, int kept, int limit) throws IOException {
        int bytes = channel.read(exchangeView.limit(limit - kept).position(0));
        if (bytes > 0) {
            Mem.copyTo(exchange, received, kept, bytes);
        }
        return bytes;
    }

    /** For goodbyes, which may be said to one client while records for another are being made. */
    ByteBuffer lastWords() {
        return lastWords.clear();
    }

    /** Sends what the view was filled with; answers how many bytes the socket took. */
    int transmit(SocketChannel channel, ByteBuffer filled) throws IOException {
        int bytes = filled.position();
        Mem.copyFrom(filled.array(), 0, exchange, bytes);
        return channel.write(exchangeView.limit(bytes).position(0));
    }

    @Nullable
    KeptBytes keepUnsent(Connection client, int from, int length) {
        return keep(client, out, from, length);
    }

    /** Keeps bytes for a client; null when even cutting those who do not read does not give the memory for it. */
    @Nullable
    KeptBytes keep(Connection client, byte[] bytes, int from, int length) {
        KeptBytes kept = KeptBytes.of(loop.pool(), bytes, from, length);
        while (kept == null && loop.unsent().cutFor(client)) {
            kept = KeptBytes.of(loop.pool(), bytes, from, length);
        }
        return kept;
    }

}
