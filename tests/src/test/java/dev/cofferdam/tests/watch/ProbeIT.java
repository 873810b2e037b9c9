// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.tests.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.cofferdam.memory.Clock;
import dev.cofferdam.resp.client.Reply;
import dev.cofferdam.resp.client.Request;
import dev.cofferdam.resp.client.RespClient;
import dev.cofferdam.watch.probe.Burst;
import dev.cofferdam.watch.probe.Capability;
import dev.cofferdam.watch.probe.InfoText;
import dev.cofferdam.watch.probe.Look;
import dev.cofferdam.watch.probe.Probe;
import dev.cofferdam.watch.probe.ProbeOptions;
import dev.cofferdam.watch.probe.RespDialer;
import dev.cofferdam.watch.probe.Sample;
import dev.cofferdam.watch.probe.TargetAddress;
import dev.cofferdam.watch.probe.TlsTrust;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A probe on a stock redis-server: plain, with a small user, over TLS, restarted, promoted. */
class ProbeIT {
    private static final Clock CLOCK = Clock.system();

    @TempDir private Path folder;

    @BeforeEach
    void needsRedis() {
        assumeTrue(WatchedRedis.isInstalled(), "no redis-server in PATH");
    }

    private static Probe probe(String url, @Nullable SSLContext tls, ProbeOptions options) {
        TargetAddress address = TargetAddress.parse(url);
        return new Probe(address, new RespDialer(address, tls, true, CLOCK), CLOCK, 1, options);
    }

    /** Looks until the look is as wanted, at most a minute. */
    private static Look until(Probe probe, Predicate<Look> wanted) throws InterruptedException {
        long end = CLOCK.monotonicNanos() + TimeUnit.SECONDS.toNanos(60);
        Look look = probe.look();
        while (!wanted.test(look)) {
            assertThat(CLOCK.monotonicNanos()).as("last look: %s", look.trouble()).isLessThan(end);
            TimeUnit.MILLISECONDS.sleep(20);
            look = probe.look();
        }
        return look;
    }

    @Test
    void samplesWhatTheServerHolds() throws Exception {
        try (WatchedRedis server = WatchedRedis.start("--maxmemory", "100mb");
                Probe probe = probe("redis://127.0.0.1:" + server.port(), null,
                        ProbeOptions.DEFAULTS)) {
            server.ask("SET", "k", "v".repeat(1_000_000));
            server.ask("SETEX", "t", "1000", "v");
            Sample sample = probe.look().sample();
            assertThat(sample).isNotNull();
            assertThat(sample.limitBytes()).isEqualTo(100 << 20);
            assertThat(sample.datasetBytes()).isBetween(1_000_000L, 2_000_000L);
            assertThat(sample.keys()).isEqualTo(2);
            assertThat(sample.expiringKeys()).isEqualTo(1);
            assertThat(probe.capabilities().missing(false)).isEmpty();
            assertThat(probe.capabilities().has(Capability.COMPARTMENTS)).isFalse();
            assertThat(probe.look().info().product()).startsWith("Redis 7");
            for (int i = 0; i < 100; i++) {
                probe.look();
            }
            // Nothing was written, and nobody was asked for more than INFO.
            InfoText info = InfoText.parse(server.ask("INFO", "commandstats"));
            assertThat(info.command("info").calls()).isBetween(103L, 110L);
            assertThat(info.command("monitor").calls()).isZero();
        }
    }

    @Test
    void aUserWhoMayLittle() throws Exception {
        try (WatchedRedis server = WatchedRedis.start()) {
            server.ask("ACL", "SETUSER", "watch", "on", ">pw", "+info", "+randomkey", "resetkeys");
            server.ask("ACL", "SETUSER", "default", "resetpass", ">other");
            String host = "@127.0.0.1:" + server.port();
            try (Probe probe = probe("redis://watch:pw" + host, null, ProbeOptions.DEFAULTS.withLimitBytes(1 << 30))) {
                Look look = until(probe, Look::reachable);
                assertThat(look.sample()).isNotNull().extracting(Sample::limitBytes).isEqualTo(1L << 30);
                assertThat(look.trouble()).contains("no MEMORY USAGE: growth is seen in numbers of keys only", "no CLIENT LIST")
                    .doesNotContain("no RANDOMKEY", "maxmemory");
            }
            try (Probe wrong = probe("redis://watch:wrong" + host, null, ProbeOptions.DEFAULTS)) {
                Look look = wrong.look();
                assertThat(look.reachable()).isFalse();
                assertThat(look.trouble()).contains("WRONGPASS").doesNotContain("wrong ");
            }
            try (Probe none = probe("redis://127.0.0.1:" + server.port(), null, ProbeOptions.DEFAULTS)) {
                assertThat(none.look().trouble()).contains("NOAUTH");
            }
        }
    }

