// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.web;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.cofferdam.memory.Clock;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP server with a table of routes, one virtual thread per request, and a limit on everything.
 *
 * <p>Owns the listener, the threads and the sweeper of slow readers. Routes are declared before {@link #start}. Always holds: no page of another origin may
 * read or frame an answer, nothing is done by a request that such a page can send, and a failure in a handler is an answer of status 500, never a stack trace.
 */
public final class WebServer implements AutoCloseable {
    /** Requests served at once, streams not counted; one more is told to come again. */
    public static final int REQUESTS_MAX = 64;
    /** Connections at once, idle ones included. */
    public static final int CONNECTIONS_MAX = 256;
    private static final int BACKLOG = 64;
    private static final int REQUEST_SECONDS_MAX = 20;
    private static final String POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
            + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    static {
        // The JDK's server knows these as system properties only, read once per process; what the user has set stays.
        limit("jdk.httpserver.maxConnections", CONNECTIONS_MAX);
        limit("sun.net.httpserver.maxReqTime", REQUEST_SECONDS_MAX);
        limit("sun.net.httpserver.maxReqHeaders", 64);
        limit("sun.net.httpserver.maxReqHeaderSize", 32 * 1024);
        if (System.getProperty("sun.net.httpserver.nodelay") == null) {
            System.setProperty("sun.net.httpserver.nodelay", "true");
        }
    }

    /** Answers one request. */
    @FunctionalInterface
    public interface Handler {
        void handle(Call call) throws IOException;
    }

    private record Route(String method, List<String> path, Role role, boolean stream, Handler handler) {
        /** The variables of the path, or null when the path is another. */
        @Nullable
        Map<String, String> match(List<String> asked) {
            if (asked.size() != path.size()) {
                return null;
            }
            Map<String, String> variables = new LinkedHashMap<>();
            for (int i = 0; i < path.size(); i++) {
                String part = path.get(i);
                if (part.startsWith("{")) {
                    variables.put(part.substring(1, part.length() - 1), asked.get(i));
                } else if (!part.equals(asked.get(i))) {
                    return null;
                }
            }
            return variables;
        }
    }

    private final HttpServer http;
    private final Access access;
    private final WriteDeadlines deadlines;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Thread sweeper;
    private final Semaphore requests = new Semaphore(REQUESTS_MAX);
    private final AtomicLong refused = new AtomicLong();
    private final AtomicLong failed = new AtomicLong();
    private final List<Route> routes = new ArrayList<>();

    /** Takes the address; throws when it cannot be had. */
    public WebServer(InetSocketAddress address, List<AccessToken> tokens, Clock clock) throws IOException {
        this.http = HttpServer.create(address, BACKLOG);
        this.access = new Access(tokens, http.getAddress().getAddress());
        this.deadlines = new WriteDeadlines(clock);
        http.setExecutor(threads);
        http.createContext("/", this::accept);
        this.sweeper = Thread.ofVirtual().name("web-sweeper").unstarted(this::sweepUntilClosed);
    }

    /** @param path {@code /api/v1/targets/{target}/series}: a part in braces stands for any */
    public void get(String path, Role role, Handler handler) {
        routes.add(new Route("GET", parts(path), role, false, handler));
    }

    /** A request that changes something. */
    public void post(String path, Role role, Handler handler) {
        routes.add(new Route("POST", parts(path), role, false, handler));
    }

    /** An answer without end, which does not count among the requests; the handler has a limit of its own. */
    public void stream(String path, Role role, Handler handler) {
        routes.add(new Route("GET", parts(path), role, true, handler));
    }

    public WebServer start() {
        http.start();
        sweeper.start();
        return this;
    }

    public int port() {
        return http.getAddress().getPort();
    }

    /** Requests turned away because too many were being served. */
    public long refusedRequests() {
        return refused.get();
    }

    /** Requests that ended in status 500. */
    public long failedRequests() {
        return failed.get();
    }

    /** Visitors cut off because they did not take their answer in time. */
    public long slowReaders() {
        return deadlines.dropped();
    }

    private void accept(HttpExchange exchange) throws IOException {
        try (exchange) {
            guard(exchange.getResponseHeaders());
            try {
                route(exchange);
            } catch (Problem problem) {
                answer(exchange, problem);
            }
        }
    }

    private void route(HttpExchange exchange) throws IOException {
        String method = exchange.getRequestMethod().equals("HEAD") ? "GET" : exchange.getRequestMethod();
        List<String> path = parts(exchange.getRequestURI().getRawPath());
        boolean known = false;
        for (Route route : routes) {
            Map<String, String> variables = route.match(path);
            if (variables != null) {
                known = true;
                if (route.method.equals(method)) {
                    serve(exchange, route, variables);
                    return;
                }
            }
        }
        throw known ? new Problem(405, "not " + method + " here") : Problem.notFound("nothing is here");
    }

    private void serve(HttpExchange exchange, Route route, Map<String, String> variables) throws IOException {
        Visitor visitor = access.identify(exchange);
        if (!visitor.role().covers(route.role)) {
            String needed = "this needs the role " + route.role.name().toLowerCase(Locale.ROOT);
            throw visitor.known()
                    ? new Problem(403, needed + "; " + visitor.name() + " has " + visitor.role().name().toLowerCase(Locale.ROOT))
                    : new Problem(401, needed + ": send a token (Authorization: Bearer ...)");
        }
        if (route.method.equals("POST")) {
            checkNotForged(exchange.getRequestHeaders());
        }
        if (!route.stream && !requests.tryAcquire()) {
            refused.incrementAndGet();
            exchange.getResponseHeaders().set("Retry-After", "1");
            throw new Problem(503, REQUESTS_MAX + " requests are being served; come again in a second");
        }
        try {
            Call call = new Call(exchange, deadlines, visitor, variables);
            try {
                route.handler.handle(call);
            } catch (Problem problem) {
                if (!call.isAnswered()) {
                    throw problem;
                }
            } catch (RuntimeException e) {
                failed.incrementAndGet();
                System.err.println("web-request-failed path=" + String.join("/", route.path) + " error=" + e);
                if (!call.isAnswered()) {
                    throw new Problem(500, "this failed here; the log says why");
                }
            }
        } finally {
            if (!route.stream) {
                requests.release();
            }
        }
    }

    /** A form or image of another page cannot send either of these. */
    private static void checkNotForged(Headers headers) {
        String type = headers.getFirst("Content-Type");
        if (type == null || !type.toLowerCase(Locale.ROOT).startsWith(Call.JSON)) {
            throw new Problem(415, "send Content-Type: application/json");
        }
        if (!"1".equals(headers.getFirst("X-Cofferdam"))) {
            throw new Problem(403, "send X-Cofferdam: 1");
        }
    }

    private void answer(HttpExchange exchange, Problem problem) throws IOException {
        if (problem.status() == 401) {
            exchange.getResponseHeaders().set("WWW-Authenticate", "Bearer realm=\"cofferdam\"");
        }
        byte[] body = Json.bytes(Json.members("type", "about:blank", "title", title(problem.status()), "status", problem.status(),
                "detail", problem.detail()));
        Visitor nobody = new Visitor("nobody", Role.PUBLIC, false);
        exchange.getResponseHeaders().remove("ETag");
        new Call(exchange, deadlines, nobody, Map.of()).send(problem.status(), "application/problem+json", body);
    }

    private static String title(int status) {
        return switch (status) {
            case 400 -> "Bad request";
            case 401 -> "Who are you?";
            case 403 -> "Not allowed";
            case 404 -> "Not found";
            case 405 -> "Method not allowed";
            case 409 -> "Not now";
            case 413, 414 -> "Too long";
            case 415 -> "Unsupported media type";
            case 503 -> "Busy";
            default -> "Failed";
        };
    }

    private static void guard(Headers headers) {
        headers.set("Content-Security-Policy", POLICY);
        headers.set("X-Content-Type-Options", "nosniff");
        headers.set("Referrer-Policy", "no-referrer");
        headers.set("Cross-Origin-Resource-Policy", "same-origin");
        headers.set("Cross-Origin-Opener-Policy", "same-origin");
    }

    private static List<String> parts(@Nullable String path) {
        List<String> parts = new ArrayList<>();
        for (String part : (path == null ? "" : path).substring(path == null || path.isEmpty() ? 0 : 1).split("/", -1)) {
            // A plus is a plus in a path.
            parts.add(Call.decoded(part.replace("+", "%2B")));
        }
        return parts;
    }

    private void sweepUntilClosed() {
        try {
            while (!Thread.currentThread().isInterrupted()) {
                Thread.sleep(1000);
                deadlines.sweep();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void limit(String property, int value) {
        if (System.getProperty(property) == null) {
            System.setProperty(property, Integer.toString(value));
        }
    }

    @Override
    public void close() {
        sweeper.interrupt();
        http.stop(0);
        threads.shutdownNow();
        threads.close();
    }
}
