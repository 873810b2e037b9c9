// SPDX-License-Identifier: Apache-2.0
/**
 * Configuration: the directives, each declared once, and everything derived from the declarations: reading {@code cofferdam.conf} and the command line,
 * CONFIG GET/SET/REWRITE, the documented default file, the reference page; the compartments and their budgets.
 *
 * <p>Texts are bytes: every {@link java.lang.String} here holds one byte a char (ISO 8859-1), so that patterns and passwords survive as they were written.
 */
@NullMarked
package dev.cofferdam.server.config;

import org.jspecify.annotations.NullMarked;
