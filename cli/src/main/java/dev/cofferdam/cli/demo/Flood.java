// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.cli.demo;

import dev.cofferdam.memory.Clock;
import dev.cofferdam.resp.client.Reply;
import dev.cofferdam.resp.client.Request;
import dev.cofferdam.resp.client.RespClient;
import dev.cofferdam.resp.client.RespClientOptions;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;
import java.util.function.IntFunction;

/**
 * Writes so many bytes a second, whatever the server answers: the bot, the campaign, the report.
 *
 * <p>Owns a connection and the numbering of what it writes. A flood that falls behind because the server is slow does not make up for more than half a second.
 */
final class Flood {
    private static final int BATCH = 16;
    private static final long CATCH_UP_NANOS = 500_000_000;

    private final InetSocketAddress address;
    private final Clock clock;
    private final double bytesPerSecond;
    private final int bytesEach;
    private final IntFunction<Request> write;
    private final IntConsumer accepted;
    private int number;

    /**
     * @param write makes the n-th thing to write
     * @param accepted hears which were taken
     */
    Flood(InetSocketAddress address, Clock clock, double bytesPerSecond, int bytesEach, IntFunction<Request> write, IntConsumer accepted) {
        this.address = address;
        this.clock = clock;
        this.bytesPerSecond = bytesPerSecond;
        this.bytesEach = bytesEach;
        this.write = write;
        this.accepted = accepted;
    }

    void run(long endNanos) throws InterruptedException {
        while (clock.monotonicNanos() < endNanos) {
            try (RespClient client = RespClient.connect(address, RespClientOptions.DEFAULTS, clock)) {
                pour(client, endNanos);
            } catch (IOException e) {
                Thread.sleep(100); // somebody who floods tries again
            }
        }
    }

    private void pour(RespClient client, long endNanos) throws IOException, InterruptedException {
        double due = clock.monotonicNanos();
        for (long now = (long) due; now < endNanos; now = clock.monotonicNanos()) {
            List<Request> batch = new ArrayList<>(BATCH);
            for (int i = 0; i < BATCH; i++) {
                batch.add(write.apply(number + i));
            }
            List<Reply> replies = client.pipeline(batch, Duration.ofSeconds(2));
            for (int i = 0; i < BATCH; i++) {
                if (!replies.get(i).isFailure()) {
                    accepted.accept(number + i);
                }
            }
            number += BATCH;
            due = Math.max(due, clock.monotonicNanos() - CATCH_UP_NANOS) + BATCH * bytesEach / bytesPerSecond * 1e9;
            long waitNanos = (long) due - clock.monotonicNanos();
            if (waitNanos > 0) {
                Thread.sleep(waitNanos / 1_000_000, (int) (waitNanos % 1_000_000));
            }
        }
    }
}
