// SPDX-License-Identifier: Apache-2.0
/** Commands that count distinct elements by HyperLogLogs, which are strings. */
@NullMarked
package dev.cofferdam.server.commands.hyperloglog;

import org.jspecify.annotations.NullMarked;
