// SPDX-License-Identifier: Apache-2.0
/** The families of commands, a package each, and the page that lists them. */
@NullMarked
package dev.cofferdam.server.commands;

import org.jspecify.annotations.NullMarked;
