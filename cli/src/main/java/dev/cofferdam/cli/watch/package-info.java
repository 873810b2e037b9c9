// SPDX-License-Identifier: Apache-2.0
/** {@code cofferdam watch}: its command line and its screen. */
@NullMarked
package dev.cofferdam.cli.watch;

import org.jspecify.annotations.NullMarked;
