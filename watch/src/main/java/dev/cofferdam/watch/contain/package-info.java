// SPDX-License-Identifier: Apache-2.0
/** What can be done to a target that fills: plans with their undo, dry first. */
@NullMarked
package dev.cofferdam.watch.contain;

import org.jspecify.annotations.NullMarked;
