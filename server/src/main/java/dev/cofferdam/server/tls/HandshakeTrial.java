// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.tls;

import java.net.Socket;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * A handshake of the server with itself, in memory: settings that no client could ever use are found out when they are set, and the classes of TLS are there
 * before the first client comes, whose handshake would else keep the event loop for tens of milliseconds.
 *
 * <p>Lives for one trial; any thread.
 */
final class HandshakeTrial {
    private static final int ROUNDS_MAX = 32;
    private static final int BUFFER_BYTES = 64 * 1024;

    private final ByteBuffer toServer = ByteBuffer.allocate(BUFFER_BYTES);
    private final ByteBuffer toClient = ByteBuffer.allocate(BUFFER_BYTES);
    private final ByteBuffer plain = ByteBuffer.allocate(BUFFER_BYTES);

    /** @param server as for a connection, but that it asks for no certificate */
    static void run(SSLEngine server, String[] protocols) throws SSLException {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {new TrustsAnybody()}, null);
            SSLEngine client = context.createSSLEngine();
            client.setUseClientMode(true);
            client.setEnabledProtocols(protocols);
            client.setEnabledCipherSuites(client.getSupportedCipherSuites());
            new HandshakeTrial().shakeHands(client, server);
        } catch (GeneralSecurityException e) {
            throw new SSLException(e);
        }
    }

    private void shakeHands(SSLEngine client, SSLEngine server) throws SSLException {
        client.beginHandshake();
        server.beginHandshake();
        for (int round = 0; round < ROUNDS_MAX; round++) {
            advance(client, toServer, toClient);
            advance(server, toClient, toServer);
            if (isDone(client) && isDone(server) && toClient.position() == 0 && toServer.position() == 0) {
                return;
            }
        }
        throw new SSLException("the handshake does not come to an end");
    }

    private static boolean isDone(SSLEngine engine) {
        return engine.getHandshakeStatus() == HandshakeStatus.NOT_HANDSHAKING;
    }

    private void advance(SSLEngine engine, ByteBuffer out, ByteBuffer in) throws SSLException {
        for (int step = 0; step < ROUNDS_MAX; step++) {
            switch (engine.getHandshakeStatus()) {
                case NEED_TASK -> {
                    Runnable task = engine.getDelegatedTask();
                    while (task != null) {
                        task.run();
                        task = engine.getDelegatedTask();
                    }
                }
                case NEED_WRAP -> engine.wrap(ByteBuffer.allocate(0), out);
                default -> {
                    if (in.position() == 0) {
                        return;
                    }
                    in.flip();
                    engine.unwrap(in, plain.clear());
                    in.compact();
                }
            }
        }
    }

    /** The server does not ask itself for papers. Never used for a connection. */
    private static final class TrustsAnybody extends X509ExtendedTrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String kind) {
            // It is ourselves.
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String kind) {
            // It is ourselves.
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String kind, @Nullable Socket socket) {
            // It is ourselves.
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String kind, @Nullable Socket socket) {
            // It is ourselves.
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String kind, @Nullable SSLEngine engine) {
            // It is ourselves.
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String kind, @Nullable SSLEngine engine) {
            // It is ourselves.
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
