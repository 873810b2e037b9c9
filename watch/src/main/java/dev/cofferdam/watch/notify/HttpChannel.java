// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.notify;

import dev.cofferdam.memory.Clock;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A channel that posts: what all of them are made of. One thread at a time.
 *
 * @param <O> how it is configured
 */
abstract class HttpChannel<O extends ChannelOptions> implements Channel {
    final O options;
    private final Http http;
    private final Clock clock;
    private final @Nullable Secret secret;

    /** @param secretFile what it needs to be let in, or where it goes if that is a secret; null for none */
    HttpChannel(O options, @Nullable Path secretFile, Http http, Clock clock) {
        this.options = options;
        this.http = http;
        this.clock = clock;
        this.secret = secretFile == null ? null : new Secret(secretFile);
    }

    @Override
    public final O options() {
        return options;
    }

    @Override
    public final List<Secret> secrets() {
        return secret == null ? List.of() : List.of(secret);
    }

    @Override
    public boolean canUpdate() {
        return true;
    }

    /** Null where none is configured. */
    final @Nullable Secret secret() {
        return secret;
    }

    /** Of a channel that cannot be without. */
    final Secret needed() {
        if (secret == null) {
            throw new IllegalStateException(options.name() + " without its secret");
        }
        return secret;
    }

    final long nowMillis() {
        return clock.wallMillis();
    }

    final Http.Reply post(URI url, Map<String, String> headers, byte[] body) throws DeliveryException, InterruptedException {
        return http.post(url, headers, body, clock.wallMillis());
    }
}
