// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.notify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class WebhookSignatureTest {
    /** The example all libraries of Standard Webhooks are tested with. */
    private static final String KEY = "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    private static final byte[] BODY = "{\"test\": 2432232314}".getBytes(StandardCharsets.UTF_8);
    private static final String SIGNATURE = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";

    @Test
    void signsThePublishedExample() throws DeliveryException {
        assertThat(WebhookSignature.sign(List.of("whsec_" + KEY), "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, BODY)).isEqualTo(SIGNATURE);
        assertThat(WebhookSignature.sign(List.of(KEY), "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, BODY)).isEqualTo(SIGNATURE);
    }

    @Test
    void twoSecretsMakeTwoSignatures() throws DeliveryException {
        String both = WebhookSignature.sign(List.of("whsec_AAAA", "whsec_" + KEY), "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, BODY);
        assertThat(both.split(" ")).hasSize(2).contains(SIGNATURE);
    }

    @Test
    void aSecretThatIsNoneIsNotShown() {
        assertThatThrownBy(() -> WebhookSignature.sign(List.of("whsec_not base64 at all!"), "m", 1, BODY))
            .isInstanceOf(DeliveryException.class)
            .hasMessage("the webhook's secret is not whsec_ and base64").hasMessageNotContaining("not base64 at all");
        assertThatThrownBy(() -> WebhookSignature.sign(List.of("whsec_"), "m", 1, BODY)).isInstanceOf(DeliveryException.class);
    }
}
