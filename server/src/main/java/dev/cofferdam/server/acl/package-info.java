// SPDX-License-Identifier: Apache-2.0
/**
 * Who may do what: users, their rules, and the record of what was refused.
 *
 * <p>Texts are bytes: every {@link java.lang.String} here holds one byte a char (ISO 8859-1). What a user may do is an immutable {@link
 * dev.cofferdam.server.acl.Rules}, exchanged as a whole, so that a lane may read it while the loop changes the user.
 */
@NullMarked
package dev.cofferdam.server.acl;

import org.jspecify.annotations.NullMarked;
