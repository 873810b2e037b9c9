// SPDX-License-Identifier: Apache-2.0
/** RESP2 and RESP3: reader and writer. Knows bytes, no commands. */
@NullMarked
package dev.cofferdam.resp;

import org.jspecify.annotations.NullMarked;
