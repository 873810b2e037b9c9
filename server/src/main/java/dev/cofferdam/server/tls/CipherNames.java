// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.tls;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import javax.net.ssl.SSLParameters;

/**
 * Protocols and ciphers as redis.conf names them, which is as OpenSSL does, in the JDK's words.
 *
 * <p>Stateless. A suite of TLS 1.2 is called ECDHE-RSA-AES128-GCM-SHA256 there and TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256 here; one of TLS 1.3 has the same
 * name in both. A cipher list is read from the left: words join a set, and words with a '-' or '!' before them leave it.
 */
final class CipherNames {
    private static final List<String> PROTOCOLS = List.of("TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3");
    private static final List<String> SAFE = List.of("TLSv1.2", "TLSv1.3");

    private CipherNames() {
    }

    static SSLParameters parameters(TlsSettings settings, SSLParameters supported, SSLParameters usual, List<String> warnings)
            throws TlsException {
        List<String> protocols = protocols(settings, usual, warnings);
        Set<String> suites = new LinkedHashSet<>();
        suites.addAll(settings.ciphersuites().isEmpty() ? ofNewest(usual) : suitesOfNewest(settings.ciphersuites(), supported));
        suites.addAll(settings.ciphers().isEmpty() ? ofOlder(usual) : ciphers(settings.ciphers(), supported, usual));
        SSLParameters parameters = new SSLParameters();
        parameters.setProtocols(protocols.toArray(new String[0]));
        parameters.setCipherSuites(suites.toArray(new String[0]));
        return parameters;
    }

    private static List<String> protocols(TlsSettings settings, SSLParameters usual, List<String> warnings) throws TlsException {
        if (settings.protocols().isBlank()) {
            return SAFE;
        }
        List<String> possible = List.of(usual.getProtocols());
        List<String> chosen = new ArrayList<>();
        for (String word : settings.protocolWords()) {
            String name = PROTOCOLS.stream().filter(word::equalsIgnoreCase).findFirst()
                .orElseThrow(() -> new TlsException(
                        "Invalid tls-protocols specified. '" + word + "' is none of " + String.join(" ", PROTOCOLS)));
            if (possible.contains(name)) {
                chosen.add(name);
            } else {
                warnings.add("tls-protocol-unavailable protocol=" + name
                        + "; the Java runtime switches it off as unsafe (jdk.tls.disabledAlgorithms)");
            }
        }
        if (chosen.isEmpty()) {
            throw new TlsException("tls-protocols " + settings.protocols()
                    + ": the Java runtime has all of these switched off as unsafe; say TLSv1.2 TLSv1.3, or change jdk.tls.disabledAlgorithms");
        }
        return chosen;
    }

    // ---------------------------------------------------------------- TLS 1.3

    private static List<String> ofNewest(SSLParameters from) {
        return List.of(from.getCipherSuites()).stream().filter(CipherNames::isOfNewest).toList();
    }

    private static boolean isOfNewest(String suite) {
        return !suite.contains("_WITH_") && !suite.endsWith("_SCSV");
    }

    private static List<String> suitesOfNewest(String list, SSLParameters supported) throws TlsException {
        List<String> possible = ofNewest(supported);
        List<String> chosen = new ArrayList<>();
        for (String word : list.split("[:, ]+")) {
            if (!possible.contains(word)) {
                throw new TlsException(
                        "Failed to configure ciphersuites: tls-ciphersuites " + list + ": '" + word + "' is not there; there are "
                                + String.join(":", possible));
            }
            chosen.add(word);
        }
        return chosen;
    }

    // ---------------------------------------------------------------- TLS 1.2

    private static List<String> ofOlder(SSLParameters from) {
        return List.of(from.getCipherSuites()).stream().filter(suite -> !isOfNewest(suite)).toList();
    }

