// SPDX-License-Identifier: Apache-2.0
/** Commands on sets. */
@NullMarked
package dev.cofferdam.server.commands.sets;

import org.jspecify.annotations.NullMarked;
