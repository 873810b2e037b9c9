// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.net;

import dev.cofferdam.server.Server;
import dev.cofferdam.server.ServerSettings;
import dev.cofferdam.server.tls.TlsContext;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import jdk.net.ExtendedSocketOptions;
import org.jspecify.annotations.Nullable;

/**
 * The listening sockets, and who is let in through them.
 *
 * <p>Owns the sockets. Opened before the event loop runs, the loop's from then on: CONFIG SET may exchange them. What always holds: there are at most {@code maxclients} clients, and a
 * storm of new ones takes the loop's time in small portions.
 */
final class Listeners {
    /** Connections accepted per turn, each some 25 us of system calls: a storm of them makes those that are there wait for less than a millisecond at a time. */
    private static final int ACCEPTS_PER_TURN = 32;

    private static final int KEEPALIVE_QUESTIONS = 3;
    /** More than this Linux does not take. */
    private static final int KEEPALIVE_MAX_SECONDS = 32767;

    private final EventLoop loop;
    private final Server server;
    private final ServerSettings settings;
    private final Selector selector;
    private final List<Listener> listeners = new ArrayList<>();
    private @Nullable Path socketFile;
    private long lastId;

    Listeners(EventLoop loop, Server server, Selector selector) {
        this.loop = loop;
        this.server = server;
        this.settings = server.settings();
        this.selector = selector;
    }

    /** A socket that listens on an address, as it was asked for, and a port; the address of a Unix socket's is null. */
    private record Listener(@Nullable String host, int port, boolean speaksTls, ServerSocketChannel channel) {
    }

    /**
     * Listens on these addresses and ports, and on no other from then on; answers the ports, which the system chose where 0 was asked for. When it throws,
     * everything is as before. A socket that listens already stays, since the system does not give its port out twice.
     */
    public Ports listen(List<String> addresses, Ports ports) throws IOException {
        List<Listener> wanted = new ArrayList<>();
        int plain;
        int tls;
        try {
            plain = open(addresses, ports.plain(), false, wanted);
            tls = open(addresses, ports.tls(), true, wanted);
        } catch (IOException e) {
            wanted.stream().filter(listener -> !listeners.contains(listener)).forEach(Listeners::close);
            throw e;
        }
        listeners.stream().filter(listener -> listener.host != null && !wanted.contains(listener)).forEach(Listeners::close);
        listeners.removeIf(listener -> listener.host != null);
        listeners.addAll(wanted);
        return new Ports(plain, tls);
    }

    private int open(List<String> addresses, int port, boolean speaksTls, List<Listener> wanted) throws IOException {
        if (port == Ports.NONE) {
            return port;
        }
        int bound = port;
        int before = wanted.size();
        for (String address : addresses) {
            // A leading minus: not being able to bind here is no error.
            boolean optional = address.startsWith("-");
            Listener listener = listenerFor(optional ? address.substring(1) : address, bound, speaksTls, optional);
            if (listener != null) {
                wanted.add(listener);
                bound = listener.port;
            }
        }
        if (wanted.size() == before) {
            throw new IOException("cannot listen on any of " + addresses + " port " + port);
        }
        return bound;
    }

    private @Nullable Listener listenerFor(String host, int port, boolean speaksTls, boolean optional) throws IOException {
        for (Listener listener : listeners) {
            if (host.equals(listener.host) && port == listener.port && speaksTls == listener.speaksTls) {
                return listener;
            }
        }
        InetAddress inet = host.equals("*")
                ? InetAddress.getByName("0.0.0.0")
                : InetAddress.getByName(host.equals("::*") ? "::" : host);
        ServerSocketChannel channel = ServerSocketChannel.open();
        try {
            channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            channel.bind(new InetSocketAddress(inet, port), settings.tcpBacklog());
            channel.configureBlocking(false);
            channel.register(selector, SelectionKey.OP_ACCEPT);
            return new Listener(host, ((InetSocketAddress) channel.getLocalAddress()).getPort(), speaksTls, channel);
        } catch (IOException e) {
            channel.close();
            if (optional) {
                return null;
            }
            throw new ListenException(host, port, e);
        }
    }

    private static void close(Listener listener) {
        try {
            listener.channel.close();
        } catch (IOException e) {
            // Nothing is left to do with it.
        }
    }

