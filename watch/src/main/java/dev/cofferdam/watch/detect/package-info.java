// SPDX-License-Identifier: Apache-2.0
/** Sees a climb in the samples of one target: stages, onset and time to full. Pure functions over samples; no input, no clock. */
@NullMarked
package dev.cofferdam.watch.detect;

import org.jspecify.annotations.NullMarked;
