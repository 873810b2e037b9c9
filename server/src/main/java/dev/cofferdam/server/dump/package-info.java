// SPDX-License-Identifier: Apache-2.0
/** Values in the format of Redis's RDB files, as DUMP writes them and RESTORE reads them. */
@NullMarked
package dev.cofferdam.server.dump;

import org.jspecify.annotations.NullMarked;
