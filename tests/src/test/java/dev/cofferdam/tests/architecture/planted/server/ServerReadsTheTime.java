// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.tests.architecture.planted.server;

final class ServerReadsTheTime {
    static long now() {
        return System.currentTimeMillis();
    }
}
