// SPDX-License-Identifier: Apache-2.0
/** The monitor: {@code probe} -> {@code detect} -> {@code attribute} -> {@code incident} -> {@code notify}, {@code contain}; {@code statuspage} and {@code console} show it. Knows nothing of the server. */
@NullMarked
package dev.cofferdam.watch;

import org.jspecify.annotations.NullMarked;
