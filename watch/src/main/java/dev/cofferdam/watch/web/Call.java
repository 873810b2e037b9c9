// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.web;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32C;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** One request and its one answer. Used by the thread that serves the request, no other. */
public final class Call {
    public static final String JSON = "application/json";
    public static final String HTML = "text/html; charset=utf-8";

    /** A request's body may not be longer. */
    static final int BODY_BYTES_MAX = 64 * 1024;
    /** An address's question part may not be longer. */
    static final int QUERY_CHARACTERS_MAX = 4096;
    /** An answer must have been taken after this time. */
    private static final Duration WRITE_MAX = Duration.ofSeconds(20);
    /** Shorter answers are not worth packing. */
    private static final int PACKED_BYTES_MIN = 1024;

    private final HttpExchange exchange;
    private final WriteDeadlines deadlines;
    private final Visitor visitor;
    private final Map<String, String> variables;
    private @Nullable Map<String, String> query;
    private boolean answered;

    Call(HttpExchange exchange, WriteDeadlines deadlines, Visitor visitor, Map<String, String> variables) {
        this.exchange = exchange;
        this.deadlines = deadlines;
        this.visitor = visitor;
        this.variables = variables;
    }

    public Visitor visitor() {
        return visitor;
    }

    /** What stands in the path where the route has {@code {name}}. */
    public String variable(String name) {
        return variables.getOrDefault(name, "");
    }

    /** A parameter of the question part, or null. */
    public @Nullable String parameter(String name) {
        Map<String, String> parameters = query;
        if (parameters == null) {
            parameters = query(exchange.getRequestURI().getRawQuery());
            query = parameters;
        }
        return parameters.get(name);
    }

    /** A whole number of the question part within bounds, or what is taken when there is none. */
    public long number(String name, long otherwise, long min, long max) {
        String text = parameter(name);
        if (text == null || text.isEmpty()) {
            return otherwise;
        }
        try {
            return Math.clamp(Long.parseLong(text), min, max);
        } catch (NumberFormatException e) {
            throw Problem.badRequest("'" + name + "' must be a whole number");
        }
    }

    public String header(String name) {
        String value = exchange.getRequestHeaders().getFirst(name);
        return value == null ? "" : value;
    }

    /** The body, a JSON object. */
    public JsonNode body() throws IOException {
        byte[] bytes = exchange.getRequestBody().readNBytes(BODY_BYTES_MAX + 1);
        if (bytes.length > BODY_BYTES_MAX) {
            throw new Problem(413, "the body is longer than " + BODY_BYTES_MAX + " bytes");
        }
        return Json.object(bytes);
    }

    /** A text of the body: required, stripped, and no longer than the bound. */
    public static String text(JsonNode body, String name, int charactersMax) {
        String text = body.path(name).asString("").strip();
        if (text.isEmpty()) {
            throw Problem.badRequest("'" + name + "' is missing");
        }
        if (text.length() > charactersMax) {
            throw Problem.badRequest("'" + name + "' has " + text.length() + " characters; " + charactersMax + " are allowed");
        }
        return text;
    }

    public void json(Object value) throws IOException {
        send(200, JSON, Json.bytes(value));
    }

    /** As {@link #json}, and not again to whoever has it already. */
    public void taggedJson(Object value) throws IOException {
        byte[] bytes = Json.bytes(value);
        sendTagged(JSON, "no-cache", bytes, tag(bytes));
    }

    /** Sends what the visitor keeps until its tag changes. */
    public void sendTagged(String type, String cacheControl, byte[] bytes, String tag) throws IOException {
        Headers headers = exchange.getResponseHeaders();
        headers.set("ETag", tag);
        headers.set("Cache-Control", cacheControl);
        if (header("If-None-Match").contains(tag)) {
            answered = true;
            exchange.sendResponseHeaders(304, -1);
            return;
        }
        send(200, type, bytes);
    }

    /** A tag that changes with the bytes; not a secret, and not meant to resist anybody. */
    public static String tag(byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        byte[] value = {(byte) (crc.getValue() >> 24), (byte) (crc.getValue() >> 16), (byte) (crc.getValue() >> 8), (byte) crc.getValue()};
        return '"' + Base64.getUrlEncoder().withoutPadding().encodeToString(value) + Integer.toString(bytes.length, 36) + '"';
    }

    public void send(int status, String type, byte[] bytes) throws IOException {
        answered = true;
        Headers headers = exchange.getResponseHeaders();
        headers.set("Content-Type", type);
        if (headers.getFirst("Cache-Control") == null) {
            headers.set("Cache-Control", "no-store");
        }
        byte[] body = bytes;
        if (bytes.length >= PACKED_BYTES_MIN && header("Accept-Encoding").contains("gzip")) {
            headers.set("Content-Encoding", "gzip");
            body = packed(bytes);
        }
        headers.set("Vary", "Accept, Accept-Encoding");
        deadlines.begin(WRITE_MAX);
        try {
            if (exchange.getRequestMethod().equals("HEAD")) {
                headers.set("Content-Length", Integer.toString(body.length));
                exchange.sendResponseHeaders(status, -1);
            } else {
                exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
                try (OutputStream out = exchange.getResponseBody()) {
                    out.write(body);
                }
            }
            deadlines.end();
        } finally {
            deadlines.forget();
        }
    }

    /** Sends the visitor elsewhere on this server. */
    public void redirect(String path) throws IOException {
        exchange.getResponseHeaders().set("Location", path);
        send(302, "text/plain", new byte[0]);
    }

    /** Begins an answer without end. */
    public EventWriter events() throws IOException {
        answered = true;
        Headers headers = exchange.getResponseHeaders();
        headers.set("Content-Type", "text/event-stream; charset=utf-8");
        headers.set("Cache-Control", "no-store");
        headers.set("X-Accel-Buffering", "no");
        exchange.sendResponseHeaders(200, 0);
        return new EventWriter(exchange.getResponseBody(), deadlines);
    }

    /** For the server: whether something has been sent, so that a problem can no longer be. */
    boolean isAnswered() {
        return answered;
    }

    private static byte[] packed(byte[] bytes) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream(bytes.length / 3 + 64);
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(bytes);
        }
        return out.toByteArray();
    }

    private static Map<String, String> query(@Nullable String raw) {
        Map<String, String> query = new LinkedHashMap<>();
        if (raw == null || raw.isEmpty()) {
            return query;
        }
        if (raw.length() > QUERY_CHARACTERS_MAX) {
            throw new Problem(414, "the question is longer than " + QUERY_CHARACTERS_MAX + " characters");
        }
        for (String part : raw.split("&", -1)) {
            int equals = part.indexOf('=');
            query.put(decoded(equals < 0 ? part : part.substring(0, equals)), equals < 0 ? "" : decoded(part.substring(equals + 1)));
        }
        return query;
    }

    static String decoded(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw Problem.badRequest("the address is not encoded as addresses are");
        }
    }
}
