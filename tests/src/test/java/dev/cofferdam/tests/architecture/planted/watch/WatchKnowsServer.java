// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.tests.architecture.planted.watch;

public final class WatchKnowsServer {
    static Class<?> beside() {
        return dev.cofferdam.tests.architecture.planted.server.ServerKnowsCli.class;
    }
}
