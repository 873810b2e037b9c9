// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.notify;

import java.io.ByteArrayOutputStream;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/** The first bytes of a reply; what comes after them is not read, and the connection is given up. Called by one thread at a time. */
final class LimitedBody implements HttpResponse.BodySubscriber<byte[]> {
    private final int bytesMax;
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final CompletableFuture<byte[]> whole = new CompletableFuture<>();
    private Flow.@Nullable Subscription subscription;

    LimitedBody(int bytesMax) {
        this.bytesMax = bytesMax;
    }

    @Override
    public CompletionStage<byte[]> getBody() {
        return whole;
    }

    @Override
    public void onSubscribe(Flow.Subscription given) {
        subscription = given;
        given.request(1);
    }

    @Override
    public void onNext(List<ByteBuffer> buffers) {
        for (ByteBuffer buffer : buffers) {
            byte[] taken = new byte[Math.min(buffer.remaining(), bytesMax - bytes.size())];
            buffer.get(taken);
            bytes.writeBytes(taken);
        }
        Flow.Subscription from = subscription;
        if (from == null) {
            return;
        }
        if (bytes.size() < bytesMax) {
            from.request(1);
        } else {
            from.cancel();
            whole.complete(bytes.toByteArray());
        }
    }

    @Override
    public void onError(Throwable failure) {
        whole.completeExceptionally(failure);
    }

    @Override
    public void onComplete() {
        whole.complete(bytes.toByteArray());
    }
}
