// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.keyspace;

/**
 * Who still reads the bytes of pinned runs while commands go on: replies that refer to a large value instead of copying it. The event loop calls, between and
 * inside commands; a compartment that is with its lane waits with both until it is back.
 */
public interface RunReaders {
    /** Nobody reads; nothing can be pinned. */
    RunReaders NONE = new RunReaders() {
        @Override
        public void beforeChange(long block, long bytes) {
        }

        @Override
        public boolean takeOver(long block, long run, long runBytes) {
            return false;
        }
    };

    /** The bytes of a pinned run are about to change where they lie. Afterwards nobody refers to them any more. */
    void beforeChange(long block, long bytes);

    /**
     * The block in a pinned run is dead. True when the run is the readers' from now on; false when none is left, and the heap gives it back.
     *
     * @param run where the run begins
     * @param runBytes as it was taken
     */
    boolean takeOver(long block, long run, long runBytes);
}
