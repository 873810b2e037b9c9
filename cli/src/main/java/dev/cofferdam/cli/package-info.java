// SPDX-License-Identifier: Apache-2.0
/** The {@code cofferdam} command. */
@NullMarked
package dev.cofferdam.cli;

import org.jspecify.annotations.NullMarked;
