// SPDX-License-Identifier: Apache-2.0
/** Tests that need more than one module: architecture rules, real clients, comparison with a stock server. */
@NullMarked
package dev.cofferdam.tests;

import org.jspecify.annotations.NullMarked;
