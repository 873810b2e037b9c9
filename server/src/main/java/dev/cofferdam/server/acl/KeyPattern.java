// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.acl;

import dev.cofferdam.resp.GlobPattern;

/** Keys that may be read, written, or both: {@code ~pattern}, {@code %R~pattern}, {@code %W~pattern}. Immutable. */
record KeyPattern(GlobPattern glob, boolean reads, boolean writes) {
    boolean permits(boolean toRead, boolean toWrite) {
        return (reads || !toRead) && (writes || !toWrite);
    }

    /** As a rule. */
    String rule() {
        return (reads && writes ? "~" : reads ? "%R~" : "%W~") + glob.text();
    }
}
