// SPDX-License-Identifier: Apache-2.0
/** The {@code ./cofferdam} script: which JDK it takes, which it refuses, and what it hands to the JVM. */
@NullMarked
package dev.cofferdam.tests.launcher;

import org.jspecify.annotations.NullMarked;
