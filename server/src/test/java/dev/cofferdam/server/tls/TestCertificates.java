// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.tls;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/** Certificates and keys as people make them: by {@code openssl}, in a folder of the test's own. EC keys, where nothing else is said, because they are made at once. */
public final class TestCertificates {
    public static final List<String> EC = List.of("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1");
    public static final List<String> RSA = List.of("-newkey", "rsa:2048");

    private final Path folder;

    public TestCertificates(Path folder) throws IOException, InterruptedException {
        this.folder = folder;
        authority("ca");
    }

    public Path file(String name) {
        return folder.resolve(name);
    }

    /** {@code name.crt} and {@code name.key} of somebody who signs. */
    public void authority(String name) throws IOException, InterruptedException {
        authority(name, name);
    }

    /** The same under another name in its certificate. */
    public void authority(String name, String commonName) throws IOException, InterruptedException {
        List<String> words = new ArrayList<>(
                List.of("req", "-x509", "-nodes", "-days", "3650", "-subj", "/O=Cofferdam tests/CN=" + commonName));
        words.addAll(EC);
        words.addAll(List.of("-keyout", name + ".key", "-out", name + ".crt"));
        openssl(words.toArray(new String[0]));
    }

    /** {@code name.crt}, signed by that authority, and {@code name.key}. */
    public void issue(String name, String authority, List<String> key, int days) throws IOException, InterruptedException {
        List<String> words = new ArrayList<>(List.of("req", "-nodes", "-subj", "/O=Cofferdam tests/CN=" + name));
        words.addAll(key);
        words.addAll(List.of("-keyout", name + ".key", "-out", name + ".csr"));
        openssl(words.toArray(new String[0]));
        Files.writeString(file("extensions"), "subjectAltName=DNS:localhost,IP:127.0.0.1\n");
        List<String> sign = new ArrayList<>(
                List.of("x509", "-req", "-in", name + ".csr", "-CA", authority + ".crt", "-CAkey", authority + ".key",
                        "-set_serial", Integer.toString(2 + (name.hashCode() & 0xffff)), "-extfile", "extensions", "-out", name + ".crt"));
        // A negative number of days makes one that ended before it began, which openssl writes all the same.
        sign.addAll(List.of("-days", Integer.toString(days)));
        openssl(sign.toArray(new String[0]));
    }

    /** Runs openssl in the folder; what it complains of is the test's failure. */
    public void openssl(String... words) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("openssl"));
        command.addAll(List.of(words));
        Path log = Files.createTempFile(folder, "openssl", ".log");
        Process process = new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true).redirectOutput(log.toFile())
            .start();
        if (process.waitFor() != 0) {
            throw new IOException(command + ": " + Files.readString(log, StandardCharsets.ISO_8859_1));
        }
    }

    /**
     * What a client uses: trusts the authority, shows the certificate.
     *
     * @param shown null for none
     */
    public SSLContext clientContext(String authority, @Nullable String shown) throws GeneralSecurityException, IOException, TlsException {
        KeyStore trusted = emptyStore();
        trusted.setCertificateEntry("ca", certificate(authority));
        TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
        trust.init(trusted);
        KeyManagerFactory keys = null;
        if (shown != null) {
            KeyStore own = emptyStore();
            PrivateKey key = PemFile.read(file(shown + ".key"), "key").privateKey("", "key");
            own.setKeyEntry("own", key, new char[0], new Certificate[] {certificate(shown)});
            keys = KeyManagerFactory.getInstance("PKIX");
            keys.init(own, new char[0]);
        }
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys == null ? null : keys.getKeyManagers(), trust.getTrustManagers(), null);
        return context;
    }

    private X509Certificate certificate(String name) throws GeneralSecurityException, IOException {
        return (X509Certificate) CertificateFactory.getInstance("X.509")
            .generateCertificate(new ByteArrayInputStream(Files.readAllBytes(file(name + ".crt"))));
    }

    private static KeyStore emptyStore() throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        return store;
    }
}
