// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.tests.serve;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Every command of the table with a million arguments, and many of them in a transaction, on the launcher's small heap: it works or is refused with an error,
 * its client and all others stay connected, and nothing of another client is lost.
 */
class MillionArgumentsIT {
    private static final int ARGUMENTS = 1_000_000;
    private static final int SHOWN_BYTES = 300;
    private static final String MARK = "the-reply-is-over";
    /** They end the connection, the server, or replies as such. */
    private static final Set<String> LEFT_OUT = Set.of("quit", "shutdown", "monitor", "subscribe", "psubscribe", "ssubscribe", "reset");
    /** Tried in a transaction as well: one of each way in which a command uses its arguments. */
    private static final Set<String> IN_MULTI = Set.of("mget", "mset", "del", "exists", "sadd", "hset", "zadd", "rpush", "sunion",
            "sunionstore",
            "zunion", "zunionstore", "blpop", "watch", "ping", "config", "info");

    @Test
    @Timeout(value = 240, unit = TimeUnit.SECONDS)
    void everyCommandSurvivesAMillionArguments() throws Exception {
        try (ServerProcess server = ServerProcess.serveAsLaunched("--maxmemory", "512mb");
                Socket other = new Socket("127.0.0.1", server.port())) {
            assertThat(send(other, false, List.of("SET", "session:1", "mine"), new byte[0])).startsWith("+OK");
            byte[] keys = keys();
            int tried = 0;
            for (String name : server.talk("COMMAND LIST").split("\r\n")) {
                if (name.isEmpty() || "$*+".indexOf(name.charAt(0)) >= 0 || LEFT_OUT.contains(name)) {
                    continue;
                }
                tried++;
                check(server, keys, name);
                if (name.matches("z(union|inter|diff)|[zs]intercard|.*mpop")) {
                    check(server, keys, name, Integer.toString(ARGUMENTS));
                } else if (name.matches("z(union|inter|diff)store")) {
                    check(server, keys, name, "destination", Integer.toString(ARGUMENTS));
                }
            }
            assertThat(tried).as("commands in COMMAND LIST").isGreaterThan(100);
            assertThat(send(other, false, List.of("GET", "session:1"), new byte[0])).as("another client's connection and key")
                .startsWith("$4\r\nmine");
            server.terminate();
            server.awaitEnd();
            assertThat(server.lines()).noneMatch(line -> line.contains("OutOfMemory") || line.contains("command-failed")
                    || line.contains("client-failed") || line.contains("event-loop-error"));
        }
    }

    private static void check(ServerProcess server, byte[] keys, String... head) throws IOException {
        for (boolean transaction : IN_MULTI.contains(head[0]) ? new boolean[] {false, true} : new boolean[] {false}) {
            String what = String.join(" ", head) + (transaction ? " in MULTI" : "");
            try (Socket client = new Socket("127.0.0.1", server.port())) {
                client.setSoTimeout(60_000);
                assertThat(send(client, transaction, List.of(head), keys)).as(what).doesNotContain("internal error");
            } catch (IOException e) {
                throw new AssertionError(what + ": " + e, e);
            }
        }
    }

    /** Answers the first characters of the replies, having read all of them. */
    private static String send(Socket client, boolean transaction, List<String> head, byte[] tail) throws IOException {
        StringBuilder text = new StringBuilder(transaction ? "MULTI\r\n" : "");
        text.append('*').append(head.size() + (tail.length == 0 ? 0 : ARGUMENTS)).append("\r\n");
        head.forEach(word -> text.append('$').append(word.length()).append("\r\n").append(word).append("\r\n"));
        String mark = "$" + MARK.length() + "\r\n" + MARK + "\r\n";
        OutputStream out = client.getOutputStream();
        out.write(text.toString().getBytes(StandardCharsets.US_ASCII));
        out.write(tail);
        out.write(((transaction ? "EXEC\r\n" : "") + "*2\r\n$4\r\nECHO\r\n" + mark).getBytes(StandardCharsets.US_ASCII));
        return readTo(client.getInputStream(), mark.getBytes(StandardCharsets.US_ASCII));
    }

    private static String readTo(InputStream in, byte[] mark) throws IOException {
        ByteArrayOutputStream first = new ByteArrayOutputStream();
        byte[] bytes = new byte[1 << 16];
        int matched = 0;
        while (matched < mark.length) {
            int read = in.read(bytes);
            if (read < 0) {
                throw new EOFException("connection closed after: " + first);
            }
            first.write(bytes, 0, Math.clamp(SHOWN_BYTES - first.size(), 0, read));
            for (int i = 0; i < read && matched < mark.length; i++) {
                matched = bytes[i] == mark[matched] ? matched + 1 : bytes[i] == mark[0] ? 1 : 0;
            }
        }
        return first.toString(StandardCharsets.ISO_8859_1);
    }

    private static byte[] keys() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int i = 0; i < ARGUMENTS; i++) {
            String key = "k" + i;
            out.writeBytes(("$" + key.length() + "\r\n" + key + "\r\n").getBytes(StandardCharsets.US_ASCII));
        }
        return out.toByteArray();
    }
}
