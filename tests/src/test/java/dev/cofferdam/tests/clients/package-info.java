// SPDX-License-Identifier: Apache-2.0
/** Real clients against a real server process. */
@NullMarked
package dev.cofferdam.tests.clients;

import org.jspecify.annotations.NullMarked;
