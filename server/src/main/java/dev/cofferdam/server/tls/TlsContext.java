// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.tls;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.stream.Stream;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSessionContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * What connections are made with: the server's certificate and key, the authorities it trusts, protocols and ciphers. Made anew when any of it changes;
 * connections that exist keep the one they began with.
 *
 * <p>Owns nothing but memory of the Java heap. Immutable; any thread. What always holds: it exists only if all files could be read and fit together.
 */
public final class TlsContext {
    /** Files of tls-ca-cert-dir that are read; the system's own directory has 300 with links. */
    private static final int DIRECTORY_MAX_FILES = 4096;

    private final TlsSettings settings;
    private final KeyManager[] keys;
    private final TrustManager @Nullable [] authorities;
    private final SSLContext shared;
    private final SSLParameters parameters;
    private final X509Certificate own;
    private final List<String> warnings = new ArrayList<>();

    private TlsContext(TlsSettings settings, long nowMillis) throws TlsException {
        this.settings = settings;
        ServerIdentity identity = identity(settings, nowMillis, warnings);
        this.keys = new KeyManager[] {identity};
        this.own = identity.certificate();
        this.authorities = settings.asksForCertificates() ? trusted(settings) : null;
        this.shared = newContext(settings, keys, authorities);
        this.parameters = CipherNames.parameters(settings, shared.getSupportedSSLParameters(), shared.getDefaultSSLParameters(), warnings);
        parameters.setUseCipherSuitesOrder(settings.prefersServerCiphers());
        switch (settings.authClients()) {
            case "yes" -> parameters.setNeedClientAuth(true);
            case "optional" -> parameters.setWantClientAuth(true);
            default -> parameters.setNeedClientAuth(false);
        }
    }

    /**
     * Reads the files and puts everything together, or tells what is wrong.
     *
     * @param nowMillis to warn of a certificate that is out of date
     */
    public static TlsContext load(TlsSettings settings, long nowMillis) throws TlsException {
        TlsContext context = new TlsContext(settings, nowMillis);
        context.tryHandshake();
        return context;
    }

    private void tryHandshake() throws TlsException {
        SSLEngine engine = newEngine();
        engine.setNeedClientAuth(false);
        try {
            HandshakeTrial.run(engine, parameters.getProtocols());
        } catch (SSLException e) {
            throw new TlsException("no client could connect with these settings of TLS (" + e.getMessage()
                    + "): the ciphers of tls-ciphers and tls-ciphersuites,"
                    + " tls-protocols and the kind of key in tls-key-file " + settings.keyFile() + " must fit together");
        }
    }

    private static ServerIdentity identity(TlsSettings settings, long nowMillis, List<String> warnings) throws TlsException {
        if (settings.certFile().isEmpty()) {
            throw new TlsException(
                    "No tls-cert-file configured! tls-port " + settings.port() + " needs the server's certificate as tls-cert-file");
        }
        if (settings.keyFile().isEmpty()) {
            throw new TlsException("No tls-key-file configured! tls-port " + settings.port()
                    + " needs the key of the certificate as tls-key-file");
        }
        List<X509Certificate> chain = PemFile.read(Path.of(settings.certFile()), "tls-cert-file").certificates("tls-cert-file");
        ServerIdentity identity = new ServerIdentity(chain,
                PemFile.read(Path.of(settings.keyFile()), "tls-key-file").privateKey(settings.keyFilePassword(), "tls-key-file"),
                settings.certFile(), settings.keyFile());
        X509Certificate own = chain.getFirst();
        try {
            own.checkValidity(new Date(nowMillis));
        } catch (CertificateExpiredException e) {
            warnings.add("tls-certificate-expired file=" + settings.certFile() + " valid_until=\"" + own.getNotAfter().toInstant()
                    + "\"; clients will refuse it. Renew it, then CONFIG SET tls-cert-file " + settings.certFile());
        } catch (CertificateNotYetValidException e) {
            warnings.add("tls-certificate-not-yet-valid file=" + settings.certFile() + " valid_from=\"" + own.getNotBefore().toInstant()
                    + "\"; clients will refuse it until then");
        }
        return identity;
    }

