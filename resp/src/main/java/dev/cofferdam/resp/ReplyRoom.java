// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.resp;

/**
 * Where a {@link ReplyWriter} turns when its buffer is full: takes what is written so far (sends it, or keeps it for a slow reader) and
 * gives room again. Called on the writer's thread, in the middle of a reply.
 */
public interface ReplyRoom {
    /**
     * Must leave {@code writer} with at least {@code bytes} free bytes (never more than {@link ReplyWriter#MAX_REQUEST_BYTES}), through
     * {@link ReplyWriter#attach}. A reader that is to be cut is not an error here: its bytes may be dropped.
     */
    void makeRoom(ReplyWriter writer, int bytes);

    /**
     * Offers bytes of a stored value that will neither move nor change before they are sent, so that they need not be copied. True when
     * they were taken as they are; false when the writer shall copy them.
     */
    boolean takeReference(ReplyWriter writer, long address, long length);

    /** True when nobody will read the reply at hand, whatever follows: it was too long. */
    default boolean isLost() {
        return false;
    }
}
