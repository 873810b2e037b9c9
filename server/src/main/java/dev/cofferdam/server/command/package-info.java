// SPDX-License-Identifier: Apache-2.0
/** The command table: what commands there are, what each needs, and the call of one being executed. */
@NullMarked
package dev.cofferdam.server.command;

import org.jspecify.annotations.NullMarked;
