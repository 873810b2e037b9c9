// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Keys and certificates in all the forms that openssl writes, and in none. */
class PemFileTest {
    @TempDir private Path folder;

    /** Name and way to make it; the key that went in must come out. */
    private static final List<List<String>> FORMS = List.of(
            List.of("plain PKCS#8", "pkcs8 -topk8 -nocrypt -in KEY -out OUT"),
            List.of("traditional", "pkey -traditional -in KEY -out OUT"),
            List.of("encrypted PKCS#8", "pkcs8 -topk8 -v2 aes-256-cbc -passout pass:secret -in KEY -out OUT"),
            List.of("encrypted PKCS#8, 128 bits and SHA-512",
                    "pkcs8 -topk8 -v2 aes-128-cbc -v2prf hmacWithSHA512 -passout pass:secret -in KEY -out OUT"),
            List.of("encrypted as of old", "pkey -traditional -aes256 -passout pass:secret -in KEY -out OUT"),
            List.of("encrypted as of old, 128 bits", "pkey -traditional -aes128 -passout pass:secret -in KEY -out OUT"),
            List.of("encrypted as of old, by DES", "pkey -traditional -des3 -passout pass:secret -in KEY -out OUT"));

    @Test
    void everyFormOfAKeyIsTheKeyOfItsCertificate() throws Exception {
        TestCertificates certificates = new TestCertificates(folder);
        certificates.issue("rsa", "ca", TestCertificates.RSA, 30);
        certificates.issue("ec", "ca", TestCertificates.EC, 30);
        certificates.issue("ec384", "ca", List.of("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:secp384r1"), 30);
        for (String kind : List.of("rsa", "ec", "ec384")) {
            for (List<String> form : FORMS) {
                certificates.openssl(form.get(1).replace("KEY", kind + ".key").replace("OUT", "form.key").split(" "));
                assertThat(TlsContext.load(settings(kind + ".crt", "form.key", "secret"), System.currentTimeMillis()).warnings())
                    .as("%s, %s", kind, form.getFirst()).isEmpty();
            }
        }
    }

    @Test
    void aKeyOfAnEdwardsCurveServesToo() throws Exception {
        TestCertificates certificates = new TestCertificates(folder);
        certificates.issue("ed", "ca", List.of("-newkey", "ed25519"), 30);
        assertThat(TlsContext.load(settings("ed.crt", "ed.key", ""), System.currentTimeMillis()).warnings()).isEmpty();
    }

    @Test
    void ecParametersBeforeTheKeyAndWordsAroundItArePassedOver() throws Exception {
        TestCertificates certificates = new TestCertificates(folder);
        certificates.issue("server", "ca", TestCertificates.EC, 30);
        certificates.openssl("ecparam", "-name", "prime256v1", "-out", "parameters");
        certificates.openssl("pkey", "-traditional", "-in", "server.key", "-out", "old.key");
        certificates.openssl("x509", "-text", "-in", "server.crt", "-out", "text.crt");
        Files.writeString(folder.resolve("both.key"), "Bag Attributes: none\n" + Files.readString(folder.resolve("parameters"))
                + Files.readString(folder.resolve("old.key")).replace("\n", "\r\n"));
        Files.writeString(folder.resolve("chain.crt"),
                Files.readString(folder.resolve("text.crt")) + Files.readString(folder.resolve("ca.crt")));
        assertThat(PemFile.read(folder.resolve("chain.crt"), "f").certificates("f")).hasSize(2);
        assertThat(TlsContext.load(settings("chain.crt", "both.key", ""), System.currentTimeMillis()).warnings()).isEmpty();
    }

    @Test
    void whatCannotBeUsedIsNamedWithTheWayOut() throws Exception {
        TestCertificates certificates = new TestCertificates(folder);
        certificates.issue("server", "ca", TestCertificates.EC, 30);
        certificates.issue("other", "ca", TestCertificates.EC, 30);
        certificates.issue("rsa", "ca", TestCertificates.RSA, 30);
        certificates.openssl("pkcs8", "-topk8", "-v2", "aes-256-cbc", "-passout", "pass:secret", "-in", "server.key", "-out",
                "encrypted.key");
        certificates.openssl("pkey", "-traditional", "-aes256", "-passout", "pass:secret", "-in", "server.key", "-out", "old.key");
        certificates.openssl("pkcs8", "-topk8", "-scrypt", "-passout", "pass:secret", "-in", "server.key", "-out", "scrypt.key");
        certificates.openssl("x509", "-in", "server.crt", "-outform", "der", "-out", "server.der");
        String key = Files.readString(folder.resolve("server.key"));
        Files.writeString(folder.resolve("cut.key"), key.substring(0, 100));
        Files.writeString(folder.resolve("damaged.key"), key.replace("MIG", "MIH"));
        Files.writeString(folder.resolve("nonsense.crt"), "-----BEGIN CERTIFICATE-----\n!!!!\n-----END CERTIFICATE-----\n");
        Files.writeString(folder.resolve("wrong-end.crt"), "-----BEGIN CERTIFICATE-----\nAAAA\n-----END PRIVATE KEY-----\n");
        Files.writeString(folder.resolve("empty.crt"), "");
        refused("missing.crt", "server.key", "", "tls-cert-file", "missing.crt", "no such file");
        refused("server.crt", "missing.key", "", "tls-key-file", "missing.key", "no such file");
        refused("server.crt", "other.key", "", "other.key is not the key of the certificate", "server.crt", "CN=server");
        refused("server.crt", "rsa.key", "", "rsa.key is not the key of the certificate");
        refused("server.crt", "encrypted.key", "", "encrypted.key", "give its password as tls-key-file-pass");
        // So many, that one leaves by chance what looks like a whole last block.
        for (int i = 0; i < 400; i++) {
            refused("server.crt", "old.key", "wrong" + i, "old.key", "tls-key-file-pass is not its password");
        }
        refused("server.crt", "encrypted.key", "wrong", "encrypted.key", "tls-key-file-pass is not its password");
        refused("server.crt", "old.key", "wrong", "old.key", "tls-key-file-pass");
        refused("server.crt", "scrypt.key", "secret", "scrypt.key", "openssl pkcs8 -topk8 -v2 aes-256-cbc");
        refused("server.crt", "cut.key", "", "cut.key", "cut off");
        refused("server.crt", "damaged.key", "", "damaged.key", "damaged");
        refused("server.crt", "server.crt", "", "holds no private key", "it holds: CERTIFICATE");
        refused("server.key", "server.key", "", "holds no certificate", "it holds: PRIVATE KEY");
        refused("server.der", "server.key", "", "it is no PEM file");
        refused("nonsense.crt", "server.key", "", "nonsense.crt", "damaged");
        refused("wrong-end.crt", "server.key", "", "wrong-end.crt line 3", "damaged");
        refused("empty.crt", "server.key", "", "empty.crt", "holds no certificate");
        refused("", "server.key", "", "No tls-cert-file configured!");
        refused("server.crt", "", "", "No tls-key-file configured!");
    }

    private void refused(String certificate, String key, String password, String... words) {
        assertThatThrownBy(() -> TlsContext.load(settings(certificate, key, password), 0)).isInstanceOf(TlsException.class)
            .hasMessageContainingAll(words)
            .hasMessageNotContaining("secret");
    }

    private TlsSettings settings(String certificate, String key, String password) {
        return new TlsSettings(1, certificate.isEmpty() ? "" : folder.resolve(certificate).toString(),
                key.isEmpty() ? "" : folder.resolve(key).toString(),
                password, "", "", "no", "", "", "", false, true, 0, 300);
    }
}
