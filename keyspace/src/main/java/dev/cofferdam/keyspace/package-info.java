// SPDX-License-Identifier: Apache-2.0
/** Index, values, expiry, eviction, cleaner and compartments, on the pages that {@code memory} hands out. */
@NullMarked
package dev.cofferdam.keyspace;

import org.jspecify.annotations.NullMarked;
