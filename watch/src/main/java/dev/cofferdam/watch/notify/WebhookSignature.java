// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.notify;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Signatures of Standard Webhooks 1.0: HMAC-SHA256 over {@code id.seconds.body}, keyed with what stands in base64 after {@code whsec_}. With
 * several secrets there are several signatures, so that a receiver can change from one to the other whenever it likes. Stateless.
 */
final class WebhookSignature {
    private static final String PREFIX = "whsec_";

    private WebhookSignature() {
    }

    /** The value of the header {@code webhook-signature}. */
    static String sign(List<String> secrets, String id, long seconds, byte[] body) throws DeliveryException {
        byte[] head = (id + "." + seconds + ".").getBytes(StandardCharsets.UTF_8);
        List<String> signatures = new ArrayList<>();
        for (String secret : secrets) {
            try {
                Mac mac = Mac.getInstance("HmacSHA256");
                mac.init(new SecretKeySpec(key(secret), "HmacSHA256"));
                mac.update(head);
                signatures.add("v1," + Base64.getEncoder().encodeToString(mac.doFinal(body)));
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException("every JDK has HmacSHA256", e);
            }
        }
        return String.join(" ", signatures);
    }

    private static byte[] key(String secret) throws DeliveryException {
        try {
            byte[] key = Base64.getDecoder().decode(secret.startsWith(PREFIX) ? secret.substring(PREFIX.length()) : secret);
            if (key.length > 0) {
                return key;
            }
        } catch (IllegalArgumentException e) {
            // Its message shows a character of the secret.
        }
        throw DeliveryException.refused("the webhook's secret is not whsec_ and base64");
    }
}
