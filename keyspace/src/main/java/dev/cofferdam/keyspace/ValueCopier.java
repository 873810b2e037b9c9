// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.keyspace;

import dev.cofferdam.memory.Mem;

/** Makes a second value like one that exists, perhaps in another compartment. Owner thread of both; the target was admitted. */
interface ValueCopier {
    /** Values that lie in their entry: their bytes are all there is. */
    ValueCopier WHOLE = new ValueCopier() {
        @Override
        public long bytes(Key from) {
            return from.valueLength();
        }

        @Override
        public void copy(Key from, Key to, boolean deadline) {
            long bytes = from.valueLength();
            to.compartment().create(to, from.kind(), bytes, deadline);
            Mem.copy(from.valueAddress(), to.valueAddress(), bytes);
        }
    };

    /** The most that value and nodes of a copy can take in any compartment; key and header of its entry aside. */
    long bytes(Key from);

    /**
     * Creates {@code to}, which is routed and absent, with a copy of {@code from}'s value.
     *
     * @param deadline leave room for a deadline in the new entry; it is set afterwards
     */
    void copy(Key from, Key to, boolean deadline);
}