    /** Opens a Unix socket; a file that is there is replaced, as Redis does, for one that was killed leaves its own behind. */
    void listenAt(Path file, int permissions) throws IOException {
        ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            Files.deleteIfExists(file);
            listener.bind(UnixDomainSocketAddress.of(file), settings.tcpBacklog());
            if (permissions != 0) {
                Files.setPosixFilePermissions(file, permissions(permissions));
            }
            listener.configureBlocking(false);
            listener.register(selector, SelectionKey.OP_ACCEPT);
            listeners.add(new Listener(null, 0, false, listener));
            socketFile = file;
        } catch (IOException e) {
            listener.close();
            throw new IOException("cannot listen on Unix socket " + file + ": " + e.getMessage(), e);
        }
    }

    /** The nine low bits, owner's first. */
    private static Set<PosixFilePermission> permissions(int octal) {
        Set<PosixFilePermission> set = EnumSet.noneOf(PosixFilePermission.class);
        PosixFilePermission[] all = PosixFilePermission.values();
        for (int i = 0; i < all.length; i++) {
            if ((octal & 1 << all.length - 1 - i) != 0) {
                set.add(all[i]);
            }
        }
        return set;
    }

    /** Takes the connections that wait at a listening socket. */
    void accept(SelectionKey key) {
        ServerSocketChannel listener = (ServerSocketChannel) key.channel();
        boolean speaksTls = speaksTls(listener);
        TlsContext context = speaksTls ? loop.tls().context() : null;
        if (speaksTls && context == null) {
            throw new IllegalStateException("a TLS port is open and there is nothing to speak TLS with");
        }
        for (int i = 0; i < ACCEPTS_PER_TURN; i++) {
            SocketChannel channel = null;
            try {
                channel = listener.accept();
                if (channel == null) {
                    return;
                }
                accepted(channel, context);
            } catch (IOException e) {
                EventLoop.closeQuietly(channel);
                server.statistics().connectionsRejected++;
                server.events().log("accept-failed error=\"" + e.getMessage() + "\" clients=" + loop.clients().count());
                return;
            }
        }
    }

    private boolean speaksTls(ServerSocketChannel channel) {
        for (Listener listener : listeners) {
            if (listener.channel == channel) {
                return listener.speaksTls;
            }
        }
        return false;
    }

    private void accepted(SocketChannel channel, @Nullable TlsContext context) throws IOException {
        channel.configureBlocking(false);
        if (channel.getRemoteAddress() instanceof InetSocketAddress) {
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            keepAlive(channel, settings.keepAliveSeconds());
        }
        String refusal = refusal(channel, context != null);
        if (refusal != null) {
            server.statistics().connectionsRejected++;
            if (context == null) { // before its handshake a TLS client understands nothing
                channel.write(ByteBuffer.wrap(("-" + refusal + "\r\n").getBytes(StandardCharsets.US_ASCII)));
            }
            channel.close();
            return;
        }
        Connection client = new Connection(++lastId, server.nowMillis(), loop, channel, context);
        if (context != null) {
            loop.tls().joined();
        }
        server.acl().begin(client);
        client.key = channel.register(selector, SelectionKey.OP_READ, client);
        client.progressMillis = server.nowMillis();
        loop.clients().add(client);
        server.statistics().connectionsReceived++;
    }

    /** As Redis has it: the first question after so long, two more a third of that apart, then the peer is gone. */
    private static void keepAlive(SocketChannel channel, int seconds) throws IOException {
        if (seconds > 0) {
            channel.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
            channel.setOption(ExtendedSocketOptions.TCP_KEEPIDLE, Math.min(seconds, KEEPALIVE_MAX_SECONDS));
            channel.setOption(ExtendedSocketOptions.TCP_KEEPINTERVAL, Math.clamp(seconds / 3, 1, KEEPALIVE_MAX_SECONDS));
            channel.setOption(ExtendedSocketOptions.TCP_KEEPCOUNT, KEEPALIVE_QUESTIONS);
        }
    }

    private @Nullable String refusal(SocketChannel channel, boolean speaksTls) throws IOException {
        if (loop.clients().count() >= settings.maxClients()) {
            return "ERR max number of clients reached";
        }
        if (speaksTls) {
            if (loop.tls().count() >= TlsLinks.clientsMax()) {
                loop.tls().noteFull();
                return "ERR max number of clients reached";
            }
            return null; // whether it is let in it is told after the handshake
        }
        return refusalByProtection(channel);
    }

    /** What protected mode tells the client; null when it may stay. */
    @Nullable
    String refusalByProtection(SocketChannel channel) throws IOException {
        if (settings.protectedMode() && server.acl().isOpenToAll() && channel.getRemoteAddress() instanceof InetSocketAddress peer
                && !peer.getAddress().isLoopbackAddress()) {
            return "DENIED protected mode is on and no password is set, so only connections from this machine are accepted. Set requirepass, or"
                    + " protected-mode no if nobody else can reach this port.";
        }
        return null;
    }

    void close() {
        listeners.forEach(Listeners::close);
        Path file = socketFile;
        if (file != null) {
            try {
                Files.deleteIfExists(file);
            } catch (IOException e) {
                server.events().log("unix-socket-left path=" + file + " error=\"" + e.getMessage() + '"');
            }
        }
    }
}
