// SPDX-License-Identifier: Apache-2.0
/** One record per target and onset: its state, its timeline, its post-mortem. */
@NullMarked
package dev.cofferdam.watch.incident;

import org.jspecify.annotations.NullMarked;
