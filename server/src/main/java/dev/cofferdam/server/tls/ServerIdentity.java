// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.tls;

import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECKey;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/**
 * Who the server is: one private key and its chain of certificates.
 *
 * <p>Immutable; any thread. What always holds: the key is that of the first certificate.
 */
final class ServerIdentity extends X509ExtendedKeyManager {
    private static final String ALIAS = "server";

    private final X509Certificate[] chain;
    private final PrivateKey key;

    /**
     * @param certFile where the chain is from, for messages
     * @param keyFile where the key is from
     */
    ServerIdentity(List<X509Certificate> chain, PrivateKey key, String certFile, String keyFile) throws TlsException {
        this.chain = chain.toArray(new X509Certificate[0]);
        this.key = key;
        if (!fits(chain.getFirst().getPublicKey(), key)) {
            throw new TlsException("tls-key-file " + keyFile + " is not the key of the certificate in tls-cert-file " + certFile + " ("
                    + chain.getFirst().getSubjectX500Principal()
                    + "); the first certificate of that file must be the server's own. Give the key it was"
                    + " issued for, or a certificate for this key");
        }
    }

    X509Certificate certificate() {
        return chain[0];
    }

    /** What the one signs the other verifies. */
    private static boolean fits(PublicKey certified, PrivateKey key) {
        String kind = certified.getAlgorithm();
        String algorithm = switch (kind) {
            case "RSA" -> "SHA256withRSA";
            case "EC" -> "SHA256withECDSA";
            default -> kind; // EdDSA, RSASSA-PSS
        };
        byte[] words = {'c', 'o', 'f', 'f', 'e', 'r', 'd', 'a', 'm'};
        try {
            Signature signature = Signature.getInstance(algorithm);
            signature.initSign(key);
            signature.update(words);
            byte[] signed = signature.sign();
            signature.initVerify(certified);
            signature.update(words);
            return signature.verify(signed);
        } catch (GeneralSecurityException e) {
            return false; // of different kinds, or curves
        }
    }

    private boolean isOfKind(String wanted) {
        // The handshake asks by kind of key: "RSA", "EC", "EdDSA"; older ones by kind of key and of signature: "EC_EC".
        String kind = wanted.startsWith("EC_") ? "EC" : wanted;
        return key instanceof ECKey ? kind.equals("EC") : kind.equals(key.getAlgorithm());
    }

    @Override
    public @Nullable String chooseEngineServerAlias(String keyType, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
        return isOfKind(keyType) ? ALIAS : null;
    }

    @Override
    public @Nullable String chooseServerAlias(String keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
        return isOfKind(keyType) ? ALIAS : null;
    }

    @Override
    public String @Nullable [] getServerAliases(String keyType, Principal @Nullable [] issuers) {
        return isOfKind(keyType) ? new String[] {ALIAS} : null;
    }

    @Override
    public String @Nullable [] getClientAliases(String keyType, Principal @Nullable [] issuers) {
        return null; // the server calls nobody
    }

    @Override
    public @Nullable String chooseClientAlias(String[] keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
        return null;
    }

    @Override
    public X509Certificate[] getCertificateChain(String alias) {
        return chain.clone();
    }

    @Override
    public PrivateKey getPrivateKey(String alias) {
        return key;
    }
}
