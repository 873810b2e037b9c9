// SPDX-License-Identifier: Apache-2.0
/** What the server knows of each of its clients: identity, transaction, blocking, watched keys. */
@NullMarked
package dev.cofferdam.server.client;

import org.jspecify.annotations.NullMarked;
