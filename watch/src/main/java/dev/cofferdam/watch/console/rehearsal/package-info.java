// SPDX-License-Identifier: Apache-2.0
/** An afternoon that is played, not watched: for practice, demonstrations and tests of the console. */
@NullMarked
package dev.cofferdam.watch.console.rehearsal;

import org.jspecify.annotations.NullMarked;
