// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.metrics;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.cofferdam.server.Server;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * The HTTP port: {@code /metrics} for Prometheus, {@code /healthz} for whoever asks whether the server lives.
 *
 * <p>Owns the listener and a thread per request. Reads what the event loop wrote with its last look at the clock, and never makes it wait. A loop that has not
 * looked at the clock for {@link #STALE_MILLIS} is reported as not healthy.
 */
public final class MetricsPages implements AutoCloseable {
    private static final long STALE_MILLIS = 5_000;
    private static final int BACKLOG = 16;

    private final Server server;
    private final HttpServer http;
    private final ExecutorService threads;

    private MetricsPages(Server server, HttpServer http) {
        this.server = server;
        this.http = http;
        this.threads = Executors.newVirtualThreadPerTaskExecutor();
        http.setExecutor(threads);
        http.createContext("/metrics", exchange -> answer(exchange, "/metrics", 200, PrometheusText.of(server)));
        http.createContext("/healthz", this::health);
        http.createContext("/", exchange -> answer(exchange, "/", 404, "there are /metrics and /healthz\n"));
    }

    /** Starts listening; throws when the address cannot be had. */
    public static MetricsPages open(Server server, String address, int port) throws IOException {
        MetricsPages pages = new MetricsPages(server, HttpServer.create(new InetSocketAddress(address, port), BACKLOG));
        pages.http.start();
        return pages;
    }

    private void health(HttpExchange exchange) throws IOException {
        long silentMillis = server.clock().wallMillis() - server.nowMillis();
        if (silentMillis > STALE_MILLIS) {
            answer(exchange, "/healthz", 503, "the event loop has been silent for " + silentMillis + " ms\n");
        } else {
            answer(exchange, "/healthz", 200, "ok\n");
        }
    }

    private static void answer(HttpExchange exchange, String path, int status, String text) throws IOException {
        try (exchange) {
            boolean found = exchange.getRequestURI().getPath().equals(path) || status == 404;
            boolean reads = exchange.getRequestMethod().equals("GET") || exchange.getRequestMethod().equals("HEAD");
            byte[] body = (!found ? "there are /metrics and /healthz\n" : reads ? text : "only GET\n").getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "text/plain; version=0.0.4; charset=utf-8");
            boolean head = exchange.getRequestMethod().equals("HEAD");
            exchange.sendResponseHeaders(!found ? 404 : reads ? status : 405, head ? -1 : body.length);
            if (!head) {
                exchange.getResponseBody().write(body);
            }
        }
    }

    public int port() {
        return http.getAddress().getPort();
    }

    @Override
    public void close() {
        http.stop(0);
        threads.close();
    }
}
