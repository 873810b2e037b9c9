// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.net.ssl.SSLEngine;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Settings of redis.conf, as the engines get them. */
class TlsContextTest {
    private static final long DAY_MILLIS = 24 * 3600 * 1000L;

    @TempDir private Path folder;

    private SSLEngine engine(String protocols, String ciphers, String ciphersuites) throws TlsException {
        return TlsContext.load(settings("no", "", "", protocols, ciphers, ciphersuites), System.currentTimeMillis()).newEngine();
    }

    private TlsSettings settings(String authClients, String caFile, String caDirectory, String protocols, String ciphers,
            String ciphersuites) {
        return new TlsSettings(1, folder.resolve("server.crt").toString(), folder.resolve("server.key").toString(), "", caFile, caDirectory,
                authClients,
                protocols, ciphers, ciphersuites, false, true, 0, 300);
    }

    @Test
    void protocolsAndCiphersAreOpenSslsNames() throws Exception {
        new TestCertificates(folder).issue("server", "ca", TestCertificates.RSA, 30);
        assertThat(engine("", "", "").getEnabledProtocols()).containsExactlyInAnyOrder("TLSv1.2", "TLSv1.3");
        assertThat(engine("tlsv1.3", "", "").getEnabledProtocols()).containsExactly("TLSv1.3");
        assertThat(engine("TLSv1.1 TLSv1.2", "", "").getEnabledProtocols()).containsExactly("TLSv1.2");
        assertThat(engine("TLSv1.2", "ECDHE-RSA-AES128-GCM-SHA256:nonsense:DHE-RSA-AES256-GCM-SHA384", "").getEnabledCipherSuites())
            .contains("TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", "TLS_DHE_RSA_WITH_AES_256_GCM_SHA384")
            .noneMatch(suite -> suite.contains("_WITH_CHACHA"));
        assertThat(engine("", "HIGH:!aNULL:!kRSA:!SHA1:-AES128", "TLS_CHACHA20_POLY1305_SHA256").getEnabledCipherSuites())
            .contains("TLS_CHACHA20_POLY1305_SHA256", "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
                    "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256")
            .noneMatch(suite -> suite.contains("AES_128") || suite.startsWith("TLS_RSA_") || suite.endsWith("_SHA"));
        assertThat(engine("TLSv1.2", "ECDHE+AESGCM", "").getEnabledCipherSuites())
            .filteredOn(suite -> suite.contains("_WITH_")).isNotEmpty().allMatch(suite -> suite.contains("ECDHE") && suite.contains("GCM"));
    }

    @Test
    void settingsThatLeaveNothingAreRefused() throws Exception {
        new TestCertificates(folder).issue("server", "ca", TestCertificates.RSA, 30);
        assertThatThrownBy(() -> engine("SSLv3", "", "")).hasMessageContaining("Invalid tls-protocols specified")
            .hasMessageContaining("TLSv1.3");
        assertThatThrownBy(() -> engine("TLSv1", "", "")).hasMessageContaining("switched off as unsafe");
        assertThatThrownBy(() -> engine("", "nonsense", "")).hasMessageContaining("Failed to configure ciphers")
            .hasMessageContaining("ECDHE-RSA");
        assertThatThrownBy(() -> engine("", "ALL:!ALL", "")).hasMessageContaining("leaves none");
        assertThatThrownBy(() -> engine("", "", "TLS_NONSENSE")).hasMessageContaining("Failed to configure ciphersuites")
            .hasMessageContaining("TLS_AES_128_GCM_SHA256");
        // Each is there, but a key for RSA signs no ECDSA.
        assertThatThrownBy(() -> engine("TLSv1.2", "ECDSA", "")).hasMessageContaining("no client could connect")
            .hasMessageContaining("server.key");
    }

    @Test
    void authoritiesAreAFileOrADirectory() throws Exception {
        TestCertificates certificates = new TestCertificates(folder);
        certificates.issue("server", "ca", TestCertificates.EC, 30);
        Path directory = Files.createDirectory(folder.resolve("authorities"));
        assertThatThrownBy(() -> TlsContext.load(settings("yes", "", "", "", "", ""), 0))
            .hasMessageContaining("tls-ca-cert-file or tls-ca-cert-dir");
        assertThatThrownBy(() -> TlsContext.load(settings("optional", "", directory.toString(), "", "", ""), 0))
            .hasMessageContaining("holds no certificates");
        assertThatThrownBy(() -> TlsContext.load(settings("yes", "", folder.resolve("nowhere").toString(), "", "", ""), 0))
            .hasMessageContaining("tls-ca-cert-dir").hasMessageContaining("nowhere");
        Files.copy(folder.resolve("ca.crt"), directory.resolve("9d66eef0.0"));
        Files.copy(folder.resolve("ca.crt"), directory.resolve("again.pem"));
        Files.writeString(directory.resolve("README"), "not a certificate");
        assertThat(TlsContext.load(settings("yes", "", directory.toString(), "", "", ""), System.currentTimeMillis()).newEngine()
            .getNeedClientAuth()).isTrue();
        assertThat(TlsContext.load(settings("optional", folder.resolve("ca.crt").toString(), "", "", "", ""), System.currentTimeMillis())
            .newEngine()
            .getWantClientAuth()).isTrue();
        assertThat(TlsContext.load(settings("no", "", "", "", "", ""), System.currentTimeMillis()).newEngine().getNeedClientAuth())
            .isFalse();
    }

    @Test
    void aCertificateThatIsOutOfDateIsWarnedOf() throws Exception {
        new TestCertificates(folder).issue("server", "ca", TestCertificates.EC, 30);
        TlsSettings settings = settings("no", "", "", "", "", "");
        assertThat(TlsContext.load(settings, System.currentTimeMillis()).warnings()).isEmpty();
        assertThat(TlsContext.load(settings, System.currentTimeMillis() + 31 * DAY_MILLIS).warnings()).singleElement().asString()
            .contains("tls-certificate-expired", "server.crt", "Renew it");
        assertThat(TlsContext.load(settings, System.currentTimeMillis() - 2 * DAY_MILLIS).warnings()).singleElement().asString()
            .contains("tls-certificate-not-yet-valid");
        assertThat(TlsContext.load(settings("no", "", "", "TLSv1 TLSv1.2", "", ""), System.currentTimeMillis()).warnings()).isEqualTo(
                List.of("tls-protocol-unavailable protocol=TLSv1; the Java runtime switches it off as unsafe (jdk.tls.disabledAlgorithms)"));
    }
}
