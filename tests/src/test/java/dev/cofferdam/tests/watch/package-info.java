// SPDX-License-Identifier: Apache-2.0
/** The monitor beside real servers: stock redis-server, and what else people have. */
@NullMarked
package dev.cofferdam.tests.watch;

import org.jspecify.annotations.NullMarked;
