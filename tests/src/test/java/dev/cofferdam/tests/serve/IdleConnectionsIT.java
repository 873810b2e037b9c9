// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.tests.serve;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/**
 * What ten thousand clients cost that are connected and say nothing. Measured in a process that has had as many before: what the first ones cost is the code
 * that serves them, which is compiled once, and the collector's young generation, which is part of the runtime's constant.
 */
class IdleConnectionsIT {
    private static final int CLIENTS = 9_900;
    private static final long EACH_MAX_BYTES = 20_000_000 / 10_000;
    private static final int WARM_UPS = 3;
    private static final int FILES_FOR_OTHERS = 500;

    @Test
    void tenThousandIdleConnectionsCostLessThanTwentyMegabytes() throws Exception {
        int clients = (int) Math.min(CLIENTS, openFilesMax() - FILES_FOR_OTHERS);
        Assumptions.assumeTrue(clients >= 1000, "open files are limited to " + openFilesMax() + ": too few for this test");
        try (ServerProcess server = ServerProcess.serve("--maxmemory", "256mb")) {
            for (int i = 0; i < WARM_UPS; i++) {
                close(connect(server.port(), clients));
                awaitClients(server, 1);
            }
            long residentBefore = residentBytes(server.pid());
            long accountBefore = accountBytes(server);
            List<SocketChannel> idle = connect(server.port(), clients);
            awaitClients(server, clients + 1);
            long resident = residentBytes(server.pid()) - residentBefore;
            assertThat(resident).as("resident bytes of " + clients + " idle clients").isLessThan(clients * EACH_MAX_BYTES);
            assertThat(accountBytes(server)).as("buffers they hold in 'connections'").isLessThanOrEqualTo(accountBefore);
            close(idle);
        }
    }

    /** Each has had an answer, as a client of a pool has. */
    private static List<SocketChannel> connect(int port, int clients) throws IOException {
        List<SocketChannel> channels = new ArrayList<>();
        ByteBuffer pong = ByteBuffer.allocate(7);
        for (int i = 0; i < clients; i++) {
            SocketChannel channel = SocketChannel.open(new InetSocketAddress("127.0.0.1", port));
            channel.write(ByteBuffer.wrap("PING\r\n".getBytes(StandardCharsets.US_ASCII)));
            pong.clear();
            while (pong.hasRemaining() && channel.read(pong) >= 0) {
                continue;
            }
            assertThat(new String(pong.array(), StandardCharsets.US_ASCII)).isEqualTo("+PONG\r\n");
            channels.add(channel);
        }
        return channels;
    }

    private static void close(List<SocketChannel> channels) throws IOException {
        for (SocketChannel channel : channels) {
            channel.close();
        }
    }

    private static void awaitClients(ServerProcess server, long clients) throws IOException, InterruptedException {
        for (int i = 0; i < 600 && number(server, "clients", "connected_clients") != clients; i++) {
            Thread.sleep(50);
        }
        assertThat(number(server, "clients", "connected_clients")).isEqualTo(clients);
    }

    private static long accountBytes(ServerProcess server) throws IOException {
        return number(server, "memory", "mem_clients_normal");
    }

    private static long number(ServerProcess server, String section, String field) throws IOException {
        return server.talk("INFO " + section).lines().filter(line -> line.startsWith(field + ":"))
            .mapToLong(line -> Long.parseLong(line.substring(field.length() + 1).trim())).findFirst().orElseThrow();
    }

    private static long residentBytes(long pid) throws IOException {
        return Files.readAllLines(Path.of("/proc/" + pid + "/status")).stream().filter(line -> line.startsWith("VmRSS:"))
            .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024).findFirst().orElseThrow();
    }

    private static long openFilesMax() throws IOException {
        String line = Files.readAllLines(Path.of("/proc/self/limits")).stream().filter(l -> l.startsWith("Max open files")).findFirst()
            .orElseThrow();
        String soft = line.substring("Max open files".length()).trim().split("\\s+")[0];
        return soft.equals("unlimited") ? Long.MAX_VALUE : Long.parseLong(soft);
    }
}
