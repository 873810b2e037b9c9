// SPDX-License-Identifier: Apache-2.0
/** EVAL and its kin, SCRIPT, FUNCTION and FCALL. */
@NullMarked
package dev.cofferdam.server.commands.scripting;

import org.jspecify.annotations.NullMarked;
