// SPDX-License-Identifier: Apache-2.0
/** Sockets, the event loop, connection buffers. */
@NullMarked
package dev.cofferdam.server.net;

import org.jspecify.annotations.NullMarked;
