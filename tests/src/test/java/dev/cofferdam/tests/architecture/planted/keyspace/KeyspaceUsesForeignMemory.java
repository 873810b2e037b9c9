// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.tests.architecture.planted.keyspace;

final class KeyspaceUsesForeignMemory {
    static long size() {
        return java.lang.foreign.ValueLayout.JAVA_LONG.byteSize();
    }
}
