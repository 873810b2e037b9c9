// SPDX-License-Identifier: Apache-2.0
/** {@code ./cofferdam demo} as a newcomer runs it. */
@NullMarked
package dev.cofferdam.tests.demo;

import org.jspecify.annotations.NullMarked;
