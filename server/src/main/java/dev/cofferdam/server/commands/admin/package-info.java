// SPDX-License-Identifier: Apache-2.0
/** Commands about the server itself: what it knows, how it is set, how it does. */
@NullMarked
package dev.cofferdam.server.commands.admin;

import org.jspecify.annotations.NullMarked;
