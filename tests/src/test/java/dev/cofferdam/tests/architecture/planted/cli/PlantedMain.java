// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.tests.architecture.planted.cli;

import dev.cofferdam.tests.architecture.planted.memory.Floor;

/** Allowed: the top may use everything below. */
public final class PlantedMain {
    public static int status() {
        return (int) Floor.size();
    }

    private PlantedMain() {}
}
