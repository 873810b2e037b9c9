// SPDX-License-Identifier: Apache-2.0
/** Names what grows: prefix, single key or client buffers, and who writes it. */
@NullMarked
package dev.cofferdam.watch.attribute;

import org.jspecify.annotations.NullMarked;
