// SPDX-License-Identifier: Apache-2.0
/** The same commands to a stock redis-server and to Cofferdam, replies compared byte for byte. */
@NullMarked
package dev.cofferdam.tests.compat;

import org.jspecify.annotations.NullMarked;
