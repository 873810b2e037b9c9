// SPDX-License-Identifier: Apache-2.0
/** The real process: its start, its log, its end. */
@NullMarked
package dev.cofferdam.tests.serve;

import org.jspecify.annotations.NullMarked;