    private static Set<String> ciphers(String list, SSLParameters supported, SSLParameters usual) throws TlsException {
        List<String> possible = ofOlder(supported).stream().filter(suite -> !isUnsafe(suite)).toList();
        Set<String> chosen = new LinkedHashSet<>();
        Set<String> never = new LinkedHashSet<>();
        for (String word : list.split("[:, ]+")) {
            if (word.isEmpty() || word.startsWith("@")) {
                continue; // orders and security levels: the JDK's own order is by strength
            }
            char sign = word.charAt(0);
            boolean signed = sign == '!' || sign == '-' || sign == '+';
            List<String> meant = matching(signed ? word.substring(1) : word, possible, usual);
            if (sign == '!') {
                never.addAll(meant);
                meant.forEach(chosen::remove);
            } else if (sign == '-') {
                meant.forEach(chosen::remove);
            } else if (sign == '+') {
                List<String> moved = meant.stream().filter(chosen::remove).toList();
                chosen.addAll(moved);
            } else {
                meant.stream().filter(suite -> !never.contains(suite)).forEach(chosen::add);
            }
        }
        if (chosen.isEmpty()) {
            throw new TlsException("Failed to configure ciphers: tls-ciphers " + list + " leaves none; there are "
                    + String.join(":", possible.stream().map(CipherNames::openSslName).toList()));
        }
        return chosen;
    }

    /** What no cipher list shall bring back: no encryption, nobody known, or broken. */
    private static boolean isUnsafe(String suite) {
        return suite.contains("_NULL_") || suite.contains("_anon_") || suite.contains("_EXPORT_") || suite.contains("_RC4_")
                || suite.contains("_DES_") || suite.contains("_KRB5_") || suite.endsWith("_SCSV");
    }

    /** A name, a word for many, or several of these with '+' between, which all must hold. */
    private static List<String> matching(String word, List<String> possible, SSLParameters usual) {
        return possible.stream().filter(suite -> {
            for (String part : word.split("\\+")) {
                if (!holds(part, suite, usual)) {
                    return false;
                }
            }
            return true;
        }).toList();
    }

    private static boolean holds(String word, String suite, SSLParameters usual) {
        String name = openSslName(suite);
        if (word.equals(name) || word.equals(suite)) {
            return true;
        }
        boolean ec = name.startsWith("ECDHE-") || name.startsWith("ECDH-");
        boolean keyByRsa = !ec && !name.startsWith("DHE-");
        return switch (word.toUpperCase(Locale.ROOT)) {
            case "ALL" -> true;
            case "DEFAULT" -> List.of(usual.getCipherSuites()).contains(suite);
            case "HIGH" -> !name.contains("DES-");
            case "TLSV1.2" -> suite.endsWith("_SHA256") || suite.endsWith("_SHA384");
            case "TLSV1", "TLSV1.0", "SSLV3" -> suite.endsWith("_SHA");
            case "ECDHE", "EECDH", "KECDHE", "KEECDH" -> name.startsWith("ECDHE-");
            case "DHE", "EDH", "KDHE", "KEDH" -> name.startsWith("DHE-");
            case "KRSA" -> keyByRsa;
            case "RSA", "ARSA" -> keyByRsa || name.contains("-RSA-");
            case "ECDSA", "AECDSA" -> name.contains("-ECDSA-");
            case "AES" -> name.contains("AES");
            case "AES128" -> name.contains("AES128");
            case "AES256" -> name.contains("AES256");
            case "AESGCM" -> name.contains("-GCM-");
            case "CHACHA20" -> name.contains("CHACHA20");
            case "3DES" -> name.contains("DES-CBC3");
            case "SHA", "SHA1" -> suite.endsWith("_SHA");
            case "SHA256" -> suite.endsWith("_SHA256");
            case "SHA384" -> suite.endsWith("_SHA384");
            default -> false; // MEDIUM, LOW, PSK, SRP, aNULL, ...: nothing of the kind is there
        };
    }

    /** TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256 is ECDHE-RSA-AES128-GCM-SHA256; with AES_128_CBC the mode is not named, and an exchange by RSA neither. */
    static String openSslName(String suite) {
        int with = suite.indexOf("_WITH_");
        if (with < 0) {
            return suite;
        }
        String exchange = suite.substring("TLS_".length(), with).replace('_', '-');
        String cipher = suite.substring(with + "_WITH_".length())
            .replace("AES_128", "AES128")
            .replace("AES_256", "AES256")
            .replace("AES128_CBC_", "AES128_")
            .replace("AES256_CBC_", "AES256_")
            .replace("3DES_EDE_CBC", "DES-CBC3")
            .replace("CHACHA20_POLY1305_SHA256", "CHACHA20_POLY1305")
            .replace('_', '-');
        return exchange.equals("RSA") ? cipher : exchange + "-" + cipher;
    }
}
