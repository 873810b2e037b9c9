// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.notify;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;

/** Somebody on loopback who gets our messages and answers as told: one prepared answer per request, then 200. */
final class FakeEndpoint implements AutoCloseable {
    /** One request as it came. */
    record Request(String method, String path, Map<String, List<String>> headers, byte[] body) {
        String header(String name) {
            List<String> values = headers.entrySet().stream().filter(e -> e.getKey().equalsIgnoreCase(name)).findFirst()
                .map(Map.Entry::getValue).orElse(List.of());
            return values.isEmpty() ? "" : values.getFirst();
        }

        String text() {
            return new String(body, StandardCharsets.UTF_8);
        }

        JsonNode json() {
            return MessageJson.MAPPER.readTree(body);
        }
    }

    /** What it does with one request. */
    interface Answer {
        void give(HttpExchange exchange, Request request) throws IOException, InterruptedException;
    }

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final BlockingQueue<Request> requests = new LinkedBlockingQueue<>();
    private final BlockingQueue<Answer> answers = new LinkedBlockingQueue<>();
    private final CountDownLatch closed = new CountDownLatch(1);
    /** Used when no answer is prepared. */
    volatile Function<Request, String> usual = request -> "";

    FakeEndpoint() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
    }

    private void handle(HttpExchange exchange) throws IOException {
        Request request = new Request(exchange.getRequestMethod(), exchange.getRequestURI().toString(),
                Map.copyOf(exchange.getRequestHeaders()),
                exchange.getRequestBody().readAllBytes());
        Answer answer = answers.poll();
        try {
            if (answer == null) {
                reply(exchange, 200, usual.apply(request));
            } else {
                answer.give(exchange, request);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            requests.add(request);
            exchange.close();
        }
    }

    private static void reply(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    URI uri(String path) {
        return URI.create("http://" + InetAddress.getLoopbackAddress().getHostAddress() + ":" + server.getAddress().getPort() + path);
    }

    FakeEndpoint then(int status, String body) {
        answers.add((exchange, request) -> reply(exchange, status, body));
        return this;
    }

    FakeEndpoint then(int status, String header, String value) {
        answers.add((exchange, request) -> {
            exchange.getResponseHeaders().set(header, value);
            reply(exchange, status, "");
        });
        return this;
    }

    /** Sends back where it was called, with what and by what headers. */
    FakeEndpoint thenEchoes(int status) {
        answers.add((exchange, request) -> reply(exchange, status,
                request.path() + " " + request.header("Authorization") + " " + request.text()));
        return this;
    }

    /** Says nothing until the test is over; the request counts as seen at once. */
    FakeEndpoint thenHangs() {
        answers.add((exchange, request) -> {
            requests.add(new Request("HANGS", "", Map.of(), new byte[0]));
            closed.await();
        });
        return this;
    }

    /** Sends its status and headers, and then a byte a second that never ends. */
    FakeEndpoint thenDrips() {
        answers.add((exchange, request) -> {
            exchange.sendResponseHeaders(200, 0);
            OutputStream out = exchange.getResponseBody();
            while (!closed.await(200, TimeUnit.MILLISECONDS)) {
                out.write('x');
                out.flush();
            }
        });
        return this;
    }

    /** A reply without end, as fast as it goes. */
    FakeEndpoint thenFloods(int status) {
        answers.add((exchange, request) -> {
            exchange.sendResponseHeaders(status, 0);
            byte[] much = "x".repeat(1 << 16).getBytes(StandardCharsets.UTF_8);
            while (closed.getCount() > 0) {
                exchange.getResponseBody().write(much);
            }
        });
        return this;
    }

    /** Hangs up in the middle of its reply. */
    FakeEndpoint thenBreaksOff() {
        answers.add((exchange, request) -> {
            exchange.sendResponseHeaders(200, 1000);
            exchange.getResponseBody().write('x');
            exchange.getResponseBody().flush();
        });
        return this;
    }

    /** The next request that was answered; waits for it. */
    Request next() throws InterruptedException {
        Request request = requests.poll(60, TimeUnit.SECONDS);
        if (request == null) {
            throw new AssertionError("no request came within 60 s");
        }
        return request;
    }

    /** Forgets what was prepared and not used. */
    void clear() {
        answers.clear();
    }

    int waiting() {
        return requests.size();
    }

    @Override
    public void close() {
        closed.countDown();
        server.stop(0);
        threads.shutdownNow();
    }
}