    @Test
    void overTlsWithACertificateOfOurOwn() throws Exception {
        run("openssl", "req", "-x509", "-nodes", "-days", "30", "-subj", "/CN=tests", "-newkey", "rsa:2048", "-keyout", file("ca.key"),
                "-out",
                file("ca.crt"), "-addext", "subjectAltName=DNS:localhost");
        SSLContext known = TlsTrust.context(folder.resolve("ca.crt"), folder.resolve("ca.crt"), folder.resolve("ca.key"));
        SSLContext unnamed = TlsTrust.context(folder.resolve("ca.crt"), null, null);
        // The test's own connection goes to the address, which the certificate does not name; so the probe's is the one that is checked.
        try (WatchedRedis server = tls(known)) {
            String url = "rediss://localhost:" + server.port();
            try (Probe probe = probe(url, known, ProbeOptions.DEFAULTS)) {
                assertThat(probe.look().reachable()).isTrue();
                assertThat(probe.listen(new Written(), Duration.ofMillis(50))).isTrue();
            }
            try (Probe probe = probe(url.replace("localhost", "127.0.0.1"), known, ProbeOptions.DEFAULTS)) {
                assertThat(probe.look().reachable()).as("by a name the certificate does not have").isFalse();
            }
            try (Probe probe = probe(url, unnamed, ProbeOptions.DEFAULTS)) {
                assertThat(probe.look().reachable()).as("without showing who we are").isFalse();
            }
            try (Probe probe = probe(url, TlsTrust.context(null, null, null), ProbeOptions.DEFAULTS)) {
                assertThat(probe.look().trouble()).as("a server nobody vouches for").contains("certification path");
            }
        }
    }

    private WatchedRedis tls(SSLContext known) throws Exception {
        return WatchedRedis.start(known, "--port", "0", "--tls-cert-file", file("ca.crt"), "--tls-key-file", file("ca.key"),
                "--tls-ca-cert-file",
                file("ca.crt"));
    }

    @Test
    void aPromotionAndAServerThatGoes() throws Exception {
        try (WatchedRedis master = WatchedRedis.start();
                WatchedRedis server = WatchedRedis.start("--replicaof", "127.0.0.1 " + master.port())) {
            try (Probe probe = probe("redis://127.0.0.1:" + server.port(), null, ProbeOptions.DEFAULTS)) {
                assertThat(until(probe, Look::reachable).trouble()).contains("it is a replica of 127.0.0.1:" + master.port());
                server.ask("REPLICAOF", "NO", "ONE");
                assertThat(probe.look().change()).isEqualTo(Look.Change.BECAME_MASTER);
                server.close();
                assertThat(until(probe, look -> !look.reachable()).trouble()).isNotEmpty();
            }
        }
    }

    /** Keys as they are written, for a moment, and the server keeps nothing for us afterwards. */
    @Test
    void aBurstEndsItself() throws Exception {
        try (WatchedRedis server = WatchedRedis.start();
                Probe probe = probe("redis://127.0.0.1:" + server.port(), null,
                        ProbeOptions.DEFAULTS);
                RespClient client = server.connect()) {
            probe.look();
            Written written = new Written();
            AtomicBoolean enough = new AtomicBoolean();
            CompletableFuture<Void> writer = CompletableFuture.runAsync(() -> {
                try {
                    while (!enough.get()) {
                        client.call("SET", "some:key", "v");
                    }
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            long end = CLOCK.monotonicNanos() + TimeUnit.SECONDS.toNanos(60);
            while (written.heard.get() < 3) {
                assertThat(CLOCK.monotonicNanos()).as("heard %s", written.heard).isLessThan(end);
                assertThat(probe.listen(written, Duration.ofMillis(300))).isTrue();
            }
            enough.set(true);
            writer.get(60, TimeUnit.SECONDS);
            until(probe, look -> look.info().number("connected_clients") == 2);
            assertThat(server.ask("CLIENT", "LIST")).doesNotContain("flags=t");
        }
    }

    /** Hears which keys are written. */
    private static final class Written implements Burst {
        private final AtomicInteger heard = new AtomicInteger();

        @Override
        public Request command() {
            return Request.of("CLIENT", "TRACKING", "ON", "BCAST");
        }

        @Override
        public int protocol() {
            return 3;
        }

        @Override
        public boolean hear(Reply reply) {
            if (reply instanceof Reply.Push) {
                heard.incrementAndGet();
            }
            return true;
        }
    }

    private String file(String name) {
        return folder.resolve(name).toString();
    }

    private void run(String... command) throws Exception {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(folder.resolve("out").toFile()).start();
        assertThat(process.waitFor()).as(() -> {
            try {
                return Files.readString(folder.resolve("out"));
            } catch (IOException e) {
                return String.valueOf(e);
            }
        }).isZero();
    }
}
