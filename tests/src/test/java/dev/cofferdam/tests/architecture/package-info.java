// SPDX-License-Identifier: Apache-2.0
/**
 * Rules about who may use what, checked on the compiled product. Each rule says how many classes it saw, and must catch the violations
 * planted for it in {@code planted}, which mirrors the product's packages.
 */
@NullMarked
package dev.cofferdam.tests.architecture;

import org.jspecify.annotations.NullMarked;
