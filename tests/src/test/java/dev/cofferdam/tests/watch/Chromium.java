// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.tests.watch;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Debian's Chromium without a window, driven by its DevTools protocol. Owns the process, its profile folder and one page.
 *
 * <p>What the page writes to its console as an error, throws, or fails to load is collected in {@link #complaints}.
 */
final class Chromium implements AutoCloseable {
    static final Path PROGRAM = Path.of("/usr/bin/chromium");
    private static final long WAIT_MILLIS = 60_000;
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final Process process;
    private final Path profile;
    private final HttpClient client;
    private final WebSocket socket;
    private final AtomicInteger ids = new AtomicInteger();
    private final Map<Integer, CompletableFuture<JsonNode>> waiting = new ConcurrentHashMap<>();
    private final List<String> complaints = new ArrayList<>();

    private Chromium(Process process, Path profile, HttpClient client, URI page) throws Exception {
        this.process = process;
        this.profile = profile;
        this.client = client;
        this.socket = client.newWebSocketBuilder().buildAsync(page, new Listener()).get(WAIT_MILLIS, TimeUnit.MILLISECONDS);
    }

    static Chromium start() throws Exception {
        Path profile = Files.createTempDirectory("cofferdam-chromium");
        // Root may not use the sandbox; a container often has a tiny /dev/shm.
        Process process = new ProcessBuilder(PROGRAM.toString(), "--headless=new", "--no-sandbox", "--disable-gpu",
                "--disable-dev-shm-usage", "--no-first-run", "--disable-extensions", "--disable-background-networking", "--hide-scrollbars",
                "--force-device-scale-factor=1", "--remote-debugging-port=0", "--user-data-dir=" + profile, "about:blank")
            .redirectErrorStream(true).redirectOutput(profile.resolve("chromium.log").toFile()).start();
        HttpClient client = HttpClient.newHttpClient();
        try {
            Path announced = profile.resolve("DevToolsActivePort");
            waitFor("Chromium to open its port", () -> Files.exists(announced) && Files.readString(announced).lines().count() >= 2);
            int port = Integer.parseInt(Files.readString(announced).lines().findFirst().orElseThrow());
            URI list = URI.create("http://127.0.0.1:" + port + "/json/list");
            String[] address = new String[1];
            waitFor("Chromium to have a page", () -> {
                for (JsonNode one : JSON.readTree(client
                    .send(java.net.http.HttpRequest.newBuilder(list).build(), java.net.http.HttpResponse.BodyHandlers.ofString()).body())) {
                    if (one.path("type").asString("").equals("page")) {
                        address[0] = one.path("webSocketDebuggerUrl").asString("");
                    }
                }
                return address[0] != null;
            });
            Chromium chromium = new Chromium(process, profile, client, URI.create(address[0]));
            for (String domain : List.of("Page", "Runtime", "Log", "Network")) {
                chromium.call(domain + ".enable", Map.of());
            }
            return chromium;
        } catch (Exception e) {
            process.destroyForcibly();
            throw e;
        }
    }

    /** Something that becomes true, or a test fails. */
    @FunctionalInterface
    interface Condition {
        boolean holds() throws Exception;
    }

    static void waitFor(String what, Condition condition) throws Exception {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(WAIT_MILLIS);
        while (!condition.holds()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("waited " + WAIT_MILLIS + " ms for " + what);
            }
            Thread.sleep(20);
        }
    }

    JsonNode call(String method, Map<String, ?> parameters) throws Exception {
        int id = ids.incrementAndGet();
        CompletableFuture<JsonNode> answer = new CompletableFuture<>();
        waiting.put(id, answer);
        socket.sendText(JSON.writeValueAsString(Map.of("id", id, "method", method, "params", parameters)), true).get(WAIT_MILLIS,
                TimeUnit.MILLISECONDS);
        try {
            return answer.get(WAIT_MILLIS, TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new AssertionError(method + " failed: " + e, e);
        }
    }

    void open(String address) throws Exception {
        call("Page.navigate", Map.of("url", address));
    }

    void size(int width, int height) throws Exception {
        call("Emulation.setDeviceMetricsOverride", Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", width < 500));
    }

    /** @param scheme {@code light} or {@code dark} */
    void scheme(String scheme) throws Exception {
        call("Emulation.setEmulatedMedia", Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", scheme),
                Map.of("name", "prefers-reduced-motion", "value", "reduce"))));
    }

    /** The value of an expression, which may be a promise. */
    JsonNode evaluate(String expression) throws Exception {
        JsonNode answer = call("Runtime.evaluate",
                Map.of("expression", expression, "awaitPromise", true, "returnByValue", true, "userGesture", true));
        if (answer.has("exceptionDetails")) {
            throw new AssertionError(expression + " threw " + answer.path("exceptionDetails"));
        }
        return answer.path("result").path("value");
    }

    String text(String selector) throws Exception {
        return evaluate("document.querySelector(" + JSON.writeValueAsString(selector) + ")?.innerText ?? ''").asString("");
    }

    void waitUntil(String expression) throws Exception {
        try {
            waitFor(expression, () -> evaluate("Boolean(" + expression + ")").asBoolean(false));
        } catch (AssertionError e) {
            throw new AssertionError(e.getMessage() + "; complaints " + complaints() + "; the page says:\n"
                    + evaluate("document.body?.innerText ?? ''").asString(""), e);
        }
    }

    void waitForText(String selector, String text) throws Exception {
        waitUntil("(document.querySelector(" + JSON.writeValueAsString(selector) + ")?.innerText ?? '').includes("
                + JSON.writeValueAsString(text) + ")");
    }

    /** Presses and releases a key: {@code Tab}, {@code Enter}, {@code Escape}. */
    void press(String key, boolean shift) throws Exception {
        int code = switch (key) {
            case "Tab" -> 9;
            case "Enter" -> 13;
            case "Escape" -> 27;
            case " " -> 32;
            default -> throw new IllegalArgumentException(key);
        };
        String text = key.equals("Enter") ? "\r" : key.equals(" ") ? " " : "";
        for (String type : List.of(text.isEmpty() ? "rawKeyDown" : "keyDown", "keyUp")) {
            call("Input.dispatchKeyEvent",
                    Map.of("type", type, "key", key, "code", key.equals(" ") ? "Space" : key, "windowsVirtualKeyCode", code, "text",
                            type.equals("keyUp") ? "" : text, "modifiers", shift ? 8 : 0));
        }
    }

    /** Types into whatever has the focus. */
    void type(String text) throws Exception {
        call("Input.insertText", Map.of("text", text));
    }

    void screenshot(Path file) throws Exception {
        JsonNode size = evaluate(
                "({w: innerWidth, h: document.querySelector('dialog[open]') ? innerHeight : Math.min(4000, document.documentElement.scrollHeight)})");
        JsonNode answer = call("Page.captureScreenshot", Map.of("format", "png", "captureBeyondViewport", true, "clip",
                Map.of("x", 0, "y", 0, "width", size.path("w").asInt(0), "height", size.path("h").asInt(0), "scale", 1)));
        Files.createDirectories(file.getParent());
        Files.write(file, Base64.getDecoder().decode(answer.path("data").asString("")));
    }

    List<String> complaints() {
        synchronized (complaints) {
            return List.copyOf(complaints);
        }
    }

    void forgetComplaints() {
        synchronized (complaints) {
            complaints.clear();
        }
    }

    /** Takes what the browser says. */
    private final class Listener implements WebSocket.Listener {
        private final StringBuilder text = new StringBuilder();

        @Override
        public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
            text.append(data);
            if (last) {
                JsonNode message = JSON.readTree(text.toString());
                text.setLength(0);
                take(message);
            }
            from.request(1);
            return null;
        }
    }

    private void take(JsonNode message) {
        if (message.has("id")) {
            CompletableFuture<JsonNode> answer = waiting.remove(message.path("id").asInt(0));
            if (answer != null && message.has("error")) {
                answer.completeExceptionally(new IOException(message.path("error").toString()));
            } else if (answer != null) {
                answer.complete(message.path("result"));
            }
            return;
        }
        JsonNode details = message.path("params");
        String complaint = switch (message.path("method").asString("")) {
            case "Runtime.exceptionThrown" -> "thrown: " + details.path("exceptionDetails");
            case "Runtime.consoleAPICalled" -> List.of("error", "warning", "assert").contains(details.path("type").asString(""))
                    ? "console: " + details.path("args")
                    : "";
            case "Log.entryAdded" -> List.of("error", "warning").contains(details.path("entry").path("level").asString(""))
                    ? "log: " + details.path("entry").path("text").asString("") + " " + details.path("entry").path("url").asString("")
                    : "";
            default -> "";
        };
        if (!complaint.isEmpty()) {
            synchronized (complaints) {
                complaints.add(complaint);
            }
        }
    }

    @Override
    public void close() throws Exception {
        socket.abort();
        client.close();
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
        // The last of its helpers may write a little longer.
        for (int attempt = 0; attempt < 50 && Files.exists(profile); attempt++) {
            try (Stream<Path> files = Files.walk(profile)) {
                files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
            }
            Thread.sleep(20);
        }
    }
}
