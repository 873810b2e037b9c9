// SPDX-License-Identifier: Apache-2.0
/** PING, AUTH, HELLO, SELECT, CLIENT and what else concerns the connection itself. */
@NullMarked
package dev.cofferdam.server.commands.connection;

import org.jspecify.annotations.NullMarked;
