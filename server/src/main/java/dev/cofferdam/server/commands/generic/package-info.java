// SPDX-License-Identifier: Apache-2.0
/** Commands on keys of any type, and on the keyspace as a whole. */
@NullMarked
package dev.cofferdam.server.commands.generic;

import org.jspecify.annotations.NullMarked;
