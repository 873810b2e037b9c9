// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.tests.architecture.planted.keyspace;

/** Stands for the real one. */
final class Effects {
    static void told() {
    }

    private Effects() {}
}
