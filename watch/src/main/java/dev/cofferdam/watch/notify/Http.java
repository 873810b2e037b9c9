// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.notify;

import dev.cofferdam.watch.text.Printable;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;

/**
 * Posts to addresses that may be slow, gone, or out to get us: a limit on the whole exchange and on what is read of the reply, no redirect
 * followed (it would carry the secret elsewhere), and texts of failures that show no address. Owns a client; any thread.
 */
final class Http implements AutoCloseable {
    /** More of a reply is not read. */
    static final int REPLY_BYTES_MAX = 64 << 10;
    /** Nobody waits longer than that for somebody who asks for patience. */
    static final long RETRY_AFTER_MAX_MILLIS = 300_000;
    private static final int DETAIL_MAX = 200;

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final HttpClient client;
    private final Duration limit;

    /** @param body at most {@link #REPLY_BYTES_MAX} bytes of it */
    record Reply(int status, String body, long retryAfterMillis) {
        /** As nearly everybody means the status. */
        Outcome outcome() {
            String said = "status " + status + (body.isBlank() ? "" : ": " + Printable.text(body.strip(), DETAIL_MAX));
            if (status >= 200 && status < 300) {
                return Outcome.delivered("status " + status);
            }
            if (status >= 300 && status < 400) {
                return Outcome.refused("status " + status + ", a redirect, which is not followed");
            }
            boolean later = status == 408 || status == 425 || status == 429 || status >= 500;
            return later ? Outcome.later(said, retryAfterMillis) : Outcome.refused(said);
        }
    }

    Http(Duration limit) {
        this.limit = limit;
        this.client = HttpClient.newBuilder().connectTimeout(limit).followRedirects(HttpClient.Redirect.NEVER)
            .version(HttpClient.Version.HTTP_1_1)
            .executor(threads).build();
    }

    /** An address of the configuration or of a secret. */
    static URI address(String text) throws DeliveryException {
        try {
            URI uri = URI.create(text);
            if (("https".equals(uri.getScheme()) || "http".equals(uri.getScheme())) && uri.getHost() != null) {
                return uri;
            }
        } catch (IllegalArgumentException e) {
            // Its message shows the address.
        }
        throw DeliveryException.refused("the address is not http:// or https:// with a host");
    }

    Reply post(URI uri, Map<String, String> headers, byte[] body, long nowMillis) throws DeliveryException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri).timeout(limit).POST(HttpRequest.BodyPublishers.ofByteArray(body))
            .header("Content-Type", "application/json").header("User-Agent", "cofferdam-watch");
        headers.forEach(request::setHeader);
        CompletableFuture<HttpResponse<byte[]>> answer = client.sendAsync(request.build(), info -> new LimitedBody(REPLY_BYTES_MAX));
        try {
            HttpResponse<byte[]> response = answer.get(limit.toMillis(), TimeUnit.MILLISECONDS);
            return new Reply(response.statusCode(), new String(response.body(), StandardCharsets.UTF_8),
                    response.headers().firstValue("Retry-After").map(value -> retryAfter(value, nowMillis)).orElse(0L));
        } catch (TimeoutException e) {
            throw DeliveryException.later("no answer within " + limit.toSeconds() + " s");
        } catch (ExecutionException e) {
            throw DeliveryException.later(reason(e.getCause() == null ? e : e.getCause()));
        } finally {
            answer.cancel(true);
        }
    }

    private String reason(Throwable failure) {
        return switch (failure) {
            case HttpConnectTimeoutException e -> "no connection within " + limit.toSeconds() + " s";
            case HttpTimeoutException e -> "no answer within " + limit.toSeconds() + " s";
            case ConnectException e when e.getCause() instanceof UnresolvedAddressException -> "the host's name is not known";
            case ConnectException e -> "no connection: refused, or the host's name is not known";
            case SSLException e -> "TLS: " + Printable.text(String.valueOf(e.getMessage()), DETAIL_MAX);
            case IOException e -> "the connection broke off (" + e.getClass().getSimpleName() + ")";
            default -> "it failed (" + failure.getClass().getSimpleName() + ")";
        };
    }

    /** Seconds, or a date. */
    static long retryAfter(String value, long nowMillis) {
        String text = value.strip();
        long millis;
        try {
            millis = text.matches("[0-9]{1,9}")
                    ? Long.parseLong(text) * 1000
                    : ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant().toEpochMilli() - nowMillis;
        } catch (DateTimeParseException e) {
            return 0;
        }
        return Math.max(0, Math.min(millis, RETRY_AFTER_MAX_MILLIS));
    }

    @Override
    public void close() {
        client.shutdownNow();
        threads.shutdownNow();
    }
}
