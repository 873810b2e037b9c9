// SPDX-License-Identifier: Apache-2.0
/** Commands on hashes. */
@NullMarked
package dev.cofferdam.server.commands.hashes;

import org.jspecify.annotations.NullMarked;
