// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.tests.watch;

import dev.cofferdam.memory.Clock;
import dev.cofferdam.resp.client.Request;
import dev.cofferdam.resp.client.RespClient;
import dev.cofferdam.watch.attribute.Culprit;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** Something that fills a server at a steady rate until it is closed, and then takes back what it did. One thread of its own. */
final class Fill implements AutoCloseable {
    /** The four kinds of the acceptance. */
    enum Kind {
        SMALL_KEYS, ONE_LIST, ONE_VALUE, STOPPED_READER
    }

    private static final int STEPS_PER_SECOND = 20;
    private static final String VALUE = "export:all";
    private static final String LARGE = "user:1:photo";
    private static final int LARGE_BYTES = 20_000;

    private final WatchedRedis server;
    private final Kind kind;
    private final double bytesPerSecond;
    private final Random random;
    private final AtomicBoolean over = new AtomicBoolean();
    private final List<String> made = new ArrayList<>();
    private final Thread thread;
    private volatile @Nullable Throwable failure;

    Fill(WatchedRedis server, Kind kind, double bytesPerSecond, long seed) throws IOException {
        this.server = server;
        this.kind = kind;
        this.bytesPerSecond = bytesPerSecond;
        this.random = new Random(seed);
        if (kind == Kind.STOPPED_READER) {
            server.ask("SET", LARGE, "x".repeat(LARGE_BYTES));
        }
        this.thread = Thread.ofPlatform().name("fill").start(this::run);
    }

    private void run() {
        Clock clock = Clock.system();
        long start = clock.monotonicNanos();
        double done = 0;
        try (RespClient client = server.connect(); Socket reader = new Socket()) {
            client.call("CLIENT", "SETNAME", "mailer-7");
            if (kind == Kind.STOPPED_READER) {
                reader.setReceiveBufferSize(4096);
                reader.connect(new InetSocketAddress("127.0.0.1", server.port()));
                say(reader, "CLIENT", "SETNAME", "slow-reader");
            }
            while (!over.get()) {
                double due = bytesPerSecond * (clock.monotonicNanos() - start) / 1e9;
                done += due > done ? step(client, reader, due - done) : 0;
                TimeUnit.MILLISECONDS.sleep(1000 / STEPS_PER_SECOND);
            }
        } catch (IOException | InterruptedException | RuntimeException e) {
            failure = e;
        }
    }

    /** Answers how many bytes of the server's memory that took, near enough. */
    private double step(RespClient client, Socket reader, double bytes) throws IOException {
        List<Request> batch = new ArrayList<>();
        double done = 0;
        switch (kind) {
            case SMALL_KEYS -> {
                for (; done < bytes; done += 560) {
                    String key = "cache:report:" + new UUID(random.nextLong(), random.nextLong()) + ":pdf";
                    made.add(key);
                    batch.add(Request.of("SET", key, "r".repeat(400)));
                }
                RoleMix.check(client.pipeline(batch));
            }
            case ONE_LIST -> {
                for (; done < bytes; done += 190) {
                    batch.add(Request.of("RPUSH", RoleMix.QUEUE, "job " + "x".repeat(180)));
                }
                RoleMix.check(client.pipeline(batch));
            }
            case ONE_VALUE -> {
                done = bytes;
                client.call("APPEND", VALUE, "e".repeat((int) bytes)).orThrow();
            }
            case STOPPED_READER -> {
                for (; done < bytes; done += LARGE_BYTES) {
                    say(reader, "GET", LARGE);
                }
            }
        }
        return done;
    }

    private static void say(Socket socket, String... words) throws IOException {
        OutputStream out = socket.getOutputStream();
        out.write((String.join(" ", words) + "\r\n").getBytes(StandardCharsets.US_ASCII));
    }

    boolean isNamedBy(Culprit culprit) {
        return switch (kind) {
            case SMALL_KEYS ->
                culprit instanceof Culprit.Prefix prefix && prefix.pattern().equals("cache:report:<uuid>:pdf") && prefix.newKeys();
            case ONE_LIST -> culprit instanceof Culprit.Key key && key.name().equals(RoleMix.QUEUE) && key.type().equals("list");
            case ONE_VALUE -> culprit instanceof Culprit.Key key && key.name().equals(VALUE) && key.type().equals("string");
            case STOPPED_READER -> culprit instanceof Culprit.ClientBuffer client && client.name().equals("slow-reader");
        };
    }

    @Nullable
    Throwable failure() {
        return failure;
    }

    @Override
    public void close() throws IOException, InterruptedException {
        over.set(true);
        thread.join(TimeUnit.SECONDS.toMillis(60));
        try (RespClient client = server.connect()) {
            List<Request> undo = new ArrayList<>();
            made.forEach(key -> undo.add(Request.of("UNLINK", key)));
            undo.add(Request.of("DEL", VALUE, LARGE));
            undo.add(Request.of("LTRIM", RoleMix.QUEUE, "0", "1999"));
            client.pipeline(undo);
        }
    }
}
