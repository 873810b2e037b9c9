// SPDX-License-Identifier: Apache-2.0
/** Lua scripts and functions: their cache, the interpreters they run in, and what they find there. */
@NullMarked
package dev.cofferdam.server.scripting;

import org.jspecify.annotations.NullMarked;
