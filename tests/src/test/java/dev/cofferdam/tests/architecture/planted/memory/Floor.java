// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.tests.architecture.planted.memory;

/** What upper layers may use: breaks no rule, so no rule may name it. */
public final class Floor {
    public static long size() {
        return 0;
    }

    private Floor() {}
}
