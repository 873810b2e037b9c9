// SPDX-License-Identifier: Apache-2.0
/** Figures and names as people read them; below all other packages of the monitor, so that one thing is said in one way. */
@NullMarked
package dev.cofferdam.watch.text;

import org.jspecify.annotations.NullMarked;
