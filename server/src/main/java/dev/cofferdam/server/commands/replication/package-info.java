// SPDX-License-Identifier: Apache-2.0
/** What replicas and those who wait for them say. */
@NullMarked
package dev.cofferdam.server.commands.replication;

import org.jspecify.annotations.NullMarked;
