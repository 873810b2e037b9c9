// SPDX-License-Identifier: Apache-2.0
/** The ACL command; what it works on is in {@link dev.cofferdam.server.acl}. */
@NullMarked
package dev.cofferdam.server.commands.acl;

import org.jspecify.annotations.NullMarked;
