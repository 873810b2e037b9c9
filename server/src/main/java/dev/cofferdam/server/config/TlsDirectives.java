// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.config;

import dev.cofferdam.server.config.Directive.Effect;
import dev.cofferdam.server.config.Directive.Section;
import java.util.ArrayList;
import java.util.List;

/** The directives of TLS, declared once; part of {@link Directives}. Names, defaults and what may change at run time are Redis's. */
public final class TlsDirectives {
    private static final List<Directive<?>> ALL = new ArrayList<>();
    private static final String RELOAD = "CONFIG SET reads all files of TLS anew; when they do not fit together it is refused and the old ones go on serving.";
    private static final String NO_LINKS = "No effect: the server opens no connections of its own in this version.";

    public static final Directive<Long> PORT = declare("tls-port", ValueTypes.integer(0, 65535, "port"), 0L,
            "TCP port for clients that speak TLS; 0 opens none.",
            "Needs tls-cert-file, tls-key-file and, unless tls-auth-clients is no, an authority. 'port 0' beside it closes the plain port.");
    public static final Directive<String> CERT_FILE = declare("tls-cert-file", ValueTypes.TEXT, "",
            "PEM file with the server's certificate first, then those between it and the authority.", RELOAD);
    public static final Directive<String> KEY_FILE = declare("tls-key-file", ValueTypes.TEXT, "",
            "PEM file with the key of that certificate: RSA, EC or EdDSA, in any form OpenSSL writes.",
            "Who can read it can be this server. " + RELOAD);
    public static final Directive<String> KEY_FILE_PASS = declare("tls-key-file-pass", ValueTypes.TEXT, "",
            "Password of an encrypted tls-key-file.", "It stands here in the clear: let nobody else read this file.");
    public static final Directive<String> CLIENT_CERT_FILE = unused("tls-client-cert-file", ValueTypes.TEXT, "", NO_LINKS);
    public static final Directive<String> CLIENT_KEY_FILE = unused("tls-client-key-file", ValueTypes.TEXT, "", NO_LINKS);
    public static final Directive<String> CLIENT_KEY_FILE_PASS = unused("tls-client-key-file-pass", ValueTypes.TEXT, "", NO_LINKS);
    public static final Directive<String> DH_PARAMS_FILE = unused("tls-dh-params-file", ValueTypes.TEXT, "",
            "No effect: exchanges use the standard groups (RFC 7919) or curves; older ones need no file.");
    public static final Directive<String> CA_CERT_FILE = declare("tls-ca-cert-file", ValueTypes.TEXT, "",
            "PEM file with the authorities that sign clients' certificates.",
            "Any certificate in it is trusted as an authority, a root or not. " + RELOAD);
    public static final Directive<String> CA_CERT_DIR = declare("tls-ca-cert-dir", ValueTypes.TEXT, "",
            "Directory of such files; all of them are read, whatever their names.", RELOAD);
    public static final Directive<String> AUTH_CLIENTS = declare("tls-auth-clients", ValueTypes.choice("no", "yes", "optional"), "yes",
            "Whether clients must show a certificate of a trusted authority, may, or need not.",
            "With 'no' and 'optional' a password is all that keeps strangers out: set requirepass or users.");
    public static final Directive<Boolean> REPLICATION = unused("tls-replication", ValueTypes.YES_NO, false,
            "No effect: this version does not replicate.");
    public static final Directive<Boolean> CLUSTER = unused("tls-cluster", ValueTypes.YES_NO, false,
            "No effect: this version has no cluster mode.");
    public static final Directive<String> PROTOCOLS = declare("tls-protocols", ValueTypes.TEXT, "",
            "Versions of TLS as words, \"TLSv1.2 TLSv1.3\"; empty for these two.",
            "TLSv1 and TLSv1.1 are unsafe and switched off in the Java runtime: they are left out, with a line in the log.");
    public static final Directive<String> CIPHERS = declare("tls-ciphers", ValueTypes.TEXT, "",
            "Ciphers of TLS 1.2 as OpenSSL lists them, as HIGH:!aRSA; empty for the Java runtime's own choice.",
            "Suites the Java runtime does not have are passed over; a list that leaves none is refused.");
    public static final Directive<String> CIPHERSUITES = declare("tls-ciphersuites", ValueTypes.TEXT, "",
            "Ciphers of TLS 1.3, as TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256; empty for all.",
            "A name that is not there is refused.");
    public static final Directive<Boolean> PREFER_SERVER_CIPHERS = declare("tls-prefer-server-ciphers", ValueTypes.YES_NO, false,
            "Whether the server's order of ciphers counts, or the client's.", "Clients know best what their processor does fast.");
    public static final Directive<Boolean> SESSION_CACHING = declare("tls-session-caching", ValueTypes.YES_NO, true,
            "Lets clients come back with a session they had, which saves both most of the handshake.",
            "Sessions are kept by the clients (tickets); with 'no' every handshake is a whole one.");
    public static final Directive<Long> SESSION_CACHE_SIZE = declare("tls-session-cache-size",
            ValueTypes.integer(0, Integer.MAX_VALUE, "sessions"),
            20480L, "How many sessions of clients without tickets are kept.",
            "They lie on the Java heap: more than 1024 are not kept, whatever stands here; 0 is 1024 too.");
    public static final Directive<Long> SESSION_CACHE_TIMEOUT = declare("tls-session-cache-timeout",
            ValueTypes.integer(0, Integer.MAX_VALUE, "seconds"), 300L, "How long a session may be used again.",
            "0 is one second; a week is the most.");

    private TlsDirectives() {
    }

    static List<Directive<?>> all() {
        return ALL;
    }

    private static <T> Directive<T> declare(String name, ValueType<T> type, T defaultValue, String sentence, String consequence) {
        return add(new Directive<>(name, null, Section.TLS, type, defaultValue, true, Effect.YES, sentence, consequence));
    }

    private static <T> Directive<T> unused(String name, ValueType<T> type, T defaultValue, String sentence) {
        return add(new Directive<>(name, null, Section.UNUSED, type, defaultValue, true, Effect.NONE, sentence, ""));
    }

    private static <T> Directive<T> add(Directive<T> directive) {
        ALL.add(directive);
        return directive;
    }
}
