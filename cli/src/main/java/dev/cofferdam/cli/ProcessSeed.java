// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.cli;

import java.security.SecureRandom;

/** The one place where the process draws chance: the seed of all its hashes and choices. Stateless. */
final class ProcessSeed {
    private ProcessSeed() {
    }

    static long draw() {
        return new SecureRandom().nextLong();
    }
}
