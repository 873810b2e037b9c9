// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.tests.compat;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cofferdam.tests.serve.ServerProcess;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The file that SYNC gives, of a random keyspace of all types in many databases and compartments, is one that a stock server starts from: the same keys, values, deadlines and functions. */
class SnapshotIT {
    private static final long SEED = Long.getLong("cofferdam.seed", 20261123L);
    private static final int KEYS = 400;
    private static final int TIMEOUT_MILLIS = 60_000;
    private static final String LIBRARY = "#!lua name=lib\nredis.register_function('f', function(keys, args) return args[1] end)";
    private static final List<String> BEGINNINGS = List.of("", "session:", "cache:", "bull:", "\u0000\u00ff\r\n");

    @Test
    void stockStartsFromOurFile(@TempDir Path folder) throws Exception {
        Path program = StockRedis.program();
        if (program == null) {
            System.err.println("SKIPPED: SnapshotIT loads nothing, because redis-server is not installed (apt-get install redis-server)");
            Assumptions.abort("redis-server is not installed");
            return;
        }
        String digest;
        String functions;
        try (ServerProcess ours = ServerProcess.serve("--maxmemory", "256mb", "--enable-debug-command", "yes");
                RawClient client = new RawClient(ours.port())) {
            fill(client, new Random(SEED));
            Files.write(folder.resolve("dump.rdb"), sync(ours.port()));
            digest = client.run(List.of("DEBUG", "DIGEST")).head();
            assertThat(digest).as("a digest").startsWith("+");
            functions = client.run(List.of("FUNCTION", "LIST", "WITHCODE")).toString();
        }
        try (StockRedis stock = StockRedis.start(program, "--dir", folder.toString(), "--dbfilename", "dump.rdb");
                RawClient client = new RawClient(stock.port())) {
            assertThat(client.run(List.of("DEBUG", "DIGEST")).head()).as("repeat with -Dcofferdam.seed=%d", SEED).isEqualTo(digest);
            assertThat(client.run(List.of("FUNCTION", "LIST", "WITHCODE"))).hasToString(functions);
        }
    }

    private static void fill(RawClient client, Random random) throws IOException {
        for (int i = 0; i < KEYS; i++) {
            String name = BEGINNINGS.get(random.nextInt(BEGINNINGS.size())) + i;
            client.run(List.of("SELECT", Integer.toString(random.nextInt(16))));
            for (List<String> command : DumpIT.value(random)) {
                List<String> named = command.stream().map(word -> word.equals("k") ? name : word).toList();
                client.run(named);
            }
            if (random.nextInt(3) == 0) {
                client.run(List.of("PEXPIREAT", name, Long.toString(1_900_000_000_000L + random.nextInt())));
            }
        }
        assertThat(client.run(List.of("FUNCTION", "LOAD", LIBRARY)).head()).isEqualTo("$3\r\nlib");
    }

    /** The whole file, whose length is said before it. */
    private static byte[] sync(int port) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", port)) {
            socket.setSoTimeout(TIMEOUT_MILLIS);
            socket.getOutputStream().write("SYNC\r\n".getBytes(StandardCharsets.US_ASCII));
            DataInputStream in = new DataInputStream(socket.getInputStream());
            StringBuilder head = new StringBuilder();
            for (int c = in.read(); c != '\n' || head.isEmpty(); c = in.read()) {
                if (c < 0) {
                    throw new IOException("closed after '" + head + "'");
                }
                if (c != '\n' && c != '\r') { // newlines before it keep the connection alive
                    head.append((char) c);
                }
            }
            assertThat(head.toString()).startsWith("$");
            byte[] file = new byte[Integer.parseInt(head.substring(1))];
            in.readFully(file);
            return file;
        }
    }
}
