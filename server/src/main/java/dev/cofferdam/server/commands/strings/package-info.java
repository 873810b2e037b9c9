// SPDX-License-Identifier: Apache-2.0
/** Commands on strings. */
@NullMarked
package dev.cofferdam.server.commands.strings;

import org.jspecify.annotations.NullMarked;
