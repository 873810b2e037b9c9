// SPDX-License-Identifier: Apache-2.0
/** Commands of sorted sets: one class declares them, the others hold their handlers. */
@NullMarked
package dev.cofferdam.server.commands.sortedsets;

import org.jspecify.annotations.NullMarked;
