// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.web;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Who may do what. Immutable, any thread.
 *
 * <p>With a bearer token a visitor has its role. Without one a visitor may look, when the server listens on loopback only, was asked under a name of this
 * machine (a page elsewhere whose name was made to point here would say its own), and no proxy stands between; everywhere else it is nobody.
 */
public final class Access {
    private static final Visitor LOCAL = new Visitor("local", Role.VIEWER, false);
    private static final Visitor NOBODY = new Visitor("nobody", Role.PUBLIC, false);
    private static final String SCHEME = "Bearer ";

    private final List<AccessToken> tokens;
    private final boolean loopback;

    /** @param listening where the server listens */
    public Access(List<AccessToken> tokens, InetAddress listening) {
        this.tokens = List.copyOf(tokens);
        this.loopback = listening.isLoopbackAddress();
    }

    /** Throws a {@link Problem} for a token nobody was given, so that a mistyped one is not taken for none. */
    Visitor identify(HttpExchange exchange) {
        Headers headers = exchange.getRequestHeaders();
        String authorization = headers.getFirst("Authorization");
        if (authorization == null) {
            return isLocal(exchange.getRemoteAddress(), headers) ? LOCAL : NOBODY;
        }
        if (authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            byte[] shown = digest(authorization.substring(SCHEME.length()).strip());
            Visitor found = null;
            for (AccessToken token : tokens) {
                // All are compared, whichever fits: the time taken says nothing.
                if (MessageDigest.isEqual(shown, digest(token.secret()))) {
                    found = new Visitor(token.name(), token.role(), true);
                }
            }
            if (found != null) {
                return found;
            }
        }
        throw new Problem(401, "this token is not known here");
    }

    private boolean isLocal(InetSocketAddress remote, Headers headers) {
        return loopback && remote.getAddress().isLoopbackAddress() && headers.getFirst("X-Forwarded-For") == null
                && headers.getFirst("Forwarded") == null && isOwnName(headers.getFirst("Host"));
    }

    static boolean isOwnName(@Nullable String host) {
        if (host == null) {
            return false;
        }
        String name = host.toLowerCase(Locale.ROOT);
        int port = name.startsWith("[") ? name.indexOf("]:") + 1 : name.indexOf(':');
        String bare = port > 0 ? name.substring(0, port) : name;
        return bare.equals("localhost") || bare.equals("[::1]") || bare.matches("127\\.\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}");
    }

    private static byte[] digest(String secret) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(secret.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
