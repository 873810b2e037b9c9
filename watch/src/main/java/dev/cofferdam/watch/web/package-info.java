// SPDX-License-Identifier: Apache-2.0
/** HTTP for the console and the status page: routes, who may do what, limits on everything. Knows nothing of what it carries. */
@NullMarked
package dev.cofferdam.watch.web;

import org.jspecify.annotations.NullMarked;
