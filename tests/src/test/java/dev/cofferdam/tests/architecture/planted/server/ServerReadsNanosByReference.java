// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.tests.architecture.planted.server;

import java.util.function.LongSupplier;

final class ServerReadsNanosByReference {
    static final LongSupplier NANOS = System::nanoTime;
}
