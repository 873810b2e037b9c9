// SPDX-License-Identifier: Apache-2.0
/** MULTI, EXEC, DISCARD, WATCH, UNWATCH. */
@NullMarked
package dev.cofferdam.server.commands.transactions;

import org.jspecify.annotations.NullMarked;
