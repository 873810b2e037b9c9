// SPDX-License-Identifier: Apache-2.0
/** Commands about places on the earth, which are members of sorted sets. */
@NullMarked
package dev.cofferdam.server.commands.geo;

import org.jspecify.annotations.NullMarked;
