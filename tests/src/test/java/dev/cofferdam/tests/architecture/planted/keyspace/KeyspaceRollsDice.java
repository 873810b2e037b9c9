// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.tests.architecture.planted.keyspace;

import java.util.Random;

final class KeyspaceRollsDice {
    static int roll() {
        return new Random().nextInt(6);
    }
}
