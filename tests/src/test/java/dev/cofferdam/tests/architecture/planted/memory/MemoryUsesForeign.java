// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.tests.architecture.planted.memory;

/** Allowed here, and only here. */
final class MemoryUsesForeign {
    final java.lang.foreign.MemorySegment segment = java.lang.foreign.MemorySegment.NULL;
}
