// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.tests.compat;

import dev.cofferdam.tests.serve.ServerProcess;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/** A stock redis-server and Cofferdam, both empty, for a test that compares them. Owns both processes and ends them at {@link #close()}. */
final class SideBySide implements AutoCloseable {
    private final StockRedis stock;
    private final ServerProcess ours;

    private SideBySide(StockRedis stock, ServerProcess ours) {
        this.stock = stock;
        this.ours = ours;
    }

    /**
     * Starts both. Where redis-server is not installed the test is skipped, and says so loudly.
     *
     * @param options those of ours, as on the command line
     */
    static SideBySide start(Class<?> test, String... options) throws Exception {
        Path program = StockRedis.program();
        if (program == null) {
            System.err.println("SKIPPED: " + test.getSimpleName()
                    + " compares nothing, because redis-server is not installed (apt-get install redis-server)");
            Assumptions.abort("redis-server is not installed");
            throw new AssertionError("an aborted test went on");
        }
        StockRedis stock = StockRedis.start(program);
        try {
            return new SideBySide(stock, ServerProcess.serve(options));
        } catch (Exception e) {
            stock.close();
            throw e;
        }
    }

    /** A new connection to the stock server; the caller's. */
    RawClient stock() throws IOException {
        return new RawClient(stock.port());
    }

    int oursPort() {
        return ours.port();
    }

    /** A new connection to Cofferdam; the caller's. */
    RawClient ours() throws IOException {
        return new RawClient(ours.port());
    }

    @Override
    public void close() throws Exception {
        try (stock) {
            ours.close();
        }
    }
}
