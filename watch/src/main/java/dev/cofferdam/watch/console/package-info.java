// SPDX-License-Identifier: Apache-2.0
/** The page a person looks at, its JSON, its stream and the metrics. */
@NullMarked
package dev.cofferdam.watch.console;

import org.jspecify.annotations.NullMarked;
