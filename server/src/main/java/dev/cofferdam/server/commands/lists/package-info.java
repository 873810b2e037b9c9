// SPDX-License-Identifier: Apache-2.0
/** The family of list commands. */
@NullMarked
package dev.cofferdam.server.commands.lists;

import org.jspecify.annotations.NullMarked;
