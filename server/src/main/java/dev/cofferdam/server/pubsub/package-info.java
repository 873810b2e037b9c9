// SPDX-License-Identifier: Apache-2.0
/** Messages between clients: who listens to what, and telling them; all of its memory is paid by the {@code connections} account. */
@NullMarked
package dev.cofferdam.server.pubsub;

import org.jspecify.annotations.NullMarked;
