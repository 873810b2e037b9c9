// SPDX-License-Identifier: Apache-2.0
/** The server: command table and families, clients, transactions, scripting, access, persistence, network, configuration, metrics. */
@NullMarked
package dev.cofferdam.server;

import org.jspecify.annotations.NullMarked;
