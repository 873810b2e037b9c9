// SPDX-License-Identifier: Apache-2.0
/** {@code cofferdam demo}: one afternoon, three applications, a fault, a stock server and Cofferdam side by side. Sees servers from outside only. */
@NullMarked
package dev.cofferdam.cli.demo;

import org.jspecify.annotations.NullMarked;
