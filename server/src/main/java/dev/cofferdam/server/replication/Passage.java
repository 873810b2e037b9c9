// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.replication;

/** What becomes of an effect while a {@link Snapshot} is under way: with the file before it, what is forwarded leaves a replica with exactly our keys. */
public enum Passage {
    /** The file will have its outcome. */
    DROPPED,
    /** As it is, behind the file. */
    FORWARDED,
    /** Only that its key is gone: where the value went to, the file will find it. */
    DELETION_FORWARDED,
    /** As the value that its second key has now, which the file does not have: {@link Snapshot#dump}; if its first key was passed, that is gone. */
    VALUE_FORWARDED
}
