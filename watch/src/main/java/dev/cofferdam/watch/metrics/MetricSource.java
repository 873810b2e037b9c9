// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.metrics;

/** Adds points of its own to {@code /metrics}: notifications sent, actions taken. Called on a visitor's thread; must not wait. */
@FunctionalInterface
public interface MetricSource {
    void collect(Exposition out);
}
