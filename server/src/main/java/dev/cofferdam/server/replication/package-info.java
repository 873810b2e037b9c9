// SPDX-License-Identifier: Apache-2.0
/** What leaves this server for a replica: a snapshot of the keyspace, and what happens to the keys behind it. */
@NullMarked
package dev.cofferdam.server.replication;

import org.jspecify.annotations.NullMarked;
