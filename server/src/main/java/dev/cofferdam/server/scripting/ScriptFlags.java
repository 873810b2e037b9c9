// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.scripting;

import java.util.List;

/** What a script or function declares about itself, as bits. */
final class ScriptFlags {
    static final int NO_WRITES = 1;
    static final int ALLOW_OOM = 2;
    static final int ALLOW_STALE = 4;
    static final int NO_CLUSTER = 8;
    static final int ALLOW_CROSS_SLOT = 16;
    /** A script without a first line that declares anything: Redis's rules from before 7.0. */
    static final int UNDECLARED = 32;

    /** In the order of their bits. */
    static final List<String> NAMES = List.of("no-writes", "allow-oom", "allow-stale", "no-cluster", "allow-cross-slot-keys");

    private ScriptFlags() {
    }

    /** The bit of a name, or 0. */
    static int bit(String name) {
        int index = NAMES.indexOf(name);
        return index < 0 ? 0 : 1 << index;
    }
}
