// SPDX-License-Identifier: Apache-2.0
/** What a terminal can do, and frames drawn on it. */
@NullMarked
package dev.cofferdam.cli.terminal;

import org.jspecify.annotations.NullMarked;
