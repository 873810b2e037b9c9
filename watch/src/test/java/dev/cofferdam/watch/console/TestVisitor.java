// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.console;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A program that reads the console over HTTP, as a browser would. Owns its connections. */
public final class TestVisitor implements AutoCloseable {
    public static final JsonMapper JSON = JsonMapper.builder().build();
    private static final Duration WAIT = Duration.ofSeconds(60);

    private final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(WAIT).build();
    private final String base;

    public TestVisitor(int port) {
        this.base = "http://127.0.0.1:" + port;
    }

    public HttpResponse<String> get(String path, String... headers) throws Exception {
        return client.send(request(path, headers).GET().build(), HttpResponse.BodyHandlers.ofString());
    }

    public JsonNode json(String path, String... headers) throws Exception {
        return JSON.readTree(get(path, headers).body());
    }

    public HttpResponse<String> post(String path, String body, String... headers) throws Exception {
        return client.send(request(path, headers).POST(HttpRequest.BodyPublishers.ofString(body)).build(),
                HttpResponse.BodyHandlers.ofString());
    }

    /** As a page of the console does it. */
    public HttpResponse<String> act(String token, String path, String body) throws Exception {
        return post(path, body, "Authorization", "Bearer " + token, "Content-Type", "application/json", "X-Cofferdam", "1");
    }

    public Stream stream(String path, String... headers) throws Exception {
        return new Stream(client.send(request(path, headers).GET().build(), HttpResponse.BodyHandlers.ofInputStream()));
    }

    private HttpRequest.Builder request(String path, String... headers) {
        HttpRequest.Builder builder = HttpRequest.newBuilder(URI.create(base + path)).timeout(WAIT);
        return headers.length == 0 ? builder : builder.headers(headers);
    }

    @Override
    public void close() {
        client.shutdownNow();
    }

    /** One event. */
    public record Event(String id, String name, JsonNode data) {
    }

    /** An open stream of events. */
    public static final class Stream implements AutoCloseable {
        private final HttpResponse<java.io.InputStream> response;
        private final BufferedReader reader;

        Stream(HttpResponse<java.io.InputStream> response) {
            this.response = response;
            this.reader = new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8));
        }

        public int status() {
            return response.statusCode();
        }

        /** The next event; heartbeats are passed over. */
        public Event next() throws IOException {
            String id = "";
            String name = "";
            String data = "";
            while (true) {
                String line = reader.readLine();
                if (line == null) {
                    throw new IOException("the stream ended");
                } else if (line.startsWith("id: ")) {
                    id = line.substring(4);
                } else if (line.startsWith("event: ")) {
                    name = line.substring(7);
                } else if (line.startsWith("data: ")) {
                    data = line.substring(6);
                } else if (line.isEmpty() && !name.isEmpty()) {
                    return new Event(id, name, JSON.readTree(data));
                }
            }
        }

        /** All events up to the first of a kind, that one included. */
        public List<Event> until(Predicate<Event> last) throws IOException {
            List<Event> events = new ArrayList<>();
            do {
                events.add(next());
            } while (!last.test(events.getLast()));
            return events;
        }

        @Override
        public void close() {
            try {
                response.body().close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
