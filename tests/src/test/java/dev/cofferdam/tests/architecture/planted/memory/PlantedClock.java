// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.tests.architecture.planted.memory;

/** Allowed: its name says that it is where time comes from, in nested classes and lambdas too. */
final class PlantedClock {
    final java.util.function.LongSupplier nanos = () -> System.nanoTime();
}
