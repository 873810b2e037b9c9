// SPDX-License-Identifier: Apache-2.0
/** Tells people: one message per incident, updated, retried, never lost. */
@NullMarked
package dev.cofferdam.watch.notify;

import org.jspecify.annotations.NullMarked;