    private static TrustManager[] trusted(TlsSettings settings) throws TlsException {
        List<X509Certificate> certificates = new ArrayList<>();
        if (!settings.caFile().isEmpty()) {
            certificates.addAll(PemFile.read(Path.of(settings.caFile()), "tls-ca-cert-file").certificates("tls-ca-cert-file"));
        }
        if (!settings.caDirectory().isEmpty()) {
            readDirectory(Path.of(settings.caDirectory()), certificates);
        }
        if (certificates.isEmpty()) {
            throw new TlsException("Either tls-ca-cert-file or tls-ca-cert-dir must be specified when tls-auth-clients is enabled! It is '"
                    + settings.authClients() + "'; name who signs the clients' certificates, or say tls-auth-clients no");
        }
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            for (int i = 0; i < certificates.size(); i++) {
                store.setCertificateEntry("authority-" + i, certificates.get(i));
            }
            TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
            factory.init(store);
            return factory.getTrustManagers();
        } catch (GeneralSecurityException | IOException e) {
            throw new TlsException("the authorities of tls-ca-cert-file and tls-ca-cert-dir cannot be used: " + e.getMessage());
        }
    }

    /** All of its files that hold certificates, whatever they are called: links of c_rehash as well as the files themselves. */
    private static void readDirectory(Path directory, List<X509Certificate> certificates) throws TlsException {
        List<Path> files;
        try (Stream<Path> entries = Files.list(directory)) {
            files = entries.filter(Files::isRegularFile).sorted().limit(DIRECTORY_MAX_FILES).toList();
        } catch (IOException e) {
            throw new TlsException("tls-ca-cert-dir " + directory + " cannot be read (" + e + "); name a directory of PEM files");
        }
        for (Path file : files) {
            PemFile pem = PemFile.read(file, "tls-ca-cert-dir");
            if (pem.hasCertificates()) {
                pem.certificates("tls-ca-cert-dir").stream().filter(found -> !certificates.contains(found)).forEach(certificates::add);
            }
        }
        if (certificates.isEmpty()) {
            throw new TlsException("tls-ca-cert-dir " + directory + " holds no certificates; put PEM files of authorities there");
        }
    }

    private static SSLContext newContext(TlsSettings settings, KeyManager[] keys, TrustManager @Nullable [] authorities)
            throws TlsException {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys, authorities, null);
            SSLSessionContext sessions = context.getServerSessionContext();
            if (sessions != null) {
                sessions.setSessionCacheSize(settings.sessionsMax() == 0 ? SESSIONS_MAX : Math.min(settings.sessionsMax(), SESSIONS_MAX));
                sessions.setSessionTimeout(Math.clamp(settings.sessionSeconds(), 1, SESSION_MAX_SECONDS));
            }
            return context;
        } catch (GeneralSecurityException e) {
            throw new TlsException("TLS is not available in this Java runtime: " + e.getMessage());
        }
    }

    /** Sessions lie on the Java heap, if the client keeps none itself: more than these are not kept. */
    static final int SESSIONS_MAX = 1024;
    private static final int SESSION_MAX_SECONDS = 7 * 24 * 3600;

    /** An engine for one connection that a client opened. */
    public SSLEngine newEngine() throws TlsException {
        // Without a cache nobody shall find a session again; a context of its own has none, and no keys that could open old tickets.
        SSLEngine engine = (settings.cachesSessions() ? shared : newContext(settings, keys, authorities)).createSSLEngine();
        engine.setUseClientMode(false);
        engine.setSSLParameters(parameters);
        return engine;
    }

    /** What is wrong with the files and settings of a configuration; empty when there is nothing, or no TLS. */
    public static List<String> problemsOf(TlsSettings settings, long nowMillis) {
        if (settings.port() == 0) {
            return List.of();
        }
        try {
            load(settings, nowMillis);
            return List.of();
        } catch (TlsException e) {
            return List.of(String.valueOf(e.getMessage()));
        }
    }

    /** Where clients find it; not 0. */
    public int port() {
        return settings.port();
    }

    /** Whose certificate it is, until when, and what clients must show: for the log. */
    public String description() {
        return own.getSubjectX500Principal() + ", valid until " + own.getNotAfter().toInstant() + ", "
                + String.join(" and ", parameters.getProtocols())
                + ", certificates of clients: " + settings.authClients();
    }

    /** What is worth a line in the log although it is no reason to refuse. */
    public List<String> warnings() {
        return List.copyOf(warnings);
    }
}
