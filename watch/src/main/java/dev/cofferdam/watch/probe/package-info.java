// SPDX-License-Identifier: Apache-2.0
/** What is read from a target, once a second and without ever becoming a load: INFO, and which commands it allows. */
@NullMarked
package dev.cofferdam.watch.probe;

import org.jspecify.annotations.NullMarked;
