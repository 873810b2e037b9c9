// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.probe;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/** Makes of the files people have (PEM, as Redis takes them) what TLS needs: whom to trust, and who we are. Stateless. */
public final class TlsTrust {
    private TlsTrust() {
    }

    /**
     * @param authorities file of certificates to trust; null for those the machine trusts
     * @param certificate file of our own certificate and its chain; null when the server does not ask who we are
     * @param key file of its key, in PKCS#8 without a password
     */
    public static SSLContext context(@Nullable Path authorities, @Nullable Path certificate, @Nullable Path key) throws IOException {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(certificate == null || key == null ? null : ourselves(certificate, key).getKeyManagers(),
                    authorities == null ? null : trusted(authorities).getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IOException("TLS: " + e.getMessage(), e);
        }
    }

    private static TrustManagerFactory trusted(Path file) throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        int count = 0;
        for (Certificate one : certificates(file)) {
            store.setCertificateEntry("authority" + count++, one);
        }
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        return factory;
    }

    private static KeyManagerFactory ourselves(Path certificate, Path key) throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        Certificate[] chain = certificates(certificate);
        store.setKeyEntry("key", privateKey(key, chain[0].getPublicKey().getAlgorithm()), new char[0], chain);
        KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(store, new char[0]);
        return factory;
    }

    private static Certificate[] certificates(Path file) throws IOException, GeneralSecurityException {
        try (InputStream in = Files.newInputStream(file)) {
            Certificate[] found = CertificateFactory.getInstance("X.509").generateCertificates(in).toArray(Certificate[]::new);
            if (found.length == 0) {
                throw new IOException("no certificate in " + file);
            }
            return found;
        }
    }

    private static PrivateKey privateKey(Path file, String algorithm) throws IOException, GeneralSecurityException {
        String text = Files.readString(file, StandardCharsets.ISO_8859_1);
        String begin = "-----BEGIN PRIVATE KEY-----";
        int from = text.indexOf(begin);
        int to = text.indexOf("-----END PRIVATE KEY-----");
        if (from < 0 || to < from) {
            throw new IOException(file + " holds no key in PKCS#8 without a password; openssl pkcs8 -topk8 -nodes makes one");
        }
        try (InputStream body = Base64.getMimeDecoder()
            .wrap(new ByteArrayInputStream(text.substring(from + begin.length(), to).getBytes(StandardCharsets.ISO_8859_1)))) {
            return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(body.readAllBytes()));
        }
    }
}
