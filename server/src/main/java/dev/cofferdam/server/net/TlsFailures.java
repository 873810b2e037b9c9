// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.net;

import javax.net.ssl.SSLException;

/** Says what went wrong in a handshake in words of those who run the server: the runtime's own name the class, not the way out. Stateless. */
final class TlsFailures {
    private TlsFailures() {
    }

    /** The runtime's words, and behind them, where it is known, what to do. */
    static String explain(SSLException e) {
        StringBuilder words = new StringBuilder(String.valueOf(e.getMessage()));
        Throwable cause = e.getCause();
        for (int i = 0; cause != null && i < 8; i++) { // a chain of causes, in which the last is the reason
            String message = cause.getMessage();
            if (message != null && words.indexOf(message) < 0) {
                words.append(": ").append(message);
            }
            cause = cause.getCause();
        }
        String all = words.toString().replace('"', '\'').replace('\n', ' ');
        return all + wayOut(all);
    }

    private static String wayOut(String words) {
        if (words.contains("Empty client certificate chain") || words.contains("null cert chain")) {
            return "; the client shows no certificate: give it one (redis-cli --cert and --key), or say tls-auth-clients optional";
        }
        if (words.contains("validity check failed") || words.contains("NotAfter") || words.contains("NotBefore")) {
            return "; the client's certificate is out of date: renew it";
        }
        if (words.contains("PKIX path")) {
            return "; the client's certificate is signed by nobody in tls-ca-cert-file or tls-ca-cert-dir";
        }
        if (words.contains("cipher suites in common")) {
            return "; see tls-ciphers, tls-ciphersuites, and whether the kind of the key (RSA, EC) is one the client knows";
        }
        if (words.contains("are not accepted by server preferences") || words.contains("protocol is disabled")) {
            return "; see tls-protocols";
        }
        if (words.contains("Received fatal alert")) {
            return "; the client refuses the server's certificate: does it trust who signed it (redis-cli --cacert), does the name fit, is it out of date?";
        }
        return "";
    }
}
