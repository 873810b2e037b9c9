// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.cli.demo;

import dev.cofferdam.memory.Clock;
import dev.cofferdam.resp.client.Request;
import dev.cofferdam.resp.client.RespClient;
import dev.cofferdam.resp.client.RespClientOptions;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Clients that ask for a large value again and again and never read an answer.
 *
 * <p>Owns their sockets. One thread. Who is disconnected connects again: such clients do.
 */
final class StalledReaders {
    private static final int RECEIVE_BUFFER_BYTES = 4096;
    private static final String KEY = Workload.CACHE_PREFIX + "export";

    private final InetSocketAddress address;
    private final Clock clock;
    private final Workload workload;
    private final List<@Nullable SocketChannel> clients = new ArrayList<>();

    StalledReaders(InetSocketAddress address, Clock clock, Workload workload) {
        this.address = address;
        this.clock = clock;
        this.workload = workload;
        for (int i = 0; i < Workload.STALLED_CLIENTS; i++) {
            clients.add(null);
        }
    }

    void run(long endNanos) throws InterruptedException {
        Payload export = new Payload(workload.exportBytes(), workload.seed());
        double nanosEach = workload.exportBytes() / workload.faultBytesPerSecond() * 1e9;
        double due = clock.monotonicNanos();
        for (int turn = 0; clock.monotonicNanos() < endNanos; turn++) {
            if (turn % Workload.STALLED_CLIENTS == 0) {
                keep(export);
            }
            ask(turn % Workload.STALLED_CLIENTS);
            due += nanosEach;
            long waitMillis = ((long) due - clock.monotonicNanos()) / 1_000_000;
            if (waitMillis > 0) {
                Thread.sleep(waitMillis);
            }
        }
        for (int i = 0; i < clients.size(); i++) {
            disconnect(i);
        }
    }

    /** The value they ask for is there again, if it was dropped. */
    private void keep(Payload export) {
        try (RespClient client = RespClient.connect(address, RespClientOptions.DEFAULTS, clock)) {
            if (client.call("EXISTS", KEY).asLong() == 0) {
                client.call(Request.of("SET", KEY).and(export.bytes()));
            }
        } catch (IOException e) {
            // Full or gone: then there is nothing to ask for.
        }
    }

    private void ask(int index) {
        try {
            SocketChannel client = clients.get(index);
            if (client == null) {
                client = SocketChannel.open();
                client.setOption(StandardSocketOptions.SO_RCVBUF, RECEIVE_BUFFER_BYTES);
                client.connect(address);
                client.configureBlocking(false);
                clients.set(index, client);
            }
            client.write(ByteBuffer.wrap(("GET " + KEY + "\r\n").getBytes(StandardCharsets.US_ASCII))); // nothing goes when it is not read from: so be it
        } catch (IOException e) {
            disconnect(index);
        }
    }

    private void disconnect(int index) {
        SocketChannel client = clients.set(index, null);
        if (client != null) {
            try {
                client.close();
            } catch (IOException e) {
                // It is gone either way.
            }
        }
    }
}
