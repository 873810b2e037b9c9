// SPDX-License-Identifier: Apache-2.0
/** The watcher's configuration file: YAML whose every mistake is named with its line. */
@NullMarked
package dev.cofferdam.watch.config;

import org.jspecify.annotations.NullMarked;
