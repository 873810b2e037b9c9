// SPDX-License-Identifier: Apache-2.0
/** What the watcher knows as metrics: redis_exporter's names for the targets, own ones for what only the watcher knows. */
@NullMarked
package dev.cofferdam.watch.metrics;

import org.jspecify.annotations.NullMarked;
