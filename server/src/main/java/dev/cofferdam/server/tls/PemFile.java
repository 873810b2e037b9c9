// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.tls;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A PEM file as OpenSSL writes it: sections between BEGIN and END lines, anything else between them passed over.
 *
 * <p>Immutable; holds the bytes of its sections, so it does not outlive a load. Any thread. What always holds: a refusal names the file and the way out, and
 * never shows a byte of a key.
 *
 * <pre>
 *  -----BEGIN label-----
 *  Proc-Type: 4,ENCRYPTED          | headers and an empty line,
 *  DEK-Info: AES-256-CBC,salt      | only in old encrypted keys
 *
 *  base64 ...
 *  -----END label-----
 * </pre>
 */
final class PemFile {
    /** Larger than any sensible bundle of authorities: the system's own has 200 KB. */
    static final long FILE_MAX_BYTES = 4 << 20;
    private static final String BEGIN = "-----BEGIN ";
    private static final String END = "-----END ";
    private static final String DASHES = "-----";

    /** One section. */
    record Section(String label, Map<String, String> headers, byte[] bytes) {
    }

    private final Path file;
    private final List<Section> sections;

    private PemFile(Path file, List<Section> sections) {
        this.file = file;
        this.sections = sections;
    }

    /** @param directive the directive that names the file, for messages */
    static PemFile read(Path file, String directive) throws TlsException {
        byte[] bytes;
        try {
            if (Files.isDirectory(file)) {
                throw new TlsException(directive + " " + file + " is a directory; name a PEM file");
            }
            if (Files.size(file) > FILE_MAX_BYTES) {
                throw new TlsException(directive + " " + file + " has more than " + FILE_MAX_BYTES + " bytes; name a PEM file");
            }
            bytes = Files.readAllBytes(file);
        } catch (NoSuchFileException e) {
            throw new TlsException(
                    directive + " " + file + ": no such file; correct the path (relative ones begin where the server was started)");
        } catch (IOException e) {
            throw new TlsException(directive + " " + file + " cannot be read (" + e.getMessage() + "); let the server's user read it");
        }
        return new PemFile(file, parse(new String(bytes, StandardCharsets.ISO_8859_1), directive + " " + file));
    }

    private static List<Section> parse(String text, String what) throws TlsException {
        List<Section> sections = new ArrayList<>();
        String label = null;
        Map<String, String> headers = new HashMap<>();
        StringBuilder base64 = new StringBuilder();
        int number = 0;
        for (String raw : text.split("\r?\n|\r", -1)) {
            String line = raw.strip();
            number++;
            if (label == null) {
                if (line.startsWith(BEGIN) && line.endsWith(DASHES) && line.length() > BEGIN.length() + DASHES.length()) {
                    label = line.substring(BEGIN.length(), line.length() - DASHES.length());
                    headers = new HashMap<>();
                    base64.setLength(0);
                }
            } else if (line.startsWith(END)) {
                if (!line.equals(END + label + DASHES)) {
                    throw new TlsException(
                            what + " line " + number + ": the section '" + label + "' ends as '" + line + "'; the file is damaged");
                }
                sections.add(new Section(label, headers, decode(base64.toString(), what, number)));
                label = null;
            } else if (line.indexOf(':') > 0) {
                int colon = line.indexOf(':');
                headers.put(line.substring(0, colon).strip().toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
            } else {
                base64.append(line);
            }
        }
        if (label != null) {
            throw new TlsException(what + ": the section '" + label + "' does not end; the file is cut off");
        }
        return sections;
    }

    private static byte[] decode(String base64, String what, int line) throws TlsException {
        try {
            return Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            throw new TlsException(what + ": the section that ends in line " + line + " is no base64; the file is damaged");
        }
    }

    /** All certificates of the file in their order; an error when there is none. */
    List<X509Certificate> certificates(String directive) throws TlsException {
        List<X509Certificate> certificates = new ArrayList<>();
        for (Section section : sections) {
            switch (section.label) {
                case "CERTIFICATE", "X509 CERTIFICATE" -> certificates.add(certificate(section, directive));
                case "TRUSTED CERTIFICATE" -> throw new TlsException(directive + " " + file
                        + " has a 'TRUSTED CERTIFICATE' of OpenSSL's own form; write it anew with: openssl x509 -in " + file);
                default -> {
                    // Keys and parameters may stand beside them.
                }
            }
        }
        if (certificates.isEmpty()) {
            throw new TlsException(directive + " " + file + " holds no certificate (no 'BEGIN CERTIFICATE' line)" + contents());
        }
        return certificates;
    }

    boolean hasCertificates() {
        return sections.stream().anyMatch(section -> section.label.equals("CERTIFICATE"));
    }

    private X509Certificate certificate(Section section, String directive) throws TlsException {
        try {
            return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(section.bytes));
        } catch (CertificateException e) {
            throw new TlsException(directive + " " + file + ": a certificate cannot be read (" + e.getMessage() + "); the file is damaged");
        }
    }

    /** The first private key of the file. */
    PrivateKey privateKey(String password, String directive) throws TlsException {
        for (Section section : sections) {
            if (section.label.endsWith("PRIVATE KEY")) {
                return PrivateKeys.read(section, password, directive + " " + file);
            }
        }
        throw new TlsException(directive + " " + file + " holds no private key (no 'BEGIN ... PRIVATE KEY' line)" + contents());
    }

    private String contents() {
        if (sections.isEmpty()) {
            return "; it is no PEM file: a DER file becomes one by openssl x509 -inform der, or openssl pkey -inform der";
        }
        List<String> labels = new ArrayList<>();
        for (Section section : sections) {
            labels.add(section.label);
        }
        return "; it holds: " + String.join(", ", labels.subList(0, Math.min(8, labels.size())));
    }
}
