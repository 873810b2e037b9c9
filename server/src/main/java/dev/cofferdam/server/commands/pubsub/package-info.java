// SPDX-License-Identifier: Apache-2.0
/** Commands of publishing and subscribing. */
@NullMarked
package dev.cofferdam.server.commands.pubsub;

import org.jspecify.annotations.NullMarked;
