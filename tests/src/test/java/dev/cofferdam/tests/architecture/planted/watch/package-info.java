// SPDX-License-Identifier: Apache-2.0
/** Violations planted for the architecture rules, and their lawful neighbours. */
@NullMarked
package dev.cofferdam.tests.architecture.planted.watch;

import org.jspecify.annotations.NullMarked;
