// SPDX-License-Identifier: Apache-2.0
/** Lua 5.1 by the foreign-function interface: the shared library, an allocator that an account pays for, and a state as Java sees it. */
@NullMarked
package dev.cofferdam.lua;

import org.jspecify.annotations.NullMarked;
