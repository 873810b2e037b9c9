// SPDX-License-Identifier: Apache-2.0
/** Commands on streams. */
@NullMarked
package dev.cofferdam.server.commands.streams;

import org.jspecify.annotations.NullMarked;
