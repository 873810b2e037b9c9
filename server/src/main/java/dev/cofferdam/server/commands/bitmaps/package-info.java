// SPDX-License-Identifier: Apache-2.0
/** Commands on strings as rows of bits. */
@NullMarked
package dev.cofferdam.server.commands.bitmaps;

import org.jspecify.annotations.NullMarked;
