// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.tls;

import dev.cofferdam.server.config.Configuration;
import dev.cofferdam.server.config.Directive;
import dev.cofferdam.server.config.TlsDirectives;
import java.util.List;
import java.util.Set;

/**
 * What the configuration says about TLS. Immutable.
 *
 * @param port 0 for no TLS
 * @param authClients yes, no or optional: whether clients must show a certificate
 * @param protocols versions by their names; empty for what is safe today
 * @param ciphers of TLS 1.2, as OpenSSL lists them; empty for the JDK's
 * @param ciphersuites of TLS 1.3; empty for the JDK's
 */
public record TlsSettings(int port, String certFile, String keyFile, String keyFilePassword, String caFile, String caDirectory,
        String authClients, String protocols, String ciphers, String ciphersuites, boolean prefersServerCiphers, boolean cachesSessions,
        int sessionsMax, int sessionSeconds) {
    /** What a change of which means that the files are read anew. */
    public static final Set<Directive<?>> DIRECTIVES = Set.of(TlsDirectives.PORT, TlsDirectives.CERT_FILE, TlsDirectives.KEY_FILE,
            TlsDirectives.KEY_FILE_PASS, TlsDirectives.CA_CERT_FILE, TlsDirectives.CA_CERT_DIR, TlsDirectives.AUTH_CLIENTS,
            TlsDirectives.PROTOCOLS, TlsDirectives.CIPHERS, TlsDirectives.CIPHERSUITES, TlsDirectives.PREFER_SERVER_CIPHERS,
            TlsDirectives.SESSION_CACHING, TlsDirectives.SESSION_CACHE_SIZE, TlsDirectives.SESSION_CACHE_TIMEOUT);

    public static TlsSettings of(Configuration from) {
        return new TlsSettings((int) from.number(TlsDirectives.PORT), from.get(TlsDirectives.CERT_FILE), from.get(TlsDirectives.KEY_FILE),
                from.get(TlsDirectives.KEY_FILE_PASS), from.get(TlsDirectives.CA_CERT_FILE), from.get(TlsDirectives.CA_CERT_DIR),
                from.get(TlsDirectives.AUTH_CLIENTS), from.get(TlsDirectives.PROTOCOLS), from.get(TlsDirectives.CIPHERS),
                from.get(TlsDirectives.CIPHERSUITES), from.get(TlsDirectives.PREFER_SERVER_CIPHERS),
                from.get(TlsDirectives.SESSION_CACHING),
                (int) from.number(TlsDirectives.SESSION_CACHE_SIZE), (int) from.number(TlsDirectives.SESSION_CACHE_TIMEOUT));
    }

    /** Clients may show a certificate, or must. */
    boolean asksForCertificates() {
        return !authClients.equals("no");
    }

    /** The words of {@link #protocols}. */
    List<String> protocolWords() {
        return List.of(protocols.strip().split("\\s+"));
    }
}
