// SPDX-License-Identifier: Apache-2.0
/** Off-heap memory whose every byte has an owner: arena, pages, accounts, lending. The only package that touches {@code java.lang.foreign}. */
@NullMarked
package dev.cofferdam.memory;

import org.jspecify.annotations.NullMarked;
