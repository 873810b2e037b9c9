// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.tls;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Locale;
import javax.crypto.Cipher;
import javax.crypto.EncryptedPrivateKeyInfo;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Makes private keys of the forms OpenSSL writes them in: PKCS#8, plain or encrypted; PKCS#1 and SEC 1, plain or encrypted in the old way.
 *
 * <p>Stateless. The JDK reads PKCS#8 only, so the two older forms are wrapped into it. What always holds: no message shows a byte of a key or of a password.
 */
final class PrivateKeys {
    private static final byte[] RSA = HexFormat.of().parseHex("06092a864886f70d010101" + "0500");
    private static final byte[] EC = HexFormat.of().parseHex("06072a8648ce3d0201");
    private static final int SEQUENCE = 0x30;
    private static final int OCTETS = 0x04;
    private static final int EC_PARAMETERS = 0xa0;
    private static final byte[] VERSION_0 = {2, 1, 0};
    /** In the order in which a wrong one is found out soonest; a key names its kind by an object identifier, which the factories check. */
    private static final String[] KINDS = {"RSA", "EC", "EdDSA", "RSASSA-PSS"};

    private PrivateKeys() {
    }

    /** @param what directive and file, for messages */
    static PrivateKey read(PemFile.Section section, String password, String what) throws TlsException {
        byte[] bytes = section.bytes();
        String information = section.headers().get("dek-info");
        boolean old = information != null;
        if (information != null) {
            bytes = decryptOld(bytes, information, password, what);
        }
        PrivateKey key = switch (section.label()) {
            case "PRIVATE KEY" -> ofPkcs8(bytes);
            case "ENCRYPTED PRIVATE KEY" -> ofPkcs8(decrypt(bytes, password, what));
            case "RSA PRIVATE KEY" -> ofPkcs8(sequence(VERSION_0, sequence(RSA), element(OCTETS, bytes)));
            case "EC PRIVATE KEY" -> ofSec1(bytes, old, what);
            default -> throw new TlsException(what + ": a '" + section.label()
                    + "' cannot be used; keys are RSA, EC or EdDSA. Write it anew with: openssl pkey -in <file>");
        };
        if (key != null) {
            return key;
        }
        // One wrong password in 256 leaves what looks like a whole last block; what comes out of it is no key.
        throw old || section.label().startsWith("ENCRYPTED")
                ? wrongPassword(what)
                : new TlsException(what + ": the private key cannot be read; it is damaged, or neither RSA nor EC nor EdDSA");
    }

    /** Null for what is no key of a kind we know. */
    private static @Nullable PrivateKey ofPkcs8(byte[] bytes) {
        for (String kind : KINDS) {
            try {
                return KeyFactory.getInstance(kind).generatePrivate(new PKCS8EncodedKeySpec(bytes));
            } catch (InvalidKeySpecException e) {
                // Of another kind, or of none.
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException(e);
            }
        }
        return null;
    }

    // ---------------------------------------------------------------- passwords

    private static byte[] decrypt(byte[] bytes, String password, String what) throws TlsException {
        needPassword(password, what);
        try {
            EncryptedPrivateKeyInfo info = new EncryptedPrivateKeyInfo(bytes);
            AlgorithmParameters parameters = info.getAlgParameters();
            // For PBES2 the parameters, not the name, say which hash and cipher.
            String algorithm = info.getAlgName().equals("PBES2") && parameters != null ? parameters.toString() : info.getAlgName();
            Cipher cipher = Cipher.getInstance(algorithm);
            PBEKeySpec spec = new PBEKeySpec(password.toCharArray());
            cipher.init(Cipher.DECRYPT_MODE, SecretKeyFactory.getInstance(algorithm).generateSecret(spec), parameters);
            spec.clearPassword();
            return cipher.doFinal(info.getEncryptedData());
        } catch (NoSuchAlgorithmException | IOException e) {
            throw new TlsException(what + ": the way the private key is encrypted is not known here (" + e.getMessage()
                    + "); encrypt it anew with: openssl pkcs8 -topk8 -v2 aes-256-cbc -in <file>");
        } catch (GeneralSecurityException e) {
            throw wrongPassword(what);
        }
    }

