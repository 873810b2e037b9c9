// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * {@code cofferdam rehearse}: a start, a few commands of each kind and an end, on a free port of loopback. The launcher runs it after a build with the
 * JVM recording which classes that takes, so that real starts find them ready (docs/internals/decisions.md). It serves nobody.
 *
 * <p>Owns its client thread; {@link Serve} runs on the caller's.
 */
final class Rehearsal {
    private static final List<String> ARGUMENTS = List.of("--port", "0", "--bind", "127.0.0.1", "--maxmemory", "64mb", "--logfile", "");
    private static final Pattern LISTENING = Pattern.compile("Listening on .* port (\\d+)");
    private static final int TIMEOUT_MILLIS = 20_000;

    /** What a web application's first minute looks like. SHUTDOWN ends the server, and with it the rehearsal. */
    private static final List<String> SCRIPT = List.of(
            "HELLO 3", "HELLO 2", "CLIENT SETNAME rehearsal", "COMMAND COUNT", "COMMAND DOCS get", "CONFIG GET maxmemory*", "PING",
            "SET cache:a 1", "GET cache:a", "INCR cache:a", "EXPIRE cache:a 60", "TTL cache:a", "MGET cache:a cache:b",
            "SETEX sessions:s 60 x",
            "LPUSH queue:jobs a b", "BRPOP queue:jobs 1", "LRANGE queue:jobs 0 -1", "HSET h f v", "HGETALL h", "SADD s a", "SMEMBERS s",
            "ZADD z 1 a", "ZRANGE z 0 -1", "MULTI", "INCR n", "EXEC", "SCAN 0", "DEL cache:a", "NOSUCHCOMMAND", "COMPARTMENT LIST",
            "EVAL return(redis.call('PING')) 0", "EVAL return(redis.call('GET',KEYS[1])) 1 n", "INFO everything",
            "SHUTDOWN NOSAVE");

    private Rehearsal() {
    }

    static int run(PrintStream out, PrintStream err) {
        CompletableFuture<Integer> port = new CompletableFuture<>();
        Thread client = new Thread(() -> play(port.join(), err), "rehearsal");
        client.setDaemon(true); // when the server never listens, nobody waits for a client that waits for its port
        client.start();
        int status = Serve.run(ARGUMENTS, new PrintStream(new PortFinder(out, port), true, StandardCharsets.UTF_8), err);
        return port.isDone() ? status : Main.USAGE_ERROR;
    }

    private static void play(int port, PrintStream err) {
        StringBuilder commands = new StringBuilder();
        for (String line : SCRIPT) {
            String[] words = line.split(" ");
            commands.append('*').append(words.length).append("\r\n");
            for (String word : words) {
                commands.append('$').append(word.length()).append("\r\n").append(word).append("\r\n");
            }
        }
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(TIMEOUT_MILLIS);
            socket.getOutputStream().write(commands.toString().getBytes(StandardCharsets.US_ASCII));
            socket.getInputStream().transferTo(OutputStream.nullOutputStream());
        } catch (IOException e) {
            err.println("cofferdam: the rehearsal broke off: " + e.getMessage());
        }
    }

    /** Passes the log on, and tells the port as soon as a line of it names one. */
    private static final class PortFinder extends OutputStream {
        private final PrintStream out;
        private final CompletableFuture<Integer> port;
        private final ByteArrayOutputStream line = new ByteArrayOutputStream();

        PortFinder(PrintStream out, CompletableFuture<Integer> port) {
            this.out = out;
            this.port = port;
        }

        @Override
        public synchronized void write(int b) {
            out.write(b);
            line.write(b);
            if (b == '\n') {
                Matcher listening = LISTENING.matcher(line.toString(StandardCharsets.UTF_8));
                if (listening.find()) {
                    port.complete(Integer.valueOf(listening.group(1)));
                }
                line.reset();
            }
        }
    }
}
