// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.tests.architecture.planted.server;

public final class ServerKnowsCli {
    static int above() {
        return dev.cofferdam.tests.architecture.planted.cli.PlantedMain.status();
    }
}