    /** As OpenSSL did before PKCS#8: the key is MD5 of password and salt, repeated until it is long enough. */
    private static byte[] decryptOld(byte[] bytes, String information, String password, String what) throws TlsException {
        needPassword(password, what);
        int comma = information.indexOf(',');
        String name = (comma < 0 ? information : information.substring(0, comma)).strip().toUpperCase(Locale.ROOT);
        int keyBytes = switch (name) {
            case "AES-128-CBC" -> 16;
            case "AES-192-CBC", "DES-EDE3-CBC" -> 24;
            case "AES-256-CBC" -> 32;
            default -> throw new TlsException(what + ": the private key is encrypted by " + name
                    + ", which is not known here; encrypt it anew with: openssl pkcs8 -topk8 -v2 aes-256-cbc -in <file>");
        };
        try {
            byte[] vector = HexFormat.of().parseHex(information.substring(comma + 1).strip());
            boolean aes = name.startsWith("AES");
            Cipher cipher = Cipher.getInstance(aes ? "AES/CBC/PKCS5Padding" : "DESede/CBC/PKCS5Padding");
            byte[] key = keyOf(password.getBytes(StandardCharsets.ISO_8859_1), Arrays.copyOf(vector, 8), keyBytes);
            cipher.init(Cipher.DECRYPT_MODE, new SecretKeySpec(key, aes ? "AES" : "DESede"), new IvParameterSpec(vector));
            Arrays.fill(key, (byte) 0);
            return cipher.doFinal(bytes);
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw wrongPassword(what);
        }
    }

    private static byte[] keyOf(byte[] password, byte[] salt, int bytes) throws GeneralSecurityException {
        MessageDigest digest = MessageDigest.getInstance("MD5");
        byte[] key = new byte[bytes];
        byte[] last = {};
        for (int done = 0; done < bytes; done += last.length) {
            digest.update(last);
            digest.update(password);
            last = digest.digest(salt);
            System.arraycopy(last, 0, key, done, Math.min(last.length, bytes - done));
        }
        return key;
    }

    private static void needPassword(String password, String what) throws TlsException {
        if (password.isEmpty()) {
            throw new TlsException(what + ": the private key is encrypted; give its password as tls-key-file-pass");
        }
    }

    private static TlsException wrongPassword(String what) {
        return new TlsException(
                what + ": the private key cannot be decrypted; tls-key-file-pass is not its password, or the file is damaged");
    }

    // ---------------------------------------------------------------- DER

    /** SEC 1 names the curve inside of the key, PKCS#8 beside it. */
    private static @Nullable PrivateKey ofSec1(byte[] key, boolean decrypted, String what) throws TlsException {
        Der der = new Der(key);
        der.enter(SEQUENCE);
        der.skip(); // version
        der.skip(); // the number that is the secret
        byte[] curve = der.hasMore() && der.tag() == EC_PARAMETERS ? der.value() : null;
        if (der.isBroken() || curve == null) {
            throw decrypted
                    ? wrongPassword(what)
                    : new TlsException(what + ": the EC key names no curve, or is damaged; write it anew with: openssl pkey -in <file>");
        }
        return ofPkcs8(sequence(VERSION_0, sequence(EC, curve), element(OCTETS, key)));
    }

    private static byte[] sequence(byte[]... parts) {
        int length = 0;
        for (byte[] part : parts) {
            length += part.length;
        }
        byte[] all = new byte[length];
        int at = 0;
        for (byte[] part : parts) {
            System.arraycopy(part, 0, all, at, part.length);
            at += part.length;
        }
        return element(SEQUENCE, all);
    }

    private static byte[] element(int tag, byte[] value) {
        int length = value.length;
        byte[] head = length < 0x80
                ? new byte[] {(byte) tag, (byte) length}
                : length < 0x100
                        ? new byte[] {(byte) tag, (byte) 0x81, (byte) length}
                        : length < 0x10000
                                ? new byte[] {(byte) tag, (byte) 0x82, (byte) (length >> 8), (byte) length}
                                : new byte[] {(byte) tag, (byte) 0x83, (byte) (length >> 16), (byte) (length >> 8), (byte) length};
        byte[] element = Arrays.copyOf(head, head.length + length);
        System.arraycopy(value, 0, element, head.length, length);
        return element;
    }

    /** Goes over elements, tag and length and value; what does not fit makes it broken, never throws. */
    private static final class Der {
        private final byte[] bytes;
        private int at;
        private boolean broken;

        Der(byte[] bytes) {
            this.bytes = bytes;
        }

        boolean isBroken() {
            return broken;
        }

        boolean hasMore() {
            return !broken && at < bytes.length;
        }

        int tag() {
            return bytes[at] & 0xff;
        }

        /** Goes to the first element inside of this one. */
        void enter(int tag) {
            if (hasMore() && tag() == tag) {
                length();
            } else {
                broken = true;
            }
        }

        void skip() {
            value();
        }

        byte[] value() {
            int length = length();
            if (broken || length > bytes.length - at) {
                broken = true;
                return new byte[0];
            }
            at += length;
            return Arrays.copyOfRange(bytes, at - length, at);
        }

        /** Reads tag and length. */
        private int length() {
            if (bytes.length - at < 2) {
                broken = true;
                return 0;
            }
            int first = bytes[at + 1] & 0xff;
            at += 2;
            if (first < 0x80) {
                return first;
            }
            int count = first & 0x7f;
            if (count > 3 || bytes.length - at < count) {
                broken = true;
                return 0;
            }
            int length = 0;
            for (int i = 0; i < count; i++) {
                length = length << 8 | bytes[at++] & 0xff;
            }
            return length;
        }
    }
}
