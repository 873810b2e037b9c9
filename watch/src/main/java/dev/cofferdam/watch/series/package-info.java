// SPDX-License-Identifier: Apache-2.0
/** Memory of the past: rings of samples on disk, coarser with age. */
@NullMarked
package dev.cofferdam.watch.series;

import org.jspecify.annotations.NullMarked;
