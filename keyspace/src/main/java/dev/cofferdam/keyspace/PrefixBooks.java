// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.keyspace;

/** Exact bytes and keys per prefix of key names. Called on every change of a block, so never slow and never allocating. */
public interface PrefixBooks {
    /** Counts nothing. */
    PrefixBooks NONE = new PrefixBooks() {
    };

    /** The prefix a key belongs to, 0 to 65,535. */
    default int idOf(long keyAddress, int keyLength) {
        return 0;
    }

    default void charge(int prefixId, long bytes) {
    }

    default void keys(int prefixId, int count) {
    }

    /** Bytes charged to the prefix. */
    default long bytesOf(int prefixId) {
        return 0;
    }

    /** Keys counted for the prefix. */
    default long keysOf(int prefixId) {
        return 0;
    }
}
