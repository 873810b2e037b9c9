// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.tests.architecture.planted.memory;

/** Not even here. (javac warns about it, and cannot be told to let just this one pass.) */
final class MemoryUsesUnsafe {
    sun.misc.Unsafe unsafe;
}
